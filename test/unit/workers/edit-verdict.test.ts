import { describe, expect, test } from 'vitest';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import type { EditChange } from '#src/jobs/edit.js';
import { isMissed } from '#workers/edit-verdict.js';
import { PhotoCaptioner } from '#workers/photo-caption.js';

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
  { direction = 0.05, hasPet = false, targetPrompt = 'a photo of something else' } = {},
) {
  const sight = { kind: 'dog', look: 'orange', garment: '', place: 'in the snow', ...shown };
  const answers = Object.entries(sight).map(([question, words]) => [question, [{ words, probability: 1 }]]);
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
  return isMissed(result, { captioner: new PhotoCaptioner(model), changes, hasPet, leastDirection: 0.1 });
}

describe('a reader says of a picture', () => {
  const toCat: EditChange = { kind: 'replace', from: 'dog', to: 'cat' };
  const hat: EditChange = { kind: 'add', words: 'a red hat' };

  test('that it missed where the new animal, garment or place is not there', async () => {
    expect(await verdict([toCat], {})).toBe(true);
    expect(await verdict([toCat], { kind: 'cat' })).toBe(false);
    expect(await verdict([hat], {})).toBe(true);
    expect(await verdict([hat], { garment: 'wearing a red hat' })).toBe(false);
    expect(await verdict([toCat, hat], { kind: 'cat' })).toBe(true);
    expect(await verdict([{ kind: 'replace', from: 'snow', to: 'beach' }], { place: 'on the beach' })).toBe(false);
  });

  test('that it missed where what was to go is still there', async () => {
    const removal: EditChange = { kind: 'remove', words: 'hat' };
    expect(await verdict([removal], { garment: 'wearing a red hat' })).toBe(true);
    expect(await verdict([removal], { garment: '' })).toBe(false);
  });

  test('nothing that outweighs a change along its words', async () => {
    expect(await verdict([toCat], {}, { direction: 0.5 })).toBe(false);
    expect(await verdict([toCat], {}, { direction: 0.5, hasPet: true })).toBe(true);
  });

  test('nothing about words that it does not know: then the direction of the change counts', async () => {
    const glasses: EditChange = { kind: 'add', words: 'sunglasses' };
    expect(await verdict([glasses], {}, { direction: 0.05 })).toBe(true);
    expect(await verdict([glasses], {}, { direction: 0.5 })).toBe(false);
  });
});

describe('without a reader', () => {
  const change: EditChange = { kind: 'replace', from: 'dog', to: 'cat' };

  test('a picture missed that changed along other lines than its words', async () => {
    expect(await verdict([change], undefined, { direction: 0.05 })).toBe(true);
    expect(await verdict([change], undefined, { direction: 0.5 })).toBe(false);
  });

  test('nothing is said of a pet, whose word leads nobody knows where, and of words that only weigh more', async () => {
    expect(await verdict([change], undefined, { direction: 0, hasPet: true })).toBe(false);
    const weight: EditChange = { kind: 'weigh', words: 'dog', factor: 2 };
    expect(await verdict([weight], undefined, { direction: 0, targetPrompt: 'a photo of a dog' })).toBe(false);
  });
});
