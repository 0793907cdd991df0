/** @file Photos of one pet, as a person would send them: the same animal in a few quiet places. */

import sharp from 'sharp';
import type { Generator } from '../tensors/random.js';
import type { Pet } from './pet.js';
import { drawScene } from './render.js';
import { createScene, type Scene } from './scene.js';
import type { SettingName } from './vocabulary.js';

/** Places for photos, each taken once before any is taken again. */
export const PHOTO_SETTINGS = [
  'plain',
  'wooden floor',
  'garden',
  'cushion',
  'window',
  'snow',
] as const satisfies readonly SettingName[];

const JPEG_QUALITY = 93;

/** The scenes behind `photosOf`: undressed, in turn through PHOTO_SETTINGS from a random start. */
export function photoScenes(pet: Pet, count: number, generator: Generator): Scene[] {
  const start = generator.integer(PHOTO_SETTINGS.length);
  return Array.from({ length: count }, (_, i) =>
    createScene(generator, {
      pet,
      clothes: 'none',
      setting: PHOTO_SETTINGS[(start + i) % PHOTO_SETTINGS.length]!,
    }),
  );
}

/** JPEG bytes of `count` photos of the pet, `size` × `size` pixels. */
export async function photosOf(pet: Pet, count: number, generator: Generator, size = 512): Promise<Uint8Array[]> {
  return Promise.all(
    photoScenes(pet, count, generator).map((scene) =>
      sharp(drawScene(scene, size), { raw: { width: size, height: size, channels: 3 } })
        .jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' })
        .toBuffer(),
    ),
  );
}
