/** @file A line-up: which of several pets a picture shows, by the identity judge. */
import { dot } from '../../tensors/cosine.js';
import { createGenerator } from '../../tensors/random.js';
import type { Pet } from '../pet.js';
import { drawScenes } from '../pretraining/toy-data.js';
import { TOY_PIXELS } from '../pretraining/toy-pets-configuration.js';
import { createScene } from '../scene.js';
import { IDENTITY_WIDTH } from './judge.js';
import type { Judges } from './judges.js';

/** Drawings of each pet that the judge sees beforehand. */
const REFERENCE_DRAWINGS = 12;

export interface LineUp {
  /** @param pictures [count, H, W, 3] in [-1, 1] @returns for each the position of the pet that it resembles most */
  identify(pictures: Float32Array): Promise<number[]>;
}

/** @param seed of the drawings by which the judge knows the pets */
export async function createLineUp(pets: readonly Pet[], judges: Judges, seed: number): Promise<LineUp> {
  const references: Float32Array[] = [];
  for (const [index, pet] of pets.entries()) references.push(await referenceOf(pet, seed + index, judges));
  return {
    async identify(pictures) {
      const vectors = await judges.identities(pictures);
      return vectors.map((vector) => {
        const scores = references.map((reference) => dot(reference, vector));
        return scores.indexOf(Math.max(...scores));
      });
    },
  };
}

/** The mean embedding of drawings of a pet in many settings. */
async function referenceOf(pet: Pet, seed: number, judges: Judges): Promise<Float32Array> {
  const scenes = Array.from({ length: REFERENCE_DRAWINGS }, (_, index) =>
    createScene(createGenerator(seed).fork(`reference ${index}`), { pet, clothes: 'none' }),
  );
  const vectors = await judges.identities(drawScenes(scenes, TOY_PIXELS));
  return Float32Array.from(
    { length: IDENTITY_WIDTH },
    (_, index) => vectors.reduce((sum, vector) => sum + vector[index]!, 0) / vectors.length,
  );
}
