import { expect, test } from 'vitest';
import { renderMessage, shorten } from '#src/platforms/telegram/render-message.js';

test('buttons stand three in a row, and an action that no button can carry is refused', () => {
  const button = (label: string, action = 'again?job=t-1') => ({ label, action });
  const { keyboard } = renderMessage({
    kind: 'result',
    text: 'x',
    buttons: ['a', 'b', 'c', 'd'].map((label) => button(label)),
  });
  expect(keyboard.inline_keyboard.map((row) => row.map(({ text }) => text))).toEqual([['a', 'b', 'c'], ['d']]);
  const refuse = (action: string) => () => renderMessage({ kind: 'info', text: 'x', buttons: [button('a', action)] });
  expect(refuse('ü'.repeat(33))).toThrow(RangeError);
  expect(refuse('')).toThrow(RangeError);
});

test('a message is never empty, and nobody is mentioned', () => {
  expect(renderMessage({ kind: 'info', text: ' \n ' }).text).toBe('…');
  expect(renderMessage({ kind: 'info', text: 'hi @everyone, mail a@b.c' }).text).not.toMatch(/@\w/);
});

test('shortening keeps both ends and whole characters', () => {
  for (let length = 20; length < 60; length += 1) {
    const short = shorten(`start ${'😀'.repeat(100)} end`, length);
    expect(short.length).toBeLessThanOrEqual(length);
    expect(short).toMatch(/^start/);
    expect(Buffer.from(short).toString()).toBe(short);
  }
  expect(shorten('as it is', 20)).toBe('as it is');
});
