/**
 * @file Which source token each target token takes its map from, for any two prompts, by the alignment of their tokens.
 * Papers: Hertz et al. 2022, arXiv:2208.01626, section 3.2, "Adding a New Phrase"; Needleman & Wunsch 1970.
 * Reference: google/prompt-to-prompt, seq_aligner.py.
 */
import type { PromptTokens } from './prompt-words.js';

const GAP = 0;
const MATCH = 1;
const MISMATCH = -1;

export interface RefinementMapper {
  /** [L, L], source token × target token; a column of a token that the source lacks is 0. */
  readonly mapper: Float32Array;
  /** [L]: 1 where a target token has a counterpart, 0 where it is new. */
  readonly shared: Float32Array;
}

export function refinementMapper(source: PromptTokens, target: PromptTokens): RefinementMapper {
  const { length } = target;
  const mapper = new Float32Array(length * length);
  const shared = new Float32Array(length).fill(1);
  const counterparts = alignTokens(source.ids, target.ids);
  for (let to = 0; to < length; to++) {
    // Beyond the end of the prompt each place is its own counterpart.
    const from = to < counterparts.length ? counterparts[to]! : to;
    if (from === undefined || from < 0) shared[to] = 0;
    else mapper[from * length + to] = 1;
  }
  return { mapper, shared };
}

/** For each target token the index of its source token, or −1. Ties prefer to insert, then to leave out, then to pair. */
export function alignTokens(source: readonly number[], target: readonly number[]): number[] {
  const width = target.length + 1;
  const scores = new Int32Array((source.length + 1) * width);
  for (let j = 1; j <= target.length; j++) scores[j] = j * GAP;
  for (let i = 1; i <= source.length; i++) scores[i * width] = i * GAP;
  const candidates = (i: number, j: number) => ({
    inserted: scores[i * width + j - 1]! + GAP,
    omitted: scores[(i - 1) * width + j]! + GAP,
    paired: scores[(i - 1) * width + j - 1]! + (source[i - 1] === target[j - 1] ? MATCH : MISMATCH),
  });
  for (let i = 1; i <= source.length; i++) {
    for (let j = 1; j <= target.length; j++) {
      const { inserted, omitted, paired } = candidates(i, j);
      scores[i * width + j] = Math.max(inserted, omitted, paired);
    }
  }
  const counterparts: number[] = Array(target.length).fill(-1);
  let i = source.length;
  let j = target.length;
  while (j > 0) {
    const { inserted, omitted } = i > 0 ? candidates(i, j) : { inserted: scores[j]!, omitted: Number.NaN };
    if (scores[i * width + j] === inserted) j -= 1;
    else if (scores[i * width + j] === omitted) i -= 1;
    else counterparts[--j] = --i;
  }
  return counterparts;
}
