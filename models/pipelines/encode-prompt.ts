/** @file A prompt with weights as the text embedding that a pipeline draws from. */
import { readPromptWeights, type WeightedPart } from '../clip/prompt-weights.js';
import type { StableDiffusionComponents } from './stable-diffusion-components.js';

export interface EncodedPrompt {
  /** [L, D] */
  readonly embedding: Float32Array;
  /** Whether tokens of the prompt did not fit. */
  readonly truncated: boolean;
}

/** Restoring the mean by more than this, either way, would say more about the mean than about the words. */
const MOST_RESTORED = 2;

/** @param prompt with weights as `readPromptWeights` knows them */
export async function encodePrompt(
  { tokenizer, encodeText }: Pick<StableDiffusionComponents, 'tokenizer' | 'encodeText'>,
  prompt: string,
): Promise<EncodedPrompt> {
  const { text, weights } = readPromptWeights(prompt);
  const { ids, truncated } = tokenizer.encodePadded(text);
  const embedding = await encodeText(ids, 1);
  if (weights.length === 0) return { embedding, truncated };
  const spans = tokenizer.encodeWithSpans(text).slice(0, ids.length - 2);
  const factors = new Float32Array(ids.length).fill(1);
  let part = 0;
  for (const [index, { start }] of spans.entries()) {
    while (part < weights.length && weights[part]!.end <= start) part += 1;
    factors[index + 1] = factorAt(weights[part], start);
  }
  return { embedding: weighTokens(embedding, factors), truncated };
}

function factorAt(part: WeightedPart | undefined, place: number): number {
  return part && part.start <= place ? part.factor : 1;
}

/**
 * Each token's embedding times its factor, then all of them scaled so that their mean is what it was.
 * Reference: AUTOMATIC1111/stable-diffusion-webui, modules/sd_emphasis.py, `EmphasisOriginal`.
 * @param embedding [L, D]
 * @param factors [L]
 */
export function weighTokens(embedding: Float32Array, factors: Float32Array): Float32Array {
  const width = embedding.length / factors.length;
  const weighted = embedding.map((value, index) => value * factors[Math.floor(index / width)]!);
  const restored = mean(embedding) / mean(weighted);
  if (!(restored >= 1 / MOST_RESTORED && restored <= MOST_RESTORED)) return weighted;
  return weighted.map((value) => value * restored);
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
