import { describe, expect, it } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { drawScene, renderSvg } from '#models/toy-world/render.js';
import { createScene, type SceneOptions } from '#models/toy-world/scene.js';
import { CLOTHES, COLOURS, KINDS, SETTINGS } from '#models/toy-world/vocabulary.js';

const sceneOf = (options: SceneOptions, seed = 21) => createScene(createGenerator(seed), options);

function coloursIn(picture: Uint8Array): number {
  const seen = new Set<number>();
  for (let i = 0; i < picture.length; i += 3) {
    seen.add(((picture[i]! >> 4) << 8) | ((picture[i + 1]! >> 4) << 4) | (picture[i + 2]! >> 4));
  }
  return seen.size;
}

function meanDifference(first: Uint8Array, second: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += Math.abs(first[i]! - second[i]!);
  return sum / first.length;
}

describe('drawScene', () => {
  it('draws the same bytes for the same scene', () => {
    const scene = sceneOf({});
    expect(drawScene(scene)).toEqual(drawScene(scene));
  });

  it('returns RGB bytes of the asked size, opaque everywhere', () => {
    for (const setting of SETTINGS) {
      const picture = drawScene(sceneOf({ setting: setting.name }), 64);
      expect(picture.length).toBe(64 * 64 * 3);
      let blackest = 0;
      for (let i = 0; i < picture.length; i += 3) if (picture[i]! + picture[i + 1]! + picture[i + 2]! < 6) blackest++;
      expect([setting.name, blackest]).toEqual([setting.name, 0]);
    }
  });

  it('describes every kind, clothing and setting in sound numbers', () => {
    for (const kind of KINDS) {
      for (const clothes of CLOTHES) {
        for (const setting of SETTINGS) {
          const scene = sceneOf({ kind: kind.name, clothes: clothes.name, setting: setting.name });
          expect(renderSvg(scene)).not.toMatch(/NaN|undefined|Infinity/);
        }
      }
    }
  });

  it('draws something for every kind in every setting', () => {
    KINDS.forEach((kind, i) => {
      SETTINGS.forEach((setting, j) => {
        const clothes = CLOTHES[(i + j) % CLOTHES.length]!.name;
        expect(coloursIn(drawScene(sceneOf({ kind: kind.name, clothes, setting: setting.name }), 32))).toBeGreaterThan(
          10,
        );
      });
    });
  });

  it('gives every coat colour a picture of its own', () => {
    const scene = sceneOf({ kind: 'bear', colour: 'white', clothes: 'none', setting: 'plain' });
    const pictures = COLOURS.map(({ name }) => drawScene({ ...scene, pet: { ...scene.pet, colour: name } }));
    for (let a = 0; a < pictures.length; a++) {
      for (let b = 0; b < a; b++) expect(meanDifference(pictures[a]!, pictures[b]!)).toBeGreaterThan(4);
    }
  });

  it('shows every garment, also on an animal of the same colour', () => {
    for (const kind of KINDS) {
      const scene = sceneOf({ kind: kind.name, colour: 'yellow', clothes: 'none', setting: 'plain' });
      const pictures = CLOTHES.map(({ name }) => drawScene({ ...scene, clothes: name }));
      for (let a = 0; a < pictures.length; a++) {
        for (let b = 0; b < a; b++) expect(meanDifference(pictures[a]!, pictures[b]!)).toBeGreaterThan(0.4);
      }
    }
  });

  it('keeps ids unique within a picture', () => {
    for (const setting of SETTINGS) {
      for (const kind of KINDS) {
        const ids = [
          ...renderSvg(sceneOf({ setting: setting.name, kind: kind.name, clothes: 'yellow shirt' })).matchAll(
            / id="([^"]+)"/g,
          ),
        ].map((match) => match[1]);
        expect(new Set(ids).size).toBe(ids.length);
      }
    }
  });
});
