/** @file Draws a pet of any kind. */

import type { Pet } from '../pet.js';
import type { ClothesName, KindName } from '../vocabulary.js';
import { drawDuck } from './duck.js';
import { type Outfit, outfitOf, type Pose } from './look.js';
import { drawMammal } from './mammal.js';
import { bear, cat, dog, elephant, rabbit } from './mammals.js';
import { drawTurtle } from './turtle.js';

const DRAWINGS: Readonly<Record<KindName, (pet: Pet, pose: Pose, outfit: Outfit) => string>> = {
  dog: (pet, pose, outfit) => drawMammal(dog, pet, pose, outfit),
  cat: (pet, pose, outfit) => drawMammal(cat, pet, pose, outfit),
  rabbit: (pet, pose, outfit) => drawMammal(rabbit, pet, pose, outfit),
  bear: (pet, pose, outfit) => drawMammal(bear, pet, pose, outfit),
  elephant: (pet, pose, outfit) => drawMammal(elephant, pet, pose, outfit),
  duck: drawDuck,
  turtle: drawTurtle,
};

/** SVG of the dressed pet, standing on the origin, about 78 units high, y pointing down. */
export function drawAnimal(pet: Pet, clothes: ClothesName, pose: Pose): string {
  return DRAWINGS[pet.kind](pet, pose, outfitOf(clothes));
}
