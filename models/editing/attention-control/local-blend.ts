/**
 * @file Keeps the source wherever neither prompt's words point to: the change stays where it belongs.
 * Paper: Hertz et al. 2022, arXiv:2208.01626, section 4, "Local Editing" (algorithm in appendix). Reference: google/prompt-to-prompt,
 * LocalBlend.
 *
 * Differs: maps come from one level of the UNet, of any aspect ratio, instead of five layers known by their index.
 */
import type { LocalBlendWords } from './attention-control.js';
import { type PromptTokens, tokensOfWords } from './prompt-words.js';

/** Cross-attention of one step, averaged over the heads and layers of the blending level. */
export interface CrossMaps {
  readonly height: number;
  readonly width: number;
  /** L */
  readonly tokens: number;
  /** [2, height, width, L]: of the source's row, then of the target's, as they were used. */
  readonly values: Float32Array;
}

export interface LocalBlendOptions {
  readonly words: LocalBlendWords;
  readonly source: PromptTokens;
  readonly target: PromptTokens;
  readonly steps: number;
  /** h, w, C */
  readonly latentShape: readonly [height: number, width: number, channels: number];
}

const DEFAULT_THRESHOLD = 0.3;
const DEFAULT_START = 0.2;

/** Keeps the source's latents outside a mask. */
export interface LatentMask {
  /** [h, w] of the latents, 1 where the target may differ; undefined before it is known. */
  readonly mask: Uint8Array | undefined;
  /**
   * To be called once after each step.
   * @param source latents of the source, [h, w, C] @param target latents of the target
   * @returns the target's latents, with the source's outside the mask
   */
  blend(maps: CrossMaps, source: Float32Array, target: Float32Array): Float32Array;
}

/** A mask that is the same in all steps. @param mask [h, w] */
export function fixedMask(mask: Uint8Array): LatentMask {
  return { mask, blend: (_maps, source, target) => blendLatents(mask, source, target) };
}

function blendLatents(mask: Uint8Array, source: Float32Array, target: Float32Array): Float32Array {
  const channels = target.length / mask.length;
  return target.map((value, index) => (mask[Math.floor(index / channels)] ? value : source[index]!));
}

type Direction = { readonly source: readonly number[]; readonly target: readonly number[] };

export class LocalBlend implements LatentMask {
  readonly #options: LocalBlendOptions;
  readonly #marked: Direction;
  readonly #subtracted: Direction | undefined;
  readonly #firstStep: number;
  #sums: Float32Array | undefined;
  #step = 0;
  #mask: Uint8Array | undefined;

  /** @throws AttentionControlError where a prompt lacks the words */
  constructor(options: LocalBlendOptions) {
    const { words, source, target, steps } = options;
    const positions = (tokens: PromptTokens, list: readonly string[] = []) =>
      list.flatMap((entry) => tokensOfWords(tokens, entry));
    this.#options = options;
    this.#marked = { source: positions(source, words.source), target: positions(target, words.target) };
    const subtracted = {
      source: positions(source, words.subtractSource),
      target: positions(target, words.subtractTarget),
    };
    this.#subtracted = subtracted.source.length + subtracted.target.length > 0 ? subtracted : undefined;
    this.#firstStep = Math.floor((words.startAfter ?? DEFAULT_START) * steps);
  }

  get mask(): Uint8Array | undefined {
    return this.#mask;
  }

  blend(maps: CrossMaps, source: Float32Array, target: Float32Array): Float32Array {
    this.#sums ??= new Float32Array(maps.values.length);
    const sums = this.#sums;
    for (let index = 0; index < sums.length; index++) sums[index]! += maps.values[index]!;
    if (this.#step++ < this.#firstStep) return target;
    const [height, width] = this.#options.latentShape;
    const small = this.#maskOf({ ...maps, values: sums });
    this.#mask = resizeNearest(small, [maps.height, maps.width], [height, width]);
    return blendLatents(this.#mask, source, target);
  }

  #maskOf(maps: CrossMaps): Uint8Array {
    const { threshold = DEFAULT_THRESHOLD, subtractThreshold = DEFAULT_THRESHOLD } = this.#options.words;
    const isAnywhere = this.#marked.source.length + this.#marked.target.length === 0;
    const marked = isAnywhere
      ? new Uint8Array(maps.height * maps.width).fill(1)
      : this.#eitherRow(maps, this.#marked, (map) => aboveShare(maxPool3(map, maps), threshold));
    if (!this.#subtracted) return marked;
    const subtracted = this.#eitherRow(maps, this.#subtracted, (map) => aboveShare(map, subtractThreshold));
    return marked.map((value, place) => (value && !subtracted[place] ? 1 : 0));
  }

  /** Places that the words of either prompt mark. */
  #eitherRow(maps: CrossMaps, words: Direction, mark: (map: Float32Array) => Uint8Array): Uint8Array {
    const ofSource = mark(wordMap(maps, 0, words.source));
    const ofTarget = mark(wordMap(maps, 1, words.target));
    return ofSource.map((value, place) => value | ofTarget[place]!);
  }
}

/** Sum of the tokens' maps, [height, width]. */
function wordMap(
  { height, width, tokens, values }: CrossMaps,
  row: number,
  positions: readonly number[],
): Float32Array {
  const places = height * width;
  return Float32Array.from({ length: places }, (_, place) =>
    positions.reduce((sum, token) => sum + values[(row * places + place) * tokens + token]!, 0),
  );
}

/** Largest of each place and its eight neighbours. */
function maxPool3(map: Float32Array, { height, width }: CrossMaps): Float32Array {
  return map.map((_, place) => {
    const y = Math.floor(place / width);
    const x = place % width;
    let largest = Number.NEGATIVE_INFINITY;
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        largest = Math.max(largest, map[row * width + column]!);
      }
    }
    return largest;
  });
}

/** 1 where a map exceeds a share of its own maximum; a map without words marks nothing. */
function aboveShare(map: Float32Array, share: number): Uint8Array {
  const largest = map.reduce((most, value) => Math.max(most, value), 0);
  return Uint8Array.from(map, (value) => (largest > 0 && value / largest > share ? 1 : 0));
}

function resizeNearest(
  map: Uint8Array,
  [height, width]: readonly [number, number],
  [toHeight, toWidth]: readonly [number, number],
): Uint8Array {
  return Uint8Array.from({ length: toHeight * toWidth }, (_, index) => {
    const y = Math.floor((Math.floor(index / toWidth) * height) / toHeight);
    const x = Math.floor(((index % toWidth) * width) / toWidth);
    return map[y * width + x]!;
  });
}
