/**
 * Finds words for what a photo shows, by zero-shot choice among words that the checkpoint knows; what an edit names is in the
 * photo, so it narrows the choice. Paper: Radford et al. 2021, arXiv:2103.00020, section 3.1.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findWords } from '#models/attention-control/prompt-words.js';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import type { EditCaption, EditChange } from '#src/jobs/edit.js';

/** Where the checkpoint does not say which kinds of animal it knows. */
const USUAL_KINDS = ['dog', 'cat', 'rabbit', 'horse', 'bird', 'hamster'];

/**
 * A word that is wrong spoils an edit, one that is missing hardly does: what is not ahead of all others by this much, as a
 * cosine, is left out. Of 60 drawn scenes toy-pets named 35 animals and 47 coats right; beyond this, 20 of 23 and 43 of 44.
 */
const SURE_MARGIN = 0.02;
const UNKNOWN_KIND = 'animal';

export interface CaptionRequest {
  /** What the photo was taken to show before. */
  readonly earlier?: EditCaption | undefined;
  /** Words that the edit takes to be in the photo. */
  readonly words: readonly string[];
}

/** Words that changes take to be in a picture: not those that an earlier change has put there. */
export function wordsInPicture(changes: readonly EditChange[]): string[] {
  const added: string[] = [];
  const found: string[] = [];
  for (const change of changes) {
    if (change.kind !== 'add') {
      const words = change.kind === 'replace' ? change.from : change.words;
      if (!added.some((other) => contains(other, words))) found.push(words);
    }
    if (change.kind === 'replace') added.push(change.to);
    if (change.kind === 'add') added.push(change.words);
  }
  return [...new Set(found)];
}

/** @returns undefined where the earlier words are enough, which keeps an inversion of the photo usable */
export function enoughCaption({ earlier, words }: CaptionRequest): EditCaption | undefined {
  return earlier && (earlier.isGiven || words.every((one) => contains(earlier.text, one))) ? earlier : undefined;
}

/** Words for a photo that cannot be looked at, or what was seen of it with the words that are missing. */
export function extendCaption(seen: string | undefined, words: readonly string[]): EditCaption {
  const base = seen ?? (words.length > 0 ? `a photo of ${words[0]}` : 'a photo');
  const text = words.reduce((caption, one) => (contains(caption, one) ? caption : `${caption}, ${one}`), base);
  return { text, words: [...words], isGiven: false };
}

/** Looks at photos; texts are embedded once. */
export class PhotoCaptioner {
  readonly #model: StableDiffusionModel;
  readonly #points = new Map<string, Promise<Float32Array>>();

  constructor(model: StableDiffusionModel) {
    this.#model = model;
  }

  /**
   * @param pixels [H, W, 3] in [−1, 1], of the checkpoint's size
   * @throws the reason of the signal
   */
  async describe(pixels: Float32Array, request: CaptionRequest, signal: AbortSignal): Promise<EditCaption> {
    const enough = enoughCaption(request);
    if (enough) return enough;
    const words = [...new Set([...(request.earlier?.words ?? []), ...request.words])];
    const seen = this.#model.canCompare ? await this.#look(pixels, words, signal) : request.earlier?.text;
    return extendCaption(seen, words);
  }

  async #look(pixels: Float32Array, words: readonly string[], signal: AbortSignal): Promise<string> {
    const { looks, places } = this.#model.checkpoint.recommendations.training;
    const picture = await this.#model.embedPicture(pixels);
    const kinds = await this.#kinds();
    // A red hat is no red dog.
    const ofSubject = words.filter((one) => looks.includes(one) || kinds.some((kind) => contains(one, kind)));
    const possibleLooks = looks.length === 0 ? [''] : named(looks, ofSubject);
    const subjects = named(kinds, words).flatMap((kind) => possibleLooks.map((look) => ({ kind, look })));
    const score = async (text: string) => {
      signal.throwIfAborted();
      const point = this.#points.get(text) ?? this.#model.embedText(text);
      this.#points.set(text, point);
      return cosine(await point, picture);
    };
    const inPlace = (place: string) => rank(subjects, ({ kind, look }) => score(captionOf(look, kind, place)));
    const [{ kind, look }] = (await inPlace(''))[0]!;
    const [place] =
      places.length === 0 ? [''] : (await rank(named(places, words), (one) => score(captionOf(look, kind, one))))[0]!;
    // The animal is told better once the rest of the picture is in the words as well.
    const ranked = await inPlace(place);
    const [[best, highest]] = ranked as [(typeof ranked)[0]];
    const isSure = (differs: (subject: typeof best) => boolean) =>
      highest - (ranked.find(([subject]) => differs(subject))?.[1] ?? Number.NEGATIVE_INFINITY) >= SURE_MARGIN;
    return captionOf(
      isSure((subject) => subject.look !== best.look) ? best.look : '',
      isSure((subject) => subject.kind !== best.kind) ? best.kind : UNKNOWN_KIND,
      place,
    );
  }

  /** The animals that shipped class latents are of. */
  async #kinds(): Promise<readonly string[]> {
    const names = await readdir(join(this.#model.checkpoint.path, 'class_latents')).catch(() => []);
    const kinds = names.flatMap((name) => /^([a-z ]+)\.safetensors$/.exec(name)?.[1] ?? []).toSorted();
    return kinds.length > 0 ? kinds : USUAL_KINDS;
  }
}

/** Those that the words speak of; all where they speak of none. */
function named(candidates: readonly string[], words: readonly string[]): readonly string[] {
  const spoken = candidates.filter((candidate) =>
    words.some((one) => contains(candidate, one) || contains(one, candidate)),
  );
  return spoken.length > 0 ? spoken : candidates;
}

function captionOf(look: string, kind: string, place: string): string {
  const subject = `${look} ${kind}`.trim();
  return `a photo of ${/^[aeiou]/.test(subject) ? 'an' : 'a'} ${subject} ${place}`.trim();
}

/** Best first. */
async function rank<Candidate>(
  candidates: readonly Candidate[],
  score: (candidate: Candidate) => Promise<number>,
): Promise<(readonly [Candidate, number])[]> {
  const scored: (readonly [Candidate, number])[] = [];
  for (const candidate of candidates) scored.push([candidate, await score(candidate)]);
  return scored.toSorted(([, one], [, other]) => other - one);
}

function contains(text: string, words: string): boolean {
  return findWords(text, words).length > 0;
}

function cosine(one: Float32Array, other: Float32Array): number {
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}
