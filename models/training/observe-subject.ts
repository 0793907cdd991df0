/**
 * @file Looks at the photos of a subject before a training: what to call it, and what each photo shows, in words that the
 * checkpoint knows.
 *
 * With one prompt for all photos ("a photo of sks dog") a LoRA ties the subject to the encoder's states of that very
 * text, the padding above all, and the subject is gone from "sks dog in the snow". With captions that differ in what
 * surrounds the subject, only the words for the subject stay the same. And a word for how it looks reaches, through the
 * text encoder, whatever comes after it in any prompt; what no word says is left for the LoRA.
 */
import { orNothing, PictureReader, rank } from '../evaluation/picture-reader.js';
import type { ReadPicture } from '../pipelines/functions/read-picture.js';
import type { StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
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
  const reader = new PictureReader(model);
  const candidates = candidatesFor(model, className, given);
  const glances: Glance[] = [];
  const posteriors = [];
  for (const pixelsOf of photos) {
    signal?.throwIfAborted();
    const pixels = await pixelsOf();
    posteriors.push(await model.encodeImage(pixels));
    const glance = await glanceAt(reader, candidates, pixels);
    if (glance) glances.push(glance);
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

/** @returns undefined where the checkpoint neither reads pictures nor can compare them with words that it knows */
async function glanceAt(
  reader: PictureReader,
  candidates: readonly Candidate[],
  pixels: Float32Array,
): Promise<Glance | undefined> {
  const answers = await reader.read(pixels);
  if (answers) return glanceOf(answers);
  const similarityOf = candidates.length > 0 ? await reader.comparedWith(pixels) : undefined;
  if (!similarityOf) return undefined;
  const ranked = await rank(candidates, ({ text }) => similarityOf(text));
  const best = (look: string | undefined) => ranked.find(([candidate]) => candidate.look === look) ?? ranked[0]!;
  return {
    looks: new Map(candidates.map(({ look }) => [look, best(look)[1]])),
    seenWith: (look) => best(look)[0].seen,
  };
}

function glanceOf({ look, garment, place }: ReadPicture): Glance {
  const seen = `${garment[0]!.words} ${place[0]!.words}`.trim();
  return {
    // Independent photos of one subject: probabilities multiply.
    looks: new Map(look.map(({ words, probability }) => [words, Math.log(probability + 1e-6)])),
    seenWith: () => seen,
  };
}

interface Candidate {
  readonly look: string;
  readonly seen: string;
  readonly text: string;
}

/** Each look with each garment at each place; none where the checkpoint knows no words to choose from. */
function candidatesFor(model: StableDiffusionModel, className: string, given: string | undefined): Candidate[] {
  const { looks, garments, places } = model.checkpoint.recommendations.training;
  if (looks.length === 0 && garments.length === 0 && places.length === 0) return [];
  return (given === undefined ? orNothing(looks) : [given]).flatMap((look) => {
    const { class: subject } = dreamBoothPrompts('', `${look} ${className}`.trim());
    return ['', ...garments].flatMap((garment) =>
      orNothing(places).map((place) => {
        const seen = `${garment} ${place}`.trim();
        return { look, seen, text: `${subject} ${seen}`.trim() };
      }),
    );
  });
}

/** What fits all photos together best. */
function lookOf(glances: readonly Glance[]): string | undefined {
  const totals = new Map<string, number>();
  for (const { looks } of glances) for (const [look, score] of looks) totals.set(look, (totals.get(look) ?? 0) + score);
  return [...totals].toSorted(([, one], [, other]) => other - one)[0]?.[0];
}
