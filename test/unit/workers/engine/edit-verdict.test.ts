import { describe, expect, test } from 'vitest';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import type { EditChange } from '#src/editing/edit-job.js';
import { everything, type Missed, missedBy, missedByAll } from '#workers/engine/edit-verdict.js';
import { PhotoCaptioner } from '#workers/engine/photo-caption.js';

const picture = { rgb: new Uint8Array(3), width: 1, height: 1 };
const reader = {
  kind: ['dog', 'cat'],
  look: ['orange', 'red'],
  garment: ['', 'wearing a red hat'],
  place: ['in the snow', 'on the beach'],
};

/** A picture that shows these words, changed by this much along its words. */
function verdict(
  changes: readonly EditChange[],
  shown: Partial<Record<keyof typeof reader, string>> | undefined,
  { direction = 0.05, hasPet = false, targetPrompt = 'a photo of something else', probability = 1 } = {},
): Promise<Missed> {
  const sight = { kind: 'dog', look: 'orange', garment: '', place: 'in the snow', ...shown };
  const answers = Object.entries(sight).map(([question, words]) => [question, [{ words, probability }]]);
  const model = {
    canCompare: false,
    checkpoint: { configs: shown ? { reader } : {} },
    readPicture: async () => Object.fromEntries(answers),
  } as unknown as StableDiffusionModel;
  const result = {
    picture,
    score: { kind: 'direction', value: direction, changedShare: 0.1 },
    settings: { sourcePrompt: 'a photo of a dog', targetPrompt },
  } as never;
  return missedBy(result, { captioner: new PhotoCaptioner(model), changes, hasPet, leastDirection: 0.1 });
}

describe('a reader says of a picture', () => {
  const toCat: EditChange = { kind: 'replace', from: 'dog', to: 'cat' };
  const hat: EditChange = { kind: 'add', words: 'a red hat' };

  test('that it missed where the new animal, garment or place is not there', async () => {
    expect(await verdict([toCat], {})).toBe(everything);
    expect(await verdict([toCat], { kind: 'cat' })).toEqual([]);
    expect(await verdict([hat], {})).toBe(everything);
    expect(await verdict([hat], { garment: 'wearing a red hat' })).toEqual([]);
    expect(await verdict([{ kind: 'replace', from: 'snow', to: 'beach' }], { place: 'on the beach' })).toEqual([]);
  });

  test('that it missed where what was to go is still there', async () => {
    const removal: EditChange = { kind: 'remove', words: 'hat' };
    expect(await verdict([removal], { garment: 'wearing a red hat' })).toBe(everything);
    expect(await verdict([removal], { garment: '' })).toEqual([]);
  });

  test('nothing that outweighs a change along its words', async () => {
    expect(await verdict([toCat], {}, { direction: 0.5 })).toEqual([]);
    expect(await verdict([toCat], {}, { direction: 0.5, hasPet: true })).toBe(everything);
  });

  test('nothing about words that it does not know: then the direction of the change counts', async () => {
    const glasses: EditChange = { kind: 'add', words: 'sunglasses' };
    expect(await verdict([glasses], {}, { direction: 0.05 })).toBe(everything);
    expect(await verdict([glasses], {}, { direction: 0.5 })).toEqual([]);
  });
});

describe('of several changes', () => {
  const toCat: EditChange = { kind: 'replace', from: 'dog', to: 'cat' };
  const hat: EditChange = { kind: 'add', words: 'a red hat' };
  const toBeach: EditChange = { kind: 'replace', from: 'snow', to: 'beach' };

  test('a reader that is sure says which one is missed, however well the picture changed along its words', async () => {
    const shown = { kind: 'cat', place: 'on the beach' };
    expect(await verdict([toCat, hat, toBeach], shown, { direction: 0.5 })).toEqual([1]);
    expect(await verdict([toCat, hat, toBeach], { kind: 'cat' })).toEqual([1, 2]);
    expect(await verdict([hat, { kind: 'remove', words: 'red hat' }], {}, { direction: 0.5 })).toEqual([0]);
  });

  test('one that is not sure says nothing of parts', async () => {
    expect(await verdict([toCat, hat], { kind: 'cat' }, { direction: 0.5, probability: 0.4 })).toEqual([]);
    expect(await verdict([toCat, hat], { kind: 'cat' }, { direction: 0.05, probability: 0.4 })).toBe(everything);
    expect(await verdict([toCat, hat], {})).toBe(everything);
  });

  test('what one of several strengths shows was not missed', () => {
    expect(missedByAll([[1], [0, 1], everything], 2)).toEqual([1]);
    expect(missedByAll([[1], [0]], 2)).toEqual([]);
    expect(missedByAll([everything, everything], 0)).toBe(everything);
    expect(missedByAll([everything, []], 0)).toEqual([]);
  });
});

describe('without a reader', () => {
  const change: EditChange = { kind: 'replace', from: 'dog', to: 'cat' };

  test('a picture missed that changed along other lines than its words', async () => {
    expect(await verdict([change], undefined, { direction: 0.05 })).toBe(everything);
    expect(await verdict([change], undefined, { direction: 0.5 })).toEqual([]);
  });

  test('nothing is said of a pet, whose word leads nobody knows where, and of words that only weigh more', async () => {
    expect(await verdict([change], undefined, { direction: 0, hasPet: true })).toEqual([]);
    const weight: EditChange = { kind: 'weigh', words: 'dog', factor: 2 };
    expect(await verdict([weight], undefined, { direction: 0, targetPrompt: 'a photo of a dog' })).toEqual([]);
  });
});
