import { describe, expect, it } from 'vitest';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { observeSubject } from '#models/trainers/observe-subject.js';

const looks = ['white', 'blue'];
const places = ['in the snow', 'on the beach', 'in space'];

/** Texts and pictures are points with one axis per word: a picture holds how much it shows of each. */
function modelThat(canCompare: boolean, training = { looks, places }) {
  const words = [...looks, ...places];
  const model = {
    canCompare,
    checkpoint: {
      tokenizer: { encode: (text: string) => [Number.parseInt(text.replaceAll(/[^a-z]/g, ''), 36)] },
      recommendations: { training },
    },
    embedText: async (text: string) => Float32Array.from(words, (word) => (text.includes(word) ? 1 : 0)),
    embedPicture: async (pixels: Float32Array) => pixels,
    encodePrompt: async (text: string) => Float32Array.from([text.length]),
    encodeImage: async (pixels: Float32Array) => ({ mean: pixels, std: pixels }),
  };
  return model as unknown as StableDiffusionModel;
}

const photo = (...shown: number[]) => {
  const pixels = Float32Array.from(shown);
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
    const without = await observeSubject(modelThat(true, { looks: [], places }), 'dog', photos);
    expect(without.words.token).toBe('sks');
    expect(without.photos[1]!.caption).toBe('a photo of sks dog on the beach');
    const placeless = await observeSubject(modelThat(true, { looks, places: [] }), 'dog', photos);
    expect(placeless.photos.map(({ caption }) => caption)).toEqual(Array(3).fill('a photo of blue sks dog'));
  });

  it('keeps to the rare token where texts and pictures cannot be compared', async () => {
    const { words, photos: observed } = await observeSubject(modelThat(false), 'dog', photos);
    expect(words.token).toBe('sks');
    expect(new Set(observed.map(({ caption }) => caption))).toEqual(new Set(['a photo of sks dog']));
  });

  it('stops between photos', async () => {
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(observeSubject(modelThat(true), 'dog', photos, aborted)).rejects.toThrow('enough');
  });
});
