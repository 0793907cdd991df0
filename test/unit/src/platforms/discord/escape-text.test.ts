import { expect, test } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { escapeText, maxContentLength, renderText } from '#src/platforms/discord/escape-text.js';

const shownOf = (text: string) => text.replace(/\\([^\p{L}\p{N}\s])/gu, '$1');

test.each([
  [
    '*bold* _italic_ ~~gone~~ `code` ||hidden||',
    '\\*bold\\* \\_italic\\_ \\~\\~gone\\~\\~ \\`code\\` \\|\\|hidden\\|\\|',
  ],
  ['[free](https://example.org)', '\\[free\\](https://example.org)'],
  ['<@123> <#4> <:pet:5>', '\\<@123\\> \\<#4\\> \\<:pet:5\\>'],
  ['# title\n## title\n-# small\n- item\n> quote', '\\# title\n\\## title\n\\-# small\n\\- item\n\\> quote'],
  ['1. Learning\n2. Drawing', '1\\. Learning\n2\\. Drawing'],
  ['a #1 - b 1.5', 'a #1 - b 1.5'],
  ['▓▓░░ 50 %: “ein Hund”', '▓▓░░ 50 %: “ein Hund”'],
])('%j is shown as it is', (text, escaped) => {
  expect(escapeText(text)).toBe(escaped);
});

test('whatever is written, what is shown is the beginning of it, within the limit', () => {
  const generator = createGenerator(3);
  const pieces = ['*', '_', '\\', '<', 'a', 'ß', ' ', '\n', '👩‍👩‍👧', '# ', '- ', '1. ', 'שלום', '🇩🇪'];
  for (let count = 0; count < 300; count++) {
    const text = Array.from({ length: generator.integer(1500) }, () => pieces[generator.integer(pieces.length)]).join(
      '',
    );
    const rendered = renderText(text);
    expect(rendered.length).toBeLessThanOrEqual(maxContentLength);
    const shown = shownOf(rendered);
    if (rendered.endsWith('…')) expect(text.startsWith(shown.slice(0, -1))).toBe(true);
    else expect(shown).toBe(shownOf(escapeText(text)));
  }
});

test('a long text is used up to the limit and not cut within a character', () => {
  expect(renderText('x'.repeat(2000))).toBe('x'.repeat(2000));
  expect(renderText('x'.repeat(2001))).toBe(`${'x'.repeat(1999)}…`);
  expect(renderText('*'.repeat(2000))).toBe(`${'\\*'.repeat(999)}…`);
  expect(renderText('👩‍👩‍👧'.repeat(1000))).toBe(`${'👩‍👩‍👧'.repeat(Math.floor(1999 / '👩‍👩‍👧'.length))}…`);
});
