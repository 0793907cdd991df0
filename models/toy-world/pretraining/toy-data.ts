/** @file Batches of toy-world pictures with their captions. */
import type { Generator } from '../../tensors/random.js';
import { caption } from '../caption.js';
import { drawScene } from '../render.js';
import { createScene, type Scene, type SceneOptions, type Split } from '../scene.js';
import { KINDS } from '../vocabulary.js';
import { RARE_WORDS } from './toy-pets-configuration.js';

export interface CaptionedPictures {
  /** [count, size, size, 3] in [-1, 1] */
  readonly pixels: Float32Array;
  readonly captions: readonly string[];
  readonly scenes: readonly Scene[];
}

/** Share of captions with a rare word before the animal, so that such a word means nothing until somebody's pet gives it a meaning. */
const RARE_WORD_SHARE = 0.06;
const KIND_WORDS = new RegExp(`\\b(${KINDS.flatMap(({ words }) => words).join('|')})\\b`);

/** Pictures of scenes that training may see (default), or of those that it never sees. */
export function captionedScenes(
  generator: Generator,
  count: number,
  size: number,
  split: Split = 'train',
  optionsOf: (index: number) => Omit<SceneOptions, 'split'> = () => ({}),
): CaptionedPictures {
  const scenes = Array.from({ length: count }, (_, index) =>
    createScene(generator.fork(`scene ${index}`), { ...optionsOf(index), split }),
  );
  const captions = scenes.map((scene, index) => trainingCaption(scene, generator.fork(`caption ${index}`)));
  return { scenes, captions, pixels: drawScenes(scenes, size) };
}

function trainingCaption(scene: Scene, generator: Generator): string {
  const text = caption(scene, generator);
  if (generator.uniform() >= RARE_WORD_SHARE) return text;
  return text.replace(KIND_WORDS, `${RARE_WORDS[generator.integer(RARE_WORDS.length)]} $1`);
}

/** @returns [scenes.length, size, size, 3] in [-1, 1] */
export function drawScenes(scenes: readonly Scene[], size: number): Float32Array {
  const pixels = new Float32Array(scenes.length * size * size * 3);
  scenes.forEach((scene, index) => {
    const bytes = drawScene(scene, size);
    const offset = index * bytes.length;
    for (let i = 0; i < bytes.length; i++) pixels[offset + i] = bytes[i]! / 127.5 - 1;
  });
  return pixels;
}

/** Captions alone, for the vocabulary. */
export function trainingCaptions(generator: Generator, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const scene = createScene(generator.fork(`scene ${index}`), { split: 'train' });
    return caption(scene, generator.fork(`caption ${index}`));
  });
}
