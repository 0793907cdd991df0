/** @file Contact sheets: many pictures in a grid, as one PNG. */

import sharp from 'sharp';
import { drawScene } from './render.js';
import type { Scene } from './scene.js';

/** RGB bytes in [0, 255] of a square picture. */
export type Picture = Uint8Array;

export interface RgbImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const GAP = 2;

/** Lays square pictures [size, size, 3] out in rows of `columns`, with a thin white gap. */
export function pictureGrid(pictures: readonly Picture[], columns: number): RgbImage {
  const size = Math.sqrt((pictures[0]?.length ?? 0) / 3);
  if (!Number.isInteger(size) || size === 0 || pictures.some((picture) => picture.length !== size * size * 3)) {
    throw new RangeError('pictureGrid needs at least one picture, all square and of the same size');
  }
  const rows = Math.ceil(pictures.length / columns);
  const width = columns * (size + GAP) - GAP;
  const height = rows * (size + GAP) - GAP;
  const data = new Uint8Array(width * height * 3).fill(255);
  pictures.forEach((picture, index) => {
    const left = (index % columns) * (size + GAP);
    const top = Math.floor(index / columns) * (size + GAP);
    for (let y = 0; y < size; y++) {
      data.set(picture.subarray(y * size * 3, (y + 1) * size * 3), ((top + y) * width + left) * 3);
    }
  });
  return { data, width, height };
}

export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
    .png()
    .toBuffer();
}

/** A PNG with the scenes in rows of `columns`. */
export async function sceneSheet(scenes: readonly Scene[], columns: number, size = 128): Promise<Uint8Array> {
  return encodePng(
    pictureGrid(
      scenes.map((scene) => drawScene(scene, size)),
      columns,
    ),
  );
}
