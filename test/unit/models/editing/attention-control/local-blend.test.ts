import { describe, expect, it } from 'vitest';
import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import { type CrossMaps, LocalBlend, type LocalBlendOptions } from '#models/editing/attention-control/local-blend.js';
import { promptTokens } from '#models/editing/attention-control/prompt-words.js';
import { petTokenizer } from '#test/helpers/tokenizer-files.js';

const tokenizer = new CLIPTokenizer(petTokenizer().files);
const source = promptTokens(tokenizer, 'a dog');
const target = promptTokens(tokenizer, 'a cat');
const TOKENS = tokenizer.maxLength;
/** Position of the animal in both prompts. */
const ANIMAL = 2;
const HEIGHT = 3;
const WIDTH = 5;

/** Maps of 3×5 places that are 1 at one place of each row for the animal, and 0.01 elsewhere. */
function mapsAt(sourcePlace: number, targetPlace: number): CrossMaps {
  const values = new Float32Array(2 * HEIGHT * WIDTH * TOKENS).fill(0.01);
  values[sourcePlace * TOKENS + ANIMAL] = 1;
  values[(HEIGHT * WIDTH + targetPlace) * TOKENS + ANIMAL] = 1;
  return { height: HEIGHT, width: WIDTH, tokens: TOKENS, values };
}

const blendOf = (options: Partial<LocalBlendOptions> = {}) =>
  new LocalBlend({
    words: { source: ['dog'], target: ['cat'], startAfter: 0 },
    source,
    target,
    steps: 4,
    latentShape: [HEIGHT, WIDTH, 1],
    ...options,
  });

const before = new Float32Array(HEIGHT * WIDTH).fill(-1);
const after = new Float32Array(HEIGHT * WIDTH).fill(1);
const rows = (mask: ArrayLike<number>, width = WIDTH) =>
  Array.from({ length: mask.length / width }, (_, row) =>
    Array.from({ length: width }, (_, column) => (mask[row * width + column]! > 0 ? '#' : '.')).join(''),
  );

describe('LocalBlend', () => {
  it('lets the target differ around the places that either prompt marks', () => {
    const blended = blendOf().blend(mapsAt(0, 14), before, after);
    expect(rows(blended)).toEqual(['##...', '##.##', '...##']);
  });

  it('starts late, and adds up the maps from the first step on', () => {
    const blend = blendOf({ words: { source: ['dog'], target: ['cat'], startAfter: 0.5 } });
    expect(blend.blend(mapsAt(0, 0), before, after)).toBe(after);
    expect(blend.mask).toBeUndefined();
    expect(blend.blend(mapsAt(0, 0), before, after)).toBe(after);
    expect(rows(blend.blend(mapsAt(4, 4), before, after))).toEqual(['##.##', '##.##', '.....']);
  });

  it('keeps what subtracted words mark, without a margin', () => {
    const words = { source: ['dog'], target: ['cat'], subtractSource: ['dog'], startAfter: 0 };
    expect(rows(blendOf({ words }).blend(mapsAt(6, 6), before, after))).toEqual(['###..', '#.#..', '###..']);
  });

  it('marks less above a higher threshold', () => {
    const maps = mapsAt(0, 0);
    maps.values[12 * TOKENS + ANIMAL] = 0.5;
    const marked = (threshold: number) => {
      const words = { source: ['dog'], target: [], threshold, startAfter: 0 };
      return rows(blendOf({ words }).blend(maps, before, after));
    };
    expect(marked(0.4)).toEqual(['##...', '####.', '.###.']);
    expect(marked(0.6)).toEqual(['##...', '##...', '.....']);
  });

  it('enlarges its mask to latents of any size', () => {
    const blend = blendOf({ latentShape: [6, 10, 2] });
    const size = 6 * 10 * 2;
    const blended = blend.blend(mapsAt(0, 0), new Float32Array(size).fill(-1), new Float32Array(size).fill(1));
    expect(rows(blend.mask!, 10)).toEqual(Array.from({ length: 6 }, (_, y) => (y < 4 ? '####......' : '..........')));
    expect(Array.from(blended.slice(0, 10))).toEqual([1, 1, 1, 1, 1, 1, 1, 1, -1, -1]);
  });

  it('lets everything change but what must stay where it is told of nothing else', () => {
    const words = { source: [], target: [], subtractSource: ['dog'], startAfter: 0 };
    expect(rows(blendOf({ words }).blend(mapsAt(6, 8), before, after))).toEqual(['#####', '#.###', '#####']);
  });

  it('refuses words that the prompt lacks', () => {
    expect(() => blendOf({ words: { source: ['cat'], target: ['cat'] } })).toThrow('words-not-found');
  });
});
