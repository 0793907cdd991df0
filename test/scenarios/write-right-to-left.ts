import { expect } from 'vitest';
import { textPattern, type World } from './world.js';

/**
 * Words from right to left are shown as they were written, and turn nothing around but themselves, on any platform.
 * Expects a bot and a worker with the fake engine running.
 */
export async function writeRightToLeft({ chat, locale }: Pick<World, 'chat' | 'locale'>): Promise<void> {
  const says = (prompt: string, seed: number) =>
    textPattern(locale, 'delivery.drawn', { prompt, person: chat.personName, seed });
  const isPicture = (what: RegExp) => (message: { readonly text: string; readonly pictureCount: number }) =>
    message.pictureCount > 0 && what.test(message.text);

  await chat.say('/imagine כלב גולש seed: 7');
  const hebrew = await chat.sees(isPicture(says('כלב גולש', 7)));
  expect(hebrew.text).toContain('\u2068כלב גולש\u2069');

  await chat.say('/imagine a \u202Edog\u2067 at\u2066 sea\u202C seed: 8');
  await chat.sees(isPicture(says('a dog at sea', 8)));
  for (const { text } of chat.messages) expect(text).not.toMatch(/[\u202A-\u202E\u2066\u2067]/);
}
