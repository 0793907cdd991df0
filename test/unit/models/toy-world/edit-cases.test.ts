import { describe, expect, test } from 'vitest';
import { planEdit } from '#models/editing/attention-control/edit-instruction.js';
import { createGenerator } from '#models/tensors/random.js';
import { createEditCase, EDIT_KINDS, editMask } from '#models/toy-world/edit-cases.js';
import { createPet } from '#models/toy-world/pet.js';
import { drawScene } from '#models/toy-world/render.js';
import { describeScene } from '#models/toy-world/scene.js';

const size = 64;
const biscuit = createPet(createGenerator(5), { kind: 'dog' });
const cases = EDIT_KINDS.flatMap((kind) => [0, 1, 2].map((index) => createEditCase(kind, index, { pet: biscuit })));

describe('createEditCase', () => {
  test('draws the same case for the same arguments', () => {
    expect(createEditCase('two edits', 3)).toEqual(createEditCase('two edits', 3));
  });

  test.each(EDIT_KINDS)('"%s" changes what its name says and nothing else', (kind) => {
    const changed = {
      'change object': ['kind'],
      add: ['clothes'],
      remove: ['clothes'],
      'change colour': ['colour'],
      'change clothes': ['clothes'],
      'change setting': ['setting'],
      reweight: [],
      'swap pet': ['kind', 'colour'],
      'two edits': ['clothes', 'kind'],
      nothing: [],
    }[kind];
    for (const { source, target } of cases.filter((candidate) => candidate.kind === kind)) {
      const before = describeScene(source);
      const after = describeScene(target);
      const differing = (Object.keys(before) as (keyof typeof before)[]).filter((name) => before[name] !== after[name]);
      if (kind === 'swap pet') expect(target.pet).toBe(biscuit);
      else expect(differing.sort()).toEqual([...changed].sort());
      expect(target.settingSeed).toBe(source.settingSeed);
      expect(target.placement).toEqual(source.placement);
    }
  });

  test('asks for a pet where the animal is swapped for one', () => {
    expect(() => createEditCase('swap pet', 0)).toThrow('needs a pet');
  });

  test('gives instructions that fit the source caption and lead to the words of the target', () => {
    for (const { kind, instructions, sourceCaption } of cases) {
      if (kind === 'nothing') continue;
      const { targetPrompt } = planEdit(sourceCaption, instructions);
      if (kind === 'reweight') expect(targetPrompt).toBe(sourceCaption);
      else expect(targetPrompt).not.toBe(sourceCaption);
    }
  });
});

describe('editMask', () => {
  test('covers every pixel in which the two drawings differ clearly, and leaves the rest of the picture out', () => {
    for (const edit of cases.filter(({ kind }) => kind !== 'reweight')) {
      const mask = editMask(edit, size, 2);
      const before = drawScene(edit.source, size);
      const after = drawScene(edit.target, size);
      const outside = before.map((value, index) =>
        mask[Math.floor(index / 3)] === 1 ? 0 : Math.abs(value - after[index]!),
      );
      expect(Math.max(...outside)).toBeLessThanOrEqual(12);
      const share = mask.reduce((sum, value) => sum + value, 0) / mask.length;
      if (edit.kind === 'nothing') expect(share).toBe(0);
      else expect(share).toBeGreaterThan(0.01);
    }
  });

  test('covers the garment whose weight changes', () => {
    const edit = cases.find(({ kind }) => kind === 'reweight')!;
    const share = editMask(edit, size, 2).reduce((sum, value) => sum + value, 0) / size ** 2;
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.5);
  });

  test('grows by its margin', () => {
    const edit = cases.find(({ kind }) => kind === 'add')!;
    const area = (margin: number) => editMask(edit, size, margin).reduce((sum, value) => sum + value, 0);
    expect(area(3)).toBeGreaterThan(area(0));
  });
});
