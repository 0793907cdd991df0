import type { ScenarioChat, SeenMessage } from './chat.js';

export const patienceMs = 240_000;
export const answerWithinMs = 5000;

/** Tries until it has come about, as somebody does who gets no answer; each try may have been heard all the same. */
export async function insist<Found>(
  what: string,
  look: () => Promise<Found | undefined | false>,
  act: () => Promise<unknown>,
): Promise<Found> {
  const deadline = Date.now() + patienceMs;
  let lastError: unknown;
  while (Date.now() < deadline) {
    try {
      await act();
    } catch (error) {
      lastError = error;
    }
    const waits = Date.now() + 3000;
    do {
      const found = await look().catch((error: unknown) => {
        lastError = error;
        return undefined;
      });
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (Date.now() < waits);
  }
  throw new Error(`waited for ${what}`, { cause: lastError });
}

export const patiently = <Found>(ask: () => Promise<Found>): Promise<Found> => insist('an answer', ask, async () => {});

export const idsOf = ({ messages }: ScenarioChat) => new Set(messages.map(({ id }) => id));

export async function answerTo(
  chat: ScenarioChat,
  line: string,
  fits: RegExp | ((message: SeenMessage) => boolean),
): Promise<SeenMessage> {
  const before = idsOf(chat);
  await chat.say(line);
  return chat.sees(
    (message) => !before.has(message.id) && (fits instanceof RegExp ? fits.test(message.text) : fits(message)),
    answerWithinMs,
  );
}
