/**
 * @file Which source token each target token takes its map from, where words are swapped one for one.
 * Paper: Hertz et al. 2022, arXiv:2208.01626, section 3.2, "Word Swap". Reference: google/prompt-to-prompt, seq_aligner.py.
 */
import { AttentionControlError } from './attention-control.js';
import { type PromptTokens, splitWords, tokensOfSpan } from './prompt-words.js';

/**
 * Columns are target tokens: a token between swapped words takes its counterpart's map; a swapped word takes those of the
 * word it replaces, token by token where both have as many, else all of them in equal shares.
 * @param mode `legacy-replace` repeats an error of the reference: after the last swapped word it takes the token at the
 * same position, although the words before may differ in their numbers of tokens
 * @returns [L, L], source token × target token
 * @throws AttentionControlError where the prompts differ in their number of words
 */
export function replacementMapper(
  source: PromptTokens,
  target: PromptTokens,
  mode: 'replace' | 'legacy-replace' = 'replace',
): Float32Array {
  const { length } = target;
  const mapper = new Float32Array(length * length);
  const set = (from: number, to: number, value: number) => {
    mapper[from * length + to] = value;
  };
  const swaps = swappedTokens(source, target);
  let from = 0;
  let to = 0;
  while (from < length && to < length) {
    const swap = swaps[0];
    if (swap && swap.source[0] === from) {
      swaps.shift();
      const isOneToOne = swap.source.length === swap.target.length;
      swap.source.forEach((sourceToken, index) => {
        if (isOneToOne) set(sourceToken, swap.target[index]!, 1);
        else for (const targetToken of swap.target) set(sourceToken, targetToken, 1 / swap.target.length);
      });
      from += swap.source.length;
      to += swap.target.length;
      continue;
    }
    set(mode === 'legacy-replace' && !swap ? to : from, to, 1);
    from += 1;
    to += 1;
  }
  // Padding of a target that is shorter: nothing of the source is left for it but padding of its own place.
  if (mode === 'replace') for (; to < length; to++) set(to, to, 1);
  return mapper;
}

interface TokenSwap {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

function swappedTokens(source: PromptTokens, target: PromptTokens): TokenSwap[] {
  const sourceWords = splitWords(source.prompt);
  const targetWords = splitWords(target.prompt);
  if (sourceWords.length !== targetWords.length) throw new AttentionControlError('word-counts-differ', '');
  const swaps: TokenSwap[] = [];
  for (const [index, word] of sourceWords.entries()) {
    const replacement = targetWords[index]!;
    if (word.text === replacement.text) continue;
    const swap = { source: tokensOfSpan(source, word), target: tokensOfSpan(target, replacement) };
    if (swap.source.length === 0) throw new AttentionControlError('words-cut-off', word.text);
    if (swap.target.length === 0) throw new AttentionControlError('words-cut-off', replacement.text);
    swaps.push(swap);
  }
  return swaps;
}
