import { describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { instantOf, withInstantsInWords } from '#src/core/instants.js';
import { text, translateWith } from '#src/core/locale.js';
import { renderText } from '#src/platforms/discord/escape-text.js';
import { renderMessage } from '#src/platforms/telegram/render-message.js';

const moment = new Date('2026-12-01T17:00:00Z');
const seconds = moment.getTime() / 1000;
const sentence = (zone: string, title = 'Snow') =>
  translateWith(locales.en, text('contests.posts.votingEndsSoon', { title, end: instantOf(moment, zone) }));

test('a chat without a form for instants has them in words, by the clocks of the zone and by UTC', () => {
  expect(withInstantsInWords(sentence('Europe/Berlin'), 'en')).toBe(
    '⏳ Snow: voting ends Tuesday, December 1, 2026 at 6:00 PM Europe/Berlin (5:00 PM UTC).',
  );
  expect(withInstantsInWords(sentence('Asia/Tokyo'), 'de')).toContain(
    'Mittwoch, 2. Dezember 2026 um 02:00 Asia/Tokyo (01.12.26, 17:00 UTC)',
  );
  expect(renderMessage({ kind: 'info', text: sentence('UTC'), locale: 'fr' }).text).toContain('mardi 1 décembre 2026');
});

describe('Discord', () => {
  test('shows them in the zone of whoever reads, beside escaped words', () => {
    expect(renderText(sentence('America/New_York', '*Snow*'))).toBe(
      `⏳ \\*Snow\\*: voting ends <t:${seconds}:F> (<t:${seconds}:R>).`,
    );
  });

  test('has room for them, and shows none that was cut off', () => {
    const many = Array.from({ length: 80 }, () => sentence('America/Argentina/ComodRivadavia')).join('\n');
    const shown = renderText(many);
    expect(shown.length).toBeLessThanOrEqual(2000);
    expect(shown).not.toMatch(/[\uFDD0\uFDD1]|Argentina/u);
  });
});

test('nobody makes an instant by typing its mark', () => {
  const forged = `\uFDD0${seconds} UTC\uFDD1`;
  expect(renderText(sentence('UTC', forged))).toContain(`⏳ ${seconds} UTC: voting`);
});
