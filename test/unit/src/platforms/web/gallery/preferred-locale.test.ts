import { expect, test } from 'vitest';
import { preferredLocale } from '#src/platforms/web/gallery/preferred-locale.js';

test.each([
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['nl,fr;q=0.4,ja;q=0.7', 'ja'],
  ['pt', 'pt-BR'],
  ['nl, *;q=0.1', 'en'],
  ['en-GB;q=0.9, de;q=0.2', 'en'],
  ['de;q=0, es;q=0.001', 'es'],
  ['de;q=banana', 'en'],
  [undefined, 'en'],
  ['', 'en'],
  [`${'xx,'.repeat(100_000)}de`, 'en'],
])('a browser that asks for %s reads %s', (header, locale) => {
  expect(preferredLocale(header)).toBe(locale);
});
