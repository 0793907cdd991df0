/** Waiting as long as a slow machine needs: pictures are drawn one after the other. */
import type { Matcher, ScenarioChat, SeenMessage } from '#test/scenarios/chat.js';

export const patienceMs = 5 * 60_000;

export function sees(chat: ScenarioChat, what: Matcher): Promise<SeenMessage> {
  return chat.sees(what, patienceMs);
}

/** A message that is not there yet. */
export function fresh(chat: ScenarioChat, what: Matcher): Matcher {
  const before = new Set(chat.messages.map(({ id }) => id));
  return (message) => !before.has(message.id) && (what instanceof RegExp ? what.test(message.text) : what(message));
}

/** What somebody says, and what answers it. */
export async function asks(chat: ScenarioChat, line: string, answer: Matcher): Promise<SeenMessage> {
  const what = fresh(chat, answer);
  await chat.say(line);
  return sees(chat, what);
}
