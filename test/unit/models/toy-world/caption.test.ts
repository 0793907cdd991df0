import { describe, expect, it } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { caption, withArticle } from '#models/toy-world/caption.js';
import { MARKING_COLOURS } from '#models/toy-world/palette.js';
import { createScene, describeScene } from '#models/toy-world/scene.js';
import { CLOTHES, COLOURS, KINDS, SETTINGS } from '#models/toy-world/vocabulary.js';

const generator = createGenerator(11);
const samples = Array.from({ length: 1500 }, () => {
  const scene = createScene(generator);
  return { scene, labels: describeScene(scene), text: caption(scene, generator) };
});

/** Phrases of other entries that the text contains although the longest match is theirs. */
function longestMatch(text: string, table: readonly { readonly words: readonly string[] }[]): number {
  const found = table.flatMap((entry, index) =>
    entry.words
      .filter((word) => ` ${text},`.match(new RegExp(`[ ,]${word}[ ,]`)))
      .map((word) => ({ index, length: word.length })),
  );
  return found.sort((a, b) => b.length - a.length)[0]?.index ?? -1;
}

const phrases = (table: readonly { readonly phrases: readonly string[] }[]) =>
  table.map((entry) => ({ words: entry.phrases }));

describe('caption', () => {
  it('says everything in plain words without a generator', () => {
    const scene = createScene(createGenerator(1), {
      kind: 'dog',
      colour: 'brown',
      clothes: 'red hat',
      setting: 'wave',
    });
    expect(caption(scene)).toBe('a brown dog wearing a red hat surfing a wave');
  });

  it('names the kind of the labels', () => {
    for (const { labels, text } of samples) expect([longestMatch(text, KINDS), text]).toEqual([labels.kind, text]);
  });

  it('names the clothes of the labels whenever there are any', () => {
    for (const { labels, text } of samples) {
      const named = longestMatch(text, phrases(CLOTHES));
      expect([Math.max(named, 0), text]).toEqual([labels.clothes, text]);
    }
  });

  it('names the setting of the labels, or none in about one caption of twenty', () => {
    let silent = 0;
    for (const { labels, text } of samples) {
      const named = longestMatch(text, phrases(SETTINGS));
      if (named === -1) silent++;
      else expect([named, text]).toEqual([labels.setting, text]);
    }
    expect(silent / samples.length).toBeGreaterThan(0.03);
    expect(silent / samples.length).toBeLessThan(0.08);
  });

  it('names the coat colour in about three captions of four, right before the animal', () => {
    let coloured = 0;
    for (const { scene, text } of samples) {
      const words = KINDS.find((kind) => kind.name === scene.pet.kind)!.words;
      const before = COLOURS.filter((colour) => words.some((word) => text.includes(`${colour.name} ${word}`)));
      if (before.length === 0) continue;
      expect(before.map((colour) => colour.name)).toEqual([scene.pet.colour]);
      coloured++;
    }
    expect(coloured / samples.length).toBeGreaterThan(0.7);
    expect(coloured / samples.length).toBeLessThan(0.8);
  });

  it('never speaks of markings', () => {
    const secret = MARKING_COLOURS.map((colour) => colour.name).filter((name) => name !== 'snow');
    const pattern = new RegExp(`\\b(${secret.join('|')}|patch|stripes?|spots?|spotted|striped|socks)\\b`);
    for (const { text } of samples) expect(text).not.toMatch(pattern);
  });

  it('fits the text encoder: lower case, no more than 24 words', () => {
    for (const { text } of samples) {
      expect(text).toBe(text.toLowerCase());
      expect(text.split(/[ ,]+/).length).toBeLessThanOrEqual(24);
    }
  });
});

describe('withArticle', () => {
  it('says an before a vowel', () => {
    expect(withArticle('orange cat')).toBe('an orange cat');
    expect(withArticle('cat')).toBe('a cat');
  });
});
