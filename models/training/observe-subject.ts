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
import { cosine } from '../tensors/cosine.js';
import type { InstancePhoto } from './dreambooth-batches.js';
import { chooseRareToken, type DreamBoothPrompts, dreamBoothPrompts } from './rare-token.js';

export interface SubjectWords extends DreamBoothPrompts {
  /** Stands for the subject, before its class: `sks`, or `blue sks`. */
  readonly token: string;
}

export interface ObservedSubject {
  readonly words: SubjectWords;
  /** A word for how the subject looks, where one is known. */
  readonly look?: string;
  readonly photos: readonly (InstancePhoto & {
    readonly caption: string;
    /** What it wears and where it is, where the checkpoint can tell. */
    readonly seen?: string;
  })[];
}

export interface ObservationOptions {
  /** How the subject looks, where somebody said so. */
  readonly look?: string | undefined;
  readonly signal?: AbortSignal | undefined;
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
  { look: given, signal }: ObservationOptions = {},
): Promise<ObservedSubject> {
  const rare = chooseRareToken(model.checkpoint.tokenizer, [className]);
  const eye = (await readingEye(model)) ?? (await comparingEye(model, className, given));
  const glances: Glance[] = [];
  const posteriors = [];
  for (const pixelsOf of photos) {
    signal?.throwIfAborted();
    const pixels = await pixelsOf();
    posteriors.push(await model.encodeImage(pixels));
    if (eye) glances.push(await eye(pixels));
  }
  const look = given ?? lookOf(glances);
  const token = look ? `${look} ${rare}` : rare;
  const words = { token, ...dreamBoothPrompts(token, className) };
  const embed = cachedEmbeddings(model);
  const observed = [];
  for (const [index, posterior] of posteriors.entries()) {
    const seen = glances[index]?.seenWith(look);
    const caption = seen ? `${words.instance} ${seen}` : words.instance;
    observed.push({ ...posterior, caption, ...(seen && { seen }), embedding: await embed(caption) });
  }
  return { words, ...(look && { look }), photos: observed };
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

/** What one photo says. */
interface Glance {
  /** How well each look fits; sums of them tell which fits all photos. */
  readonly looks: ReadonlyMap<string, number>;
  /** What the subject wears and where it is, if it looks like this; empty where nobody knows. */
  seenWith(look: string | undefined): string;
}
type Eye = (pixels: Float32Array) => Promise<Glance>;

/** @returns undefined where the checkpoint brings no reader */
async function readingEye(model: StableDiffusionModel): Promise<Eye | undefined> {
  if (!model.checkpoint.configs.reader) return undefined;
  return async (pixels) => {
    const answers = (await model.readPicture(pixels))!;
    const [garment, place] = [answers.garment[0]!.words, answers.place[0]!.words];
    return {
      // Independent photos of one subject: probabilities multiply.
      looks: new Map(answers.look.map(({ words, probability }) => [words, Math.log(probability + 1e-6)])),
      seenWith: () => `${garment} ${place}`.trim(),
    };
  };
}

interface Candidate {
  readonly look: string;
  readonly seen: string;
  readonly point: Float32Array;
}

/** @returns undefined where texts and pictures cannot be compared, or the checkpoint knows no words to choose from */
async function comparingEye(
  model: StableDiffusionModel,
  className: string,
  given: string | undefined,
): Promise<Eye | undefined> {
  if (!model.canCompare) return undefined;
  const { looks, garments, places } = model.checkpoint.recommendations.training;
  if (looks.length === 0 && garments.length === 0 && places.length === 0) return undefined;
  const candidates: Candidate[] = [];
  for (const look of given === undefined ? orNothing(looks) : [given]) {
    const { class: subject } = dreamBoothPrompts('', `${look} ${className}`.trim());
    for (const garment of ['', ...garments]) {
      for (const place of orNothing(places)) {
        const seen = `${garment} ${place}`.trim();
        candidates.push({ look, seen, point: await model.embedText(`${subject} ${seen}`.trim()) });
      }
    }
  }
  return async (pixels) => {
    const picture = await model.embedPicture(pixels);
    const ranked = candidates
      .map(({ look, seen, point }) => ({ look, seen, score: cosine(point, picture) }))
      .toSorted((one, other) => other.score - one.score);
    const best = (look: string | undefined) => ranked.find((candidate) => candidate.look === look) ?? ranked[0]!;
    return {
      looks: new Map(candidates.map(({ look }) => [look, best(look).score])),
      seenWith: (look) => best(look).seen,
    };
  };
}

const orNothing = (words: readonly string[]) => (words.length === 0 ? [''] : words);

/** What fits all photos together best. */
function lookOf(glances: readonly Glance[]): string | undefined {
  const totals = new Map<string, number>();
  for (const { looks } of glances) for (const [look, score] of looks) totals.set(look, (totals.get(look) ?? 0) + score);
  return [...totals].toSorted(([, one], [, other]) => other - one)[0]?.[0];
}
