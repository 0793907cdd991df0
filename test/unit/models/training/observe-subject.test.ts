import { describe, expect, it } from 'vitest';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { observeSubject } from '#models/training/observe-subject.js';

const looks = ['white', 'blue'];
const places = ['in the snow', 'on the beach', 'in space'];
const garments = ['wearing a hat'];
const known = { looks, places, garments: [] as string[] };

/** Texts and pictures are points with one axis per word: a picture holds how much it shows of each. */
function modelThat(canCompare: boolean, training: Partial<typeof known> = known) {
  const words = [...looks, ...places, ...garments];
  const model = {
    canCompare,
    checkpoint: {
      tokenizer: { encode: (text: string) => [Number.parseInt(text.replaceAll(/[^a-z]/g, ''), 36)] },
      configs: {},
      recommendations: { training: { ...known, ...training } },
    },
    embedText: async (text: string) => Float32Array.from(words, (word) => (text.includes(word) ? 1 : 0)),
    embedPicture: async (pixels: Float32Array) => pixels,
    encodePrompt: async (text: string) => Float32Array.from([text.length]),
    encodeImage: async (pixels: Float32Array) => ({ mean: pixels, std: pixels }),
  };
  return model as unknown as StableDiffusionModel;
}

const photo = (...shown: number[]) => {
  const pixels = Float32Array.from(
    { length: looks.length + places.length + garments.length },
    (_, axis) => shown[axis] ?? 0,
  );
  return () => pixels;
};
/** Blue in two of three; the first has a white blanket. */
const photos = [photo(1, 0.9, 0.8, 0, 0), photo(0, 1, 0, 0.9, 0.1), photo(0.2, 1, 0, 0, 0.7)];

describe('what the photos of a subject say', () => {
  it('finds one look for all and a place for each', async () => {
    const { words, photos: observed } = await observeSubject(modelThat(true), 'dog', photos);
    expect(words).toEqual({ token: 'blue sks', instance: 'a photo of blue sks dog', class: 'a photo of a dog' });
    expect(observed.map(({ caption }) => caption)).toEqual([
      'a photo of blue sks dog in the snow',
      'a photo of blue sks dog on the beach',
      'a photo of blue sks dog in space',
    ]);
    expect(observed.map(({ embedding, caption }) => embedding[0] === caption.length)).toEqual([true, true, true]);
  });

  it('finds places where a checkpoint knows no looks, and looks where it knows no places', async () => {
    const without = await observeSubject(modelThat(true, { looks: [] }), 'dog', photos);
    expect(without.words.token).toBe('sks');
    expect(without.photos[1]!.caption).toBe('a photo of sks dog on the beach');
    const placeless = await observeSubject(modelThat(true, { places: [] }), 'dog', photos);
    expect(placeless.photos.map(({ caption }) => caption)).toEqual(Array(3).fill('a photo of blue sks dog'));
  });

  it('keeps to the rare token where texts and pictures cannot be compared', async () => {
    const { words, photos: observed } = await observeSubject(modelThat(false), 'dog', photos);
    expect(words.token).toBe('sks');
    expect(new Set(observed.map(({ caption }) => caption))).toEqual(new Set(['a photo of sks dog']));
  });

  it('does not take what the subject wears for how it looks, and names it in the captions', async () => {
    const dressed = [photo(0.5, 0.6, 0, 0.9, 0, 0.8), photo(0.4, 0.6, 0.9, 0, 0, 0)];
    const { look, photos: observed } = await observeSubject(modelThat(true, { garments }), 'dog', dressed);
    expect(look).toBe('blue');
    expect(observed.map(({ seen }) => seen)).toEqual(['wearing a hat on the beach', 'in the snow']);
    expect(observed[0]!.caption).toBe('a photo of blue sks dog wearing a hat on the beach');
  });

  it('believes whoever says how the subject looks', async () => {
    const { look, words, photos: observed } = await observeSubject(modelThat(true), 'dog', photos, { look: 'white' });
    expect(look).toBe('white');
    expect(words.token).toBe('white sks');
    expect(observed[1]!.caption).toBe('a photo of white sks dog on the beach');
    const unseen = await observeSubject(modelThat(false), 'dog', photos, { look: 'spotted' });
    expect(unseen.words.token).toBe('spotted sks');
  });

  it('asks the reader of a checkpoint that brings one', async () => {
    const answers = (...words: [string, number][]) => words.map(([one, probability]) => ({ words: one, probability }));
    const model = {
      ...modelThat(true),
      checkpoint: { ...modelThat(true).checkpoint, configs: { reader: {} } },
      readPicture: async ([white]: Float32Array) => ({
        kind: answers(['dog', 1]),
        // Sure in one photo, and wrong by a little in the others.
        look: white === 1 ? answers(['grey', 0.6], ['brown', 0.4]) : answers(['brown', 0.99], ['grey', 0.01]),
        garment: answers(['', 0.9], ['wearing a hat', 0.1]),
        place: answers(['in the snow', 0.8], ['in space', 0.2]),
      }),
    } as unknown as StableDiffusionModel;
    const { look, photos: observed } = await observeSubject(model, 'dog', photos);
    expect(look).toBe('brown');
    expect(observed[0]!.caption).toBe('a photo of brown sks dog in the snow');
  });

  it('stops between photos', async () => {
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(observeSubject(modelThat(true), 'dog', photos, { signal: aborted })).rejects.toThrow('enough');
  });
});
