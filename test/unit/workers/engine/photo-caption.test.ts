import { describe, expect, test } from 'vitest';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import type { EditChange } from '#src/editing/edit-job.js';
import { enoughCaption, extendCaption, PhotoCaptioner, wordsInPicture } from '#workers/engine/photo-caption.js';

test('changes take to be in the picture what no change before them has put there', () => {
  const changes: EditChange[] = [
    { kind: 'replace', from: 'dog', to: 'cat' },
    { kind: 'weigh', words: 'cat', factor: 2 },
    { kind: 'weigh', words: 'snow', factor: 2 },
    { kind: 'add', words: 'a red hat' },
    { kind: 'remove', words: 'hat' },
    { kind: 'remove', words: 'collar' },
  ];
  expect(wordsInPicture(changes)).toEqual(['dog', 'snow', 'collar']);
});

describe('without looking, a photo shows', () => {
  test('what the edit speaks of', () => {
    expect(extendCaption(undefined, [])).toEqual({ text: 'a photo', words: [], isGiven: false });
    expect(extendCaption(undefined, ['a dog', 'snow']).text).toBe('a photo of a dog, snow');
  });

  test('what was known before, and only what is missing is added', () => {
    expect(extendCaption('a dog in the snow', ['snow', 'hat']).text).toBe('a dog in the snow, hat');
    const earlier = { text: 'a photo of dog', words: ['dog'], isGiven: false };
    expect(enoughCaption({ earlier, words: ['dog'] })).toBe(earlier);
    expect(enoughCaption({ earlier, words: ['hat'] })).toBeUndefined();
    const given = { ...earlier, isGiven: true };
    expect(enoughCaption({ earlier: given, words: ['hat'] })).toBe(given);
    expect(enoughCaption({ words: [] })).toBeUndefined();
  });
});

/** Texts and pictures are points with one axis for each word. */
const axes = ['dog', 'cat', 'white', 'red', 'tuxedo', 'hat', 'snow', 'beach'];
function modelThatSees(words: string, canCompare = true): StableDiffusionModel {
  const pointOf = (text: string) => Float32Array.from(axes, (axis) => (text.includes(axis) ? 1 : 0.1));
  return {
    canCompare,
    checkpoint: {
      path: '/absent',
      configs: {},
      recommendations: {
        training: {
          looks: ['white', 'red'],
          garments: ['wearing a red hat', 'wearing a tuxedo'],
          places: ['in the snow', 'on the beach'],
        },
      },
    },
    embedText: async (text: string) => pointOf(text),
    embedPicture: async () => pointOf(words),
  } as unknown as StableDiffusionModel;
}
const describePhoto = (
  model: StableDiffusionModel,
  words: string[],
  earlier?: Parameters<typeof enoughCaption>[0]['earlier'],
) => new PhotoCaptioner(model).describe(new Float32Array(3), { words, earlier }, new AbortController().signal);

describe('a photo that is looked at', () => {
  test('gets the words that fit it best', async () => {
    expect((await describePhoto(modelThatSees('white cat snow'), [])).text).toBe('a photo of a white cat in the snow');
  });

  test('shows what the edit says is there, whatever the eye says', async () => {
    const seen = modelThatSees('white cat snow');
    expect((await describePhoto(seen, ['dog'])).text).toBe('a photo of a white dog in the snow');
    expect((await describePhoto(seen, ['beach'])).text).toBe('a photo of a white cat on the beach');
    expect((await describePhoto(seen, ['red dog'])).text).toBe('a photo of a red dog in the snow');
    expect((await describePhoto(seen, ['red hat'])).text).toBe('a photo of a white cat wearing a red hat in the snow');
    expect(await describePhoto(seen, ['green shoes'])).toEqual({
      text: 'a photo of a white cat in the snow, green shoes',
      words: ['green shoes'],
      isGiven: false,
    });
  });

  test('shows what is worn apart from how the animal looks', async () => {
    const dressed = modelThatSees('white dog tuxedo beach');
    expect((await describePhoto(dressed, [])).text).toBe('a photo of a white dog wearing a tuxedo on the beach');
  });

  test('gets no words of ours that make those of the edit say two things', async () => {
    const dressed = modelThatSees('red dog hat beach');
    expect((await describePhoto(dressed, [])).text).toBe('a photo of a red dog wearing a red hat on the beach');
    expect((await describePhoto(dressed, ['red'])).text).toBe('a photo of a red dog on the beach');
    expect((await describePhoto(dressed, ['red dog'])).text).toBe(
      'a photo of a red dog wearing a red hat on the beach',
    );
  });

  test('is called nothing that is not sure', async () => {
    expect((await describePhoto(modelThatSees('snow white'), [])).text).toBe('a photo of a white animal in the snow');
    expect((await describePhoto(modelThatSees('cat snow'), [])).text).toBe('a photo of a cat in the snow');
    expect((await describePhoto(modelThatSees('snow'), ['dog'])).text).toBe('a photo of a dog in the snow');
  });

  test('is looked at again for words that earlier ones lack, and keeps what earlier edits said', async () => {
    const earlier = { text: 'a photo of a white dog in the snow', words: ['dog'], isGiven: false };
    const seen = modelThatSees('white cat snow');
    expect(await describePhoto(seen, ['snow'], earlier)).toBe(earlier);
    expect((await describePhoto(seen, ['beach'], earlier)).text).toBe('a photo of a white dog on the beach');
  });

  test('is not looked at by a checkpoint that cannot compare', async () => {
    expect((await describePhoto(modelThatSees('cat', false), ['dog'])).text).toBe('a photo of dog');
  });
});

describe('a photo that a reader looks at', () => {
  const answers = (...words: [string, number][]) => words.map(([one, probability]) => ({ words: one, probability }));
  const model = {
    canCompare: false,
    checkpoint: {
      configs: {
        reader: {
          kind: ['bear', 'rabbit'],
          look: ['pink', 'yellow', 'red'],
          garment: ['', 'wearing a yellow shirt'],
          place: ['in the snow', 'in a garden'],
        },
      },
    },
    readPicture: async () => ({
      kind: answers(['bear', 0.8], ['rabbit', 0.2]),
      look: answers(['pink', 0.6], ['yellow', 0.39], ['red', 0.01]),
      garment: answers(['wearing a yellow shirt', 0.9], ['', 0.1]),
      place: answers(['in a garden', 0.45], ['in the snow', 0.4]),
    }),
  } as unknown as StableDiffusionModel;

  test('gets what is more probable than everything else', async () => {
    expect((await describePhoto(model, [])).text).toBe('a photo of a pink bear wearing a yellow shirt in a garden');
  });

  test('gets what the edit says is there, and the most probable of the rest', async () => {
    expect((await describePhoto(model, ['rabbit', 'snow'])).text).toBe(
      'a photo of a pink rabbit wearing a yellow shirt in the snow',
    );
    expect((await describePhoto(model, ['red'])).text).toBe('a photo of a red bear wearing a yellow shirt in a garden');
  });
});
