import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { knownWords, OPENING_WORDS } from '#models/toy-world/known-words.js';

test('toy-pets carries every word of its captions, and no other', () => {
  const { vocabulary } = JSON.parse(readFileSync('models/checkpoints/toy-pets/petbooth.json', 'utf8'));
  expect(vocabulary).toEqual(knownWords());
  const all = new Set(knownWords().flat());
  for (const word of OPENING_WORDS) expect(all).toContain(word);
  expect(all.size).toBe(knownWords().flat().length);
});
