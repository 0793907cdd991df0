import { describe, expect, it } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { coatRgb, contrast, markingRgb } from '#models/toy-world/palette.js';
import { createPet } from '#models/toy-world/pet.js';
import { drawScene } from '#models/toy-world/render.js';
import { createScene } from '#models/toy-world/scene.js';
import { COLOURS, KINDS } from '#models/toy-world/vocabulary.js';

const pets = (count: number, seed: number) => {
  const generator = createGenerator(seed);
  return Array.from({ length: count }, () => createPet(generator));
};

describe('createPet', () => {
  it('gives the same individual for the same seed', () => {
    expect(pets(3, 5)).toEqual(pets(3, 5));
  });

  it('keeps to the kind and colour asked for', () => {
    const pet = createPet(createGenerator(1), { kind: 'duck', colour: 'blue' });
    expect([pet.kind, pet.colour]).toEqual(['duck', 'blue']);
  });

  it('marks at least two of face, body and ends', () => {
    for (const { markings } of pets(400, 6)) {
      expect(
        [markings.face, markings.body, markings.ends].filter((marking) => marking !== 'plain').length,
      ).toBeGreaterThanOrEqual(2);
    }
  });

  it('paints markings that stand out from the coat', () => {
    for (const { colour, markings } of pets(400, 7)) {
      expect(contrast(markingRgb(markings.colour), coatRgb(colour))).toBeGreaterThan(190);
      expect(contrast(markingRgb(markings.endColour), coatRgb(colour))).toBeGreaterThan(190);
    }
  });

  it('has at least two marking colours and one spot for every coat', () => {
    for (const { name } of COLOURS) {
      const generator = createGenerator(8);
      const drawn = Array.from({ length: 60 }, () => createPet(generator, { colour: name }).markings);
      expect(new Set(drawn.map((markings) => markings.colour)).size).toBeGreaterThanOrEqual(2);
      for (const markings of drawn) expect(markings.spots.length).toBeGreaterThanOrEqual(1);
    }
  });

  it('draws individuals that differ, while captions could not tell them apart', () => {
    for (const { name: kind } of KINDS) {
      const generator = createGenerator(9);
      const scene = createScene(generator, { kind, colour: 'orange', clothes: 'none', setting: 'plain' });
      const pictures = Array.from({ length: 8 }, () =>
        drawScene({ ...scene, pet: createPet(generator, { kind, colour: 'orange' }) }),
      );
      for (let a = 0; a < pictures.length; a++) {
        for (let b = 0; b < a; b++) expect(changedShare(pictures[a]!, pictures[b]!)).toBeGreaterThan(0.004);
      }
    }
  });
});

/** Share of bytes that differ by more than a quarter of the range. */
function changedShare(first: Uint8Array, second: Uint8Array): number {
  let changed = 0;
  for (let i = 0; i < first.length; i++) if (Math.abs(first[i]! - second[i]!) > 64) changed++;
  return changed / first.length;
}
