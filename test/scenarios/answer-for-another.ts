import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import { askerTagOf } from '#src/core/action.js';
import type { Person } from '#src/core/place.js';
import type { ScenarioChat } from './chat.js';
import { textPattern, type World } from './world.js';

/** Somebody beside the one who is asked, who can press what no button says. */
export interface Bystander {
  readonly chat: ScenarioChat;
  presses(action: string): Promise<void>;
}

/**
 * Somebody is asked whether everything is to be deleted, and a bystander answers, with the button's own action or a forged one:
 * nothing happens but a sentence. Then the one who was asked answers, on any platform.
 */
export async function answerForAnother(
  { chat, locale }: Pick<World, 'chat' | 'locale'>,
  asked: Pick<Person, 'platform' | 'id'>,
  bystander: Bystander,
): Promise<void> {
  const isKept = textPattern(locale, 'commands.settings.replies.chosen');
  const notYours = textPattern(locale, 'errors.questionNotYours');
  const seen = new Set<string>();
  const sees = async (pattern: RegExp) => {
    const { id } = await bystander.chat.sees((message) => !seen.has(message.id) && pattern.test(message.text));
    seen.add(id);
  };
  await bystander.chat.say(`/settings language: ${locale}`);
  await sees(isKept);
  await chat.say('/mydata action: delete');
  const question = await chat.sees(textPattern(locale, 'commands.mydata.replies.confirm'));
  const call = 'mydata?action=delete&confirmed=true';
  for (const action of [`${call}~${askerTagOf(asked)}`, call, `${call}~`]) {
    await bystander.presses(action);
    await sees(notYours);
    await bystander.chat.say('/settings');
    await sees(isKept);
  }
  expect(chat.messages.some(({ id }) => id === question.id)).toBe(true);
  await chat.clicks(question, locales[locale].buttons.deleteAll);
  await chat.sees(textPattern(locale, 'commands.mydata.replies.deleted'));
}
