/**
 * @file Looks at the photos of a subject before a training: what to call it, and what each photo shows, by zero-shot
 * choice among words that the checkpoint knows. Paper: Radford et al. 2021, arXiv:2103.00020, section 3.1.
 *
 * With one prompt for all photos ("a photo of sks dog") a LoRA ties the subject to the encoder's states of that very
 * text, the padding above all, and the subject is gone from "sks dog in the snow". With captions that differ in what
 * surrounds the subject, only the words for the subject stay the same. And a word for how it looks reaches, through the
 * text encoder, whatever comes after it in any prompt; what no word says is left for the LoRA.
 */
import type { StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
import type { InstancePhoto } from './dreambooth-batches.js';
import { chooseRareToken, type DreamBoothPrompts, dreamBoothPrompts } from './rare-token.js';

export interface SubjectWords extends DreamBoothPrompts {
  /** Stands for the subject, before its class: `sks`, or `blue sks`. */
  readonly token: string;
}

export interface ObservedSubject {
  readonly words: SubjectWords;
  readonly photos: readonly (InstancePhoto & { readonly caption: string })[];
}

/**
 * @param className what the subject is one of, such as `dog`
 * @param photos [H, W, 3] each, in [-1, 1] at the checkpoint's size; asked for one at a time
 * @throws the reason of the signal
 */
export async function observeSubject(
  model: StableDiffusionModel,
  className: string,
  photos: readonly (() => Float32Array | Promise<Float32Array>)[],
  signal?: AbortSignal,
): Promise<ObservedSubject> {
  const rare = chooseRareToken(model.checkpoint.tokenizer, [className]);
  const none: { looks: readonly string[]; places: readonly string[] } = { looks: [], places: [] };
  const { looks, places } = model.canCompare ? model.checkpoint.recommendations.training : none;
  const candidates = await embedCandidates(model, className, looks, places);
  const scores: Float32Array[] = [];
  const posteriors = [];
  for (const pixelsOf of photos) {
    signal?.throwIfAborted();
    const pixels = await pixelsOf();
    posteriors.push(await model.encodeImage(pixels));
    if (candidates.length === 0) continue;
    const picture = await model.embedPicture(pixels);
    scores.push(Float32Array.from(candidates, (candidate) => cosine(candidate, picture)));
  }
  const look =
    looks[bestBy(looks.length, (index) => sum(scores.map((row) => Math.max(...rowOf(row, index, places.length)))))];
  const lookIndex = look === undefined ? 0 : looks.indexOf(look);
  const token = look === undefined ? rare : `${look} ${rare}`;
  const words = { token, ...dreamBoothPrompts(token, className) };
  const embed = cachedEmbeddings(model);
  const observed = [];
  for (const [index, posterior] of posteriors.entries()) {
    const row = scores[index] && rowOf(scores[index], lookIndex, places.length);
    const place = row && places[bestBy(places.length, (candidate) => row[candidate]!)];
    const caption = place === undefined ? words.instance : `${words.instance} ${place}`;
    observed.push({ ...posterior, caption, embedding: await embed(caption) });
  }
  return { words, photos: observed };
}

/** Equal texts share one embedding. */
export function cachedEmbeddings(model: StableDiffusionModel): (text: string) => Promise<Float32Array> {
  const known = new Map<string, Promise<Float32Array>>();
  return (text) => {
    const embedding = known.get(text) ?? model.encodePrompt(text);
    known.set(text, embedding);
    return embedding;
  };
}

/** One point for each look at each place, places innermost. */
async function embedCandidates(
  model: StableDiffusionModel,
  className: string,
  looks: readonly string[],
  places: readonly string[],
): Promise<Float32Array[]> {
  if (looks.length === 0 && places.length === 0) return [];
  const points: Float32Array[] = [];
  for (const look of looks.length === 0 ? [''] : looks) {
    for (const place of places.length === 0 ? [''] : places) {
      const { class: subject } = dreamBoothPrompts('', `${look} ${className}`.trim());
      points.push(await model.embedText(`${subject} ${place}`.trim()));
    }
  }
  return points;
}

const rowOf = (scores: Float32Array, row: number, width: number) =>
  scores.subarray(row * Math.max(1, width), (row + 1) * Math.max(1, width));

/** The index with the highest score; -1 where there is none. */
function bestBy(count: number, scoreOf: (index: number) => number): number {
  let best = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    const score = scoreOf(index);
    if (score > highest) [best, highest] = [index, score];
  }
  return best;
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

function cosine(one: Float32Array, other: Float32Array): number {
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((total, value, index) => total + value * b[index]!, 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}
