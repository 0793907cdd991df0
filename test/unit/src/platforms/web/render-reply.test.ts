import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { offeredCommands } from '#src/command/define-command.js';
import { encodeCommands } from '#src/platforms/web/encode-command.js';
import { renderMessage, splitDrawings } from '#src/platforms/web/render-reply.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';

describe('a message as the page draws it', () => {
  test('a status leaves its bar of letters to the page', () => {
    const chat = { id: 'a', key: 'k', sentAt: 5, author: 'bot' as const };
    expect(
      renderMessage({ ...chat, message: { kind: 'status', text: '▓▓▓▓░░░░░░ 40 %: drawing', progress: 0.4 } }),
    ).toEqual({
      id: 'a',
      author: 'bot',
      sentAt: 5,
      kind: 'status',
      text: '40 %: drawing',
      progress: 0.4,
    });
    expect(renderMessage({ ...chat, message: { kind: 'result', text: '▓▓▓▓ is kept' } }).text).toBe('▓▓▓▓ is kept');
  });

  test('a curve of letters becomes heights', () => {
    expect(splitDrawings('░░░░░░░░░░ 0 %: loss 0.12 █▄▁')).toEqual({ words: '0 %: loss 0.12', trend: [1, 3 / 7, 0] });
    expect(splitDrawings('no drawing')).toEqual({ words: 'no drawing' });
  });

  test('pictures of a channel with spoilers are marked', () => {
    const message = { kind: 'result', text: '', pictures: [{ blob: 'sha256-1' as never, alt: 'Biscuit' }] } as const;
    const chat = { id: 'a', key: 'k', sentAt: 5, author: 'bot' as const };
    expect(renderMessage({ ...chat, message: { ...message, isSpoiler: true } }).isSpoiler).toBe(true);
    expect(renderMessage({ ...chat, message })).not.toHaveProperty('isSpoiler');
  });

  test('pictures become addresses, progress stays within 0 and 1', () => {
    const rendered = renderMessage({
      id: 'a',
      key: 'k',
      sentAt: 5,
      author: 'bot',
      message: { kind: 'status', text: '', progress: 7, pictures: [{ blob: 'sha256-1' as never, alt: 'Biscuit' }] },
    });
    expect(rendered).toMatchObject({ progress: 1, pictures: [{ src: '/pictures/sha256-1', alt: 'Biscuit' }] });
  });
});

describe('commands as the page completes them', () => {
  test('each is described in the language, with photos apart from what is typed', () => {
    const encoded = encodeCommands(new ScriptedBot(commands), 'de');
    // Nobody moderates a community here.
    const offered = offeredCommands(commands).filter(({ forModerators }) => !forModerators);
    expect(encoded.map(({ name }) => name)).toEqual(offered.map(({ name }) => name));
    const train = encoded.find(({ name }) => name === 'train')!;
    expect(train.photos).toMatchObject({ min: 1, max: 40 });
    expect(train.options.map(({ name, required, isFreeText }) => [name, required, isFreeText])).toEqual([
      ['name', true, true],
      ['kind', true, false],
    ]);
    expect(train.description).not.toBe(
      encodeCommands(new ScriptedBot(commands), 'en').find(({ name }) => name === 'train')!.description,
    );
  });
});
