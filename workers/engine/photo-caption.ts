/** Words for what a photo shows: what is seen in it, together with what an edit says is there. */
import { findWords } from '#models/editing/attention-control/prompt-words.js';
import type { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import type { EditCaption, EditChange } from '#src/editing/edit-job.js';
import { captionOf, type Lack, PhotoSight, type Sight } from './photo-sight.js';

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

export class PhotoCaptioner {
  readonly #sight: PhotoSight;

  constructor(model: StableDiffusionModel) {
    this.#sight = new PhotoSight(model);
  }

  /** See `PhotoSight.lacks`. */
  lacks(pixels: Float32Array, changes: readonly EditChange[]): Promise<readonly (Lack | undefined)[]> {
    return this.#sight.lacks(pixels, changes);
  }

  /**
   * @param pixels [H, W, 3] in [−1, 1], of the checkpoint's size
   * @throws the reason of the signal
   */
  async describe(pixels: Float32Array, request: CaptionRequest, signal: AbortSignal): Promise<EditCaption> {
    const enough = enoughCaption(request);
    if (enough) return enough;
    const words = [...new Set([...(request.earlier?.words ?? []), ...request.words])];
    const sight = await this.#sight.look(pixels, words, signal);
    return extendCaption(sight ? unambiguousCaption(sight, words) : request.earlier?.text, words);
  }
}

/** Words of the edit that stand in a caption of ours twice would say nothing: "red" of a red dog in a red hat. */
function unambiguousCaption(sight: Sight, words: readonly string[]): string {
  const told = [sight, { ...sight, garment: '' }, { ...sight, place: '' }, { ...sight, garment: '', place: '' }];
  const captions = told.map(captionOf);
  return captions.find((caption) => words.every((one) => findWords(caption, one).length < 2)) ?? captions[0]!;
}

function contains(text: string, words: string): boolean {
  return findWords(text, words).length > 0;
}
