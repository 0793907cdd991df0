import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { createPet } from '#models/toy-world/pet.js';
import { photoScenes, photosOf } from '#models/toy-world/photos.js';
import { encodePng, pictureGrid } from '#models/toy-world/scene-sheet.js';

describe('pictureGrid', () => {
  it('places pictures row by row with a white gap', () => {
    const flat = (value: number) => new Uint8Array(2 * 2 * 3).fill(value);
    const { data, width, height } = pictureGrid([flat(10), flat(20), flat(30)], 2);
    expect([width, height]).toEqual([6, 6]);
    const at = (x: number, y: number) => data[(y * width + x) * 3];
    expect([at(0, 0), at(2, 0), at(4, 1), at(1, 5), at(5, 5)]).toEqual([10, 255, 20, 30, 255]);
  });

  it('refuses pictures of different sizes and no pictures', () => {
    expect(() => pictureGrid([new Uint8Array(12), new Uint8Array(27)], 2)).toThrow(/same size/);
    expect(() => pictureGrid([], 2)).toThrow(/at least one/);
  });

  it('encodes a PNG that reads back equal', async () => {
    const grid = pictureGrid([new Uint8Array(48).fill(99)], 1);
    const { data, info } = await sharp(await encodePng(grid))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([4, 4, 3]);
    expect(new Uint8Array(data)).toEqual(grid.data);
  });
});

describe('photosOf', () => {
  it('takes JPEGs of the asked size in different settings', async () => {
    const pet = createPet(createGenerator(1));
    const scenes = photoScenes(pet, 6, createGenerator(2));
    expect(new Set(scenes.map((scene) => scene.setting)).size).toBe(6);
    expect(scenes.every((scene) => scene.pet === pet && scene.clothes === 'none')).toBe(true);
    const photos = await photosOf(pet, 2, createGenerator(2), 96);
    for (const photo of photos) {
      const { format, width, height } = await sharp(photo).metadata();
      expect([format, width, height]).toEqual(['jpeg', 96, 96]);
    }
    expect(photos).toEqual(await photosOf(pet, 2, createGenerator(2), 96));
  });
});
