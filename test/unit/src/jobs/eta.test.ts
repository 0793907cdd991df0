import { expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { text, translateWith } from '#src/core/locale.js';
import { placeInQueue } from '#src/jobs/eta.js';

const minuteMs = 60_000;
const told = (etaMs: number | undefined, locale: keyof typeof locales = 'en') =>
  translateWith(
    locales[locale],
    text('delivery.queued', { title: 'Biscuit', position: placeInQueue({ position: 3, etaMs }) }),
  );

test.each([
  [undefined, '3.'],
  [0, '3, ready in less than a minute.'],
  [44_000, '3, ready in less than a minute.'],
  [46_000, '3, ready in about a minute.'],
  [89_000, '3, ready in about a minute.'],
  [2 * minuteMs, '3, ready in about 2 minutes.'],
  [12.6 * minuteMs, '3, ready in about 15 minutes.'],
  [54 * minuteMs, '3, ready in about 55 minutes.'],
  [56 * minuteMs, '3, ready in about an hour.'],
  [100 * minuteMs, '3, ready in about 2 hours.'],
  [24 * 60 * minuteMs, '3, ready in about 24 hours.'],
  [30 * 60 * minuteMs, '3, ready in more than a day.'],
])('a place and %s ms in words', (etaMs, words) => {
  expect(told(etaMs)).toBe(`Biscuit: waiting, place ${words}`);
});

test('in every language the words fit into the sentence', () => {
  const sentences = (Object.keys(locales) as (keyof typeof locales)[]).map((locale) => told(5 * minuteMs, locale));
  expect(sentences).toEqual([
    'Biscuit: waiting, place 3, ready in about 5 minutes.',
    'Biscuit: wartet, Platz 3, fertig in etwa 5 Minuten.',
    'Biscuit: en espera, lugar 3; estará en unos 5 minutos.',
    'Biscuit\u00A0: en attente, place 3, fini dans 5 minutes environ.',
    'Biscuit: 順番待ちです（3 番目、約 5 分でできあがる見込み）。',
    'Biscuit: esperando, lugar 3, fica pronto em cerca de 5 minutos.',
  ]);
});
