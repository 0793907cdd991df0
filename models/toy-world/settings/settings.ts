/** @file Draws a setting by its name. */

import type { Generator } from '../../tensors/random.js';
import type { SettingName } from '../vocabulary.js';
import { jumping, space, wave } from './adventures.js';
import { bath, bed, cushion, plain, window, woodenFloor } from './indoors.js';
import { beach, jungle, mountain, redCarpet, snow, sunflowers } from './outdoors.js';
import { blueHouse, city, garden, sidewalk, tajMahal } from './places.js';
import type { Stage } from './stage.js';

const STAGES: Readonly<Record<SettingName, (generator: Generator) => Stage>> = {
  jungle,
  snow,
  beach,
  'wooden floor': woodenFloor,
  mountain,
  city,
  'blue house': blueHouse,
  window,
  sunflowers,
  'red carpet': redCarpet,
  sidewalk,
  'taj mahal': tajMahal,
  bath,
  wave,
  space,
  jumping,
  bed,
  garden,
  cushion,
  plain,
};

export function createStage(setting: SettingName, generator: Generator): Stage {
  return STAGES[setting](generator);
}
