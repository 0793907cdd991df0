/**
 * @file Says where the subject of a photo is, by zero-shot choice among places that the checkpoint knows.
 * Paper: Radford et al. 2021, arXiv:2103.00020, section 3.1.
 *
 * With one prompt for all photos ("a photo of sks dog") a LoRA ties the subject to the encoder's states of that very
 * text, the padding above all, and the subject is gone from "sks dog in the snow". With captions that differ in what
 * surrounds the subject, only the words for the subject stay the same.
 */
import type { StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
import type { DreamBoothPrompts } from './rare-token.js';

export interface PlaceCaptioner {
  /** @param pixels [H, W, 3] in [-1, 1] at the checkpoint's size @returns the instance prompt with the place that fits best */
  captionOf(pixels: Float32Array): Promise<string>;
}

/** Without an image encoder that sees pictures of the checkpoint's size, or without places, every photo gets the instance prompt. */
export async function createPlaceCaptioner(
  model: StableDiffusionModel,
  words: DreamBoothPrompts,
): Promise<PlaceCaptioner> {
  const { places } = model.checkpoint.recommendations.training;
  if (places.length === 0 || !model.canCompare) return { captionOf: async () => words.instance };
  const meanings: Float32Array[] = [];
  for (const place of places) meanings.push(await model.embedText(`${words.class} ${place}`));
  return {
    async captionOf(pixels) {
      const picture = await model.embedPicture(pixels);
      const scores = meanings.map((meaning) => cosine(meaning, picture));
      return `${words.instance} ${places[scores.indexOf(Math.max(...scores))]!}`;
    },
  };
}

function cosine(one: Float32Array, other: Float32Array): number {
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}
