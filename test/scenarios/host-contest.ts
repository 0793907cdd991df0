import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import type { ScenarioChat } from './chat.js';
import { textPattern, type World } from './world.js';

/**
 * A moderator hosts a contest by one line, sets a rule by buttons, starts it, gives more time and calls it off; everybody sees what
 * becomes of it in one post, and a member is reminded. Expects a bot to run.
 * @param world whose chat is the moderator's, in a community
 * @param member somebody else there, answered in the same language
 * @param hasThreads people may talk below the post
 */
export async function hostContest(
  { chat: moderator, locale }: World,
  member: ScenarioChat,
  { hasThreads = false } = {},
): Promise<void> {
  const { buttons, contests } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  const title = 'Beach day';
  const begins = (line: string) => new RegExp(`^${line}\\n`);

  await moderator.say('/admin channel here: normal');
  await moderator.say(`/host entries_for: 31.4. title: ${title}`);
  await moderator.sees(says('errors.timeUnreadable', { given: '31.4.' }));
  await moderator.say(`/host entries_for: 5d voting_for: 2d title: ${title}`);
  const draft = await moderator.sees(says('contests.setup.title', { title }));
  expect(draft.text).toMatch(says('contests.methods.approval', { marks: 3 }));
  const ruleOf = (choice: string) =>
    buttons.ruleNow.replace('{rule}', contests.settings.method).replace('{choice}', choice);
  await moderator.clicks(draft, ruleOf(contests.choices.approval));
  const choices = await moderator.sees(says('contests.setup.choose', { title, rule: contests.settings.method }));
  await moderator.clicks(choices, contests.choices.stars);
  const changed = await moderator.sees(({ buttons: shown }) => shown.includes(ruleOf(contests.choices.stars)));
  expect(changed.text).toMatch(says('contests.methods.stars'));
  await moderator.clicks(changed, buttons.startContest);
  await moderator.sees(says('commands.host.replies.started', { title }));

  const post = await member.sees(begins(`🏆 ${title}`));
  const talk = hasThreads ? [contests.posts.talk] : [];
  expect(post.buttons).toEqual([buttons.enter, buttons.contestRules, buttons.remindMe, ...talk]);
  expect(post.text).toMatch(says('contests.methods.stars'));
  await member.clicks(post, buttons.remindMe);

  await member.clicks(post, buttons.contestRules);
  await member.sees(({ id, text }) => id !== post.id && says('contests.entries.takeBack').test(text));

  await moderator.say('/host extend until: 1d');
  await moderator.sees(says('commands.host.replies.extended', { title }));
  const noted = await member.sees(({ id, text }) => id === post.id && text.includes('✎'));
  expect(noted.text).toMatch(says('contests.notes.extended'));

  await moderator.say('/host cancel reason: It rained.');
  await moderator.sees(says('commands.host.replies.cancelled', { title }));
  await member.sees(says('contests.posts.cancelled', { title, reason: 'It rained.' }));
  await member.sees(({ id, buttons: shown }) => id === post.id && shown.length === 0);
}
