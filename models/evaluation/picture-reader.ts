/**
 * @file What a picture shows to a checkpoint: by its own reader where it brings one, else by how well texts fit it.
 * Paper: Radford et al. 2021, arXiv:2103.00020, section 3.1.
 */
import type { ReadPicture } from '../pipelines/functions/read-picture.js';
import type { StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
import { cosine } from '../tensors/cosine.js';

/** The cosine between a text and the picture. */
export type Similarity = (text: string) => Promise<number>;

export class PictureReader {
  readonly #model: StableDiffusionModel;
  /** Texts are embedded once. */
  readonly #points = new Map<string, Promise<Float32Array>>();

  constructor(model: StableDiffusionModel) {
    this.#model = model;
  }

  /** @param pixels [H, W, 3] in [−1, 1] @returns undefined where the checkpoint brings no reader for pictures of its size */
  async read(pixels: Float32Array): Promise<ReadPicture | undefined> {
    return this.#model.checkpoint.configs.reader && this.#model.readPicture(pixels);
  }

  /** @param pixels [H, W, 3] in [−1, 1] @returns undefined where the checkpoint cannot compare texts and pictures */
  async comparedWith(pixels: Float32Array): Promise<Similarity | undefined> {
    if (!this.#model.canCompare) return undefined;
    const picture = await this.#model.embedPicture(pixels);
    return async (text) => {
      const point = this.#points.get(text) ?? this.#model.embedText(text);
      this.#points.set(text, point);
      return cosine(await point, picture);
    };
  }
}

/** Best first; of equals, the earlier. */
export async function rank<Candidate>(
  candidates: readonly Candidate[],
  score: (candidate: Candidate) => Promise<number>,
): Promise<[Candidate, number][]> {
  const scored: [Candidate, number][] = [];
  for (const candidate of candidates) scored.push([candidate, await score(candidate)]);
  return scored.toSorted(([, one], [, other]) => other - one);
}

/** Where nothing is known of a question, one answer that says nothing. */
export const orNothing = (words: readonly string[]): readonly string[] => (words.length === 0 ? [''] : words);
