/**
 * What a photo shows to the checkpoint, in words that it knows, where it is sure: by its own reader where it brings one, else
 * by zero-shot choice, narrowed by what is known to be there.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { READ_ATTRIBUTES } from '#models/clip/attribute-reader.js';
import { findWords } from '#models/editing/attention-control/prompt-words.js';
import { orNothing, PictureReader, rank } from '#models/evaluation/picture-reader.js';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import type { EditChange } from '#src/editing/edit-job.js';

/** Empty where there is none, or none is sure. */
export interface Sight {
  readonly kind: string;
  readonly look: string;
  readonly garment: string;
  readonly place: string;
}
/** Of one change. */
export interface Lack {
  readonly isLacking: boolean;
  readonly isSure: boolean;
}
type Possible = Readonly<Record<keyof Sight, readonly string[]>>;

/** Where the checkpoint does not say which kinds of animal it knows. */
const USUAL_KINDS = ['dog', 'cat', 'rabbit', 'horse', 'bird', 'hamster'];

/**
 * A word that is wrong spoils an edit, one that is missing hardly does: what is not ahead of all others by this much, as a
 * cosine, is left out. Of 60 drawn scenes toy-pets named 35 animals and 47 coats right; beyond this, 20 of 23 and 43 of 44.
 */
const SURE_MARGIN = 0.02;
/** The same for a reader: more probable than all others together. */
const SURE_PROBABILITY = 0.5;
/** Of choosing place and subject in turn; two are nearly always enough. */
const MAX_ROUNDS = 3;

export class PhotoSight {
  readonly #model: StableDiffusionModel;
  readonly #reader: PictureReader;

  constructor(model: StableDiffusionModel) {
    this.#model = model;
    this.#reader = new PictureReader(model);
  }

  /**
   * @param pixels [H, W, 3] in [−1, 1], of the checkpoint's size
   * @param words that are known to be in the photo: they narrow the choice
   * @returns undefined where the checkpoint cannot see
   * @throws the reason of the signal
   */
  async look(pixels: Float32Array, words: readonly string[], signal: AbortSignal): Promise<Sight | undefined> {
    return (await this.#read(pixels, words)) ?? (await this.#compare(pixels, words, signal));
  }

  /**
   * Whether a picture lacks what each of the changes asked for, by the checkpoint's reader.
   * @returns of each change undefined where the checkpoint has no reader, or the change is of nothing that it knows
   */
  async lacks(pixels: Float32Array, changes: readonly EditChange[]): Promise<readonly (Lack | undefined)[]> {
    const { reader } = this.#model.checkpoint.configs;
    const answers = await this.#reader.read(pixels);
    return changes.map((change) => {
      if (!answers || !reader || change.kind === 'weigh') return undefined;
      const spoken = spokenOf(reader, [change.kind === 'replace' ? change.to : change.words]);
      const verdicts = READ_ATTRIBUTES.flatMap((question) => {
        const [answer] = answers[question];
        const isThere = spoken[question]?.includes(answer!.words);
        if (isThere === undefined) return [];
        return [{ isLacking: isThere === (change.kind === 'remove'), isSure: answer!.probability >= SURE_PROBABILITY }];
      });
      return verdicts.find(({ isLacking }) => isLacking) ?? verdicts[0];
    });
  }

  async #read(pixels: Float32Array, words: readonly string[]): Promise<Sight | undefined> {
    const { reader } = this.#model.checkpoint.configs;
    const answers = await this.#reader.read(pixels);
    if (!answers || !reader) return undefined;
    const possible = possibleOf(reader, words);
    const best = (question: keyof Sight) => {
      const among = answers[question].filter((answer) => possible[question].includes(answer.words));
      const total = among.reduce((sum, { probability }) => sum + probability, 0);
      const [first] = among;
      return first && first.probability >= SURE_PROBABILITY * total ? first.words : '';
    };
    return { kind: best('kind'), look: best('look'), garment: best('garment'), place: best('place') };
  }

  async #compare(pixels: Float32Array, words: readonly string[], signal: AbortSignal): Promise<Sight | undefined> {
    const similarityOf = await this.#reader.comparedWith(pixels);
    if (!similarityOf) return undefined;
    const { looks, garments, places } = this.#model.checkpoint.recommendations.training;
    const known = { kind: await this.#kinds(), look: looks, garment: ['', ...garments], place: places };
    const possible = possibleOf(known, words);
    const score = async (sight: Sight) => {
      signal.throwIfAborted();
      return similarityOf(captionOf(sight));
    };
    const subjects = orNothing(possible.kind).flatMap((kind) =>
      orNothing(possible.look).flatMap((look) => possible.garment.map((garment) => ({ kind, look, garment }))),
    );
    const at = (place: string) =>
      rank(
        subjects.map((subject) => ({ ...subject, place })),
        score,
      );
    const bestPlace = async (candidates: readonly Omit<Sight, 'place'>[]) => {
      const sights = candidates.flatMap((subject) => orNothing(possible.place).map((place) => ({ ...subject, place })));
      return (await rank(sights, score))[0]![0].place;
    };
    // Neither the place nor the animal is told well without the other: each is chosen with the best of the other.
    let place = await bestPlace(possible.kind.map((kind) => ({ kind, look: '', garment: '' })));
    let ranked = await at(place);
    for (let round = 1; round < MAX_ROUNDS; round++) {
      const next = await bestPlace([ranked[0]![0]]);
      if (next === place) break;
      place = next;
      ranked = await at(place);
    }
    const [best, highest] = ranked[0]!;
    const ifSure = (aspect: keyof Sight) => {
      const other = ranked.find(([sight]) => sight[aspect] !== best[aspect]);
      return highest - (other?.[1] ?? Number.NEGATIVE_INFINITY) >= SURE_MARGIN ? best[aspect] : '';
    };
    return { kind: ifSure('kind'), look: ifSure('look'), garment: ifSure('garment'), place };
  }

  /** The animals that shipped class latents are of. */
  async #kinds(): Promise<readonly string[]> {
    const names = await readdir(join(this.#model.checkpoint.path, 'class_latents')).catch(() => []);
    const kinds = names.flatMap((name) => /^([a-z ]+)\.safetensors$/.exec(name)?.[1] ?? []).toSorted();
    return kinds.length > 0 ? kinds : USUAL_KINDS;
  }
}

const UNKNOWN_KIND = 'animal';

/** In the wording of the checkpoint's own captions. */
export function captionOf({ look, kind, garment, place }: Sight): string {
  const subject = [look, kind || UNKNOWN_KIND].filter((word) => word !== '').join(' ');
  const article = /^[aeiou]/.test(subject) ? 'an' : 'a';
  return ['a photo of', article, subject, garment, place].filter((words) => words !== '').join(' ');
}

/** What the words speak of, where they speak of any. */
function spokenOf(known: Possible, words: readonly string[]): Partial<Possible> {
  // A red hat is no red dog.
  const ofSubject = words.filter((one) => known.look.includes(one) || known.kind.some((kind) => contains(one, kind)));
  const among = (candidates: readonly string[], said: readonly string[]) =>
    candidates.filter(
      (candidate) => candidate !== '' && said.some((one) => contains(candidate, one) || contains(one, candidate)),
    );
  const spoken = {
    kind: among(known.kind, words),
    look: among(known.look, ofSubject),
    garment: among(known.garment, words),
    place: among(known.place, words),
  };
  return Object.fromEntries(Object.entries(spoken).filter(([, candidates]) => candidates.length > 0));
}

/** Narrowed to what the words speak of, where they do. */
function possibleOf({ kind, look, garment, place }: Possible, words: readonly string[]): Possible {
  return { kind, look, garment, place, ...spokenOf({ kind, look, garment, place }, words) };
}

function contains(text: string, words: string): boolean {
  return findWords(text, words).length > 0;
}
