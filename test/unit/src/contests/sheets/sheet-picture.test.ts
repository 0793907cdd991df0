import { expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { sheetPicture, winnersPicture } from '#src/contests/sheets/sheet-picture.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import { translateWith } from '#src/core/locale.js';

const keyOf = (words: string) => blobKeyOf(new TextEncoder().encode(words));

test('a sheet is described entry by entry, and names its pictures for whoever judges them', () => {
  const entries = [
    { number: 7, picture: keyOf('a'), alt: 'a dog in the snow' },
    { number: 12, picture: keyOf('b'), alt: 'a cat' },
  ];
  const places = [{ platform: 'discord', server: 'g1', channel: 'c1' }] as const;
  const { blob, alt, parts, seenAt } = sheetPicture(keyOf('sheet'), entries, places);
  expect(blob).toBe(keyOf('sheet'));
  expect(parts).toEqual([keyOf('a'), keyOf('b')]);
  expect(seenAt).toBe(places);
  expect(translateWith(locales.en, alt)).toBe('Entries: 7: a dog in the snow, 12: a cat');
  expect(translateWith(locales.en, winnersPicture(keyOf('card'), entries, places).alt)).toBe(
    'Winners: 7: a dog in the snow, 12: a cat',
  );
});

test('with nine long descriptions it is no longer than platforms take, and each has its share', () => {
  const entries = Array.from({ length: 9 }, (_, at) => ({
    number: 4990 + at,
    picture: keyOf(`${at}`),
    alt: '🐕'.repeat(400),
  }));
  for (const texts of Object.values(locales)) {
    const alt = translateWith(texts, sheetPicture(keyOf('sheet'), entries, []).alt);
    expect(alt.length).toBeLessThanOrEqual(1024);
    expect(alt).not.toMatch(/\p{Surrogate}/u);
    expect(alt.match(/\d{4}: 🐕+…/gu)).toHaveLength(9);
  }
});
