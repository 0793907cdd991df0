import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import type { IncomingImage } from '#src/core/files.js';
import { decodeLine } from '#src/platforms/decode-line.js';

const photo: IncomingImage = { name: 'a.jpg', read: async () => new Uint8Array() };
const decode = (line: string, images: readonly IncomingImage[] = []) => decodeLine(line, images, commands);

describe('a line typed on the page', () => {
  test.each([
    ['/imagine Biscuit surfing a wave', { prompt: 'Biscuit surfing a wave' }],
    ['/imagine Biscuit in snow count: 4 seed:7', { prompt: 'Biscuit in snow', count: '4', seed: '7' }],
    ['/imagine count: 2 Biscuit surfing', { prompt: 'Biscuit surfing', count: '2' }],
    ['/imagine without: hats and shoes count: 2', { without: 'hats and shoes', count: '2' }],
    ['/imagine prompt: "a sign: count: 3" count: 2', { prompt: 'a sign: count: 3', count: '2' }],
    ['/imagine “a sign that says seed: 3”', { prompt: 'a sign that says seed: 3' }],
    ['/imagine style: oil, 12:30 at noon', { prompt: 'style: oil, 12:30 at noon' }],
    ['/imagine Biscuit\n  surfing', { prompt: 'Biscuit\n  surfing' }],
    ['/imagine a 5" dog', { prompt: 'a 5" dog' }],
    ['/imagine PROMPT: a dog COUNT: 1', { prompt: 'a dog', count: '1' }],
    ['/imagine count:', { count: '' }],
    ['/imagine count: 1 count: 2', { count: '2' }],
    ['  /IMAGINE  x  ', { prompt: 'x' }],
    ['/pets', {}],
  ])('%j gives %j', (line, options) => {
    expect(decode(line)).toEqual({ command: line.trim().split(/\s/)[0]!.slice(1).toLowerCase(), options });
  });

  test('photos go to the option that takes them', () => {
    expect(decode('/train name: Biscuit kind: dog', [photo, photo])).toEqual({
      command: 'train',
      options: { name: 'Biscuit', kind: 'dog', photos: [photo, photo] },
    });
    expect(decode('/train Biscuit kind:dog', [photo])).toEqual({
      command: 'train',
      options: { name: 'Biscuit', kind: 'dog', photos: [photo] },
    });
  });

  test('photos for a command that takes none are refused with a sentence', () => {
    expect(decode('/queue', [photo])).toMatchObject({
      hint: { key: 'errors.photosTooMany', params: { max: 0, given: 1 } },
    });
  });

  test('words that no option takes are refused, not dropped', () => {
    expect(decode('/queue foo')).toMatchObject({
      hint: { key: 'errors.optionUnknown', params: { command: 'queue', option: 'foo' } },
    });
    expect(decode('/pets Biscuit')).toHaveProperty('hint.key', 'errors.optionUnknown');
    expect(decode(`/pets ${'x'.repeat(500)}`)).toHaveProperty('hint.params.option.length', 40);
    expect(decode('/imagine a dog prompt: a cat')).toHaveProperty('hint.key', 'errors.optionUnknown');
  });

  test.each(['hello', '', '/', '/ imagine', 'please /imagine x', '/🐶'])(
    '%j is no command, and is answered with how to write one',
    (line) => {
      expect(decode(line)).toEqual({ hint: { key: 'web.commandHint', params: {} } });
    },
  );

  test('an unknown command is left to the bot to refuse', () => {
    expect(decode('/dance on the table')).toEqual({ command: 'dance', options: {} });
    expect(decode('/__proto__ constructor: x')).toEqual({ command: '__proto__', options: {} });
  });

  test('a long line of quotes and colons is read in a moment', () => {
    const started = performance.now();
    decode(`/imagine ${'"count: '.repeat(500)}`);
    decode(`/imagine ${'a:'.repeat(2000)}`);
    decode(`/imagine ${' '.repeat(4000)}"`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
