import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import type { ScenarioChat, SeenMessage } from './chat.js';
import { textPattern, type World } from './world.js';

/**
 * A moderator limits drawing to one a day, hides the pictures of a channel, bans somebody and closes drawing to all others;
 * members meet each of these, and the trail shows it. Expects a bot and a worker with the fake engine running.
 * @param world whose chat is the moderator's, in a community
 * @param member somebody else there, answered in the same language
 * @param rowdy a third one
 */
export async function moderate(world: World, member: ScenarioChat, rowdy: ScenarioChat): Promise<void> {
  const { chat: moderator, locale } = world;
  const { buttons } = locales[locale];
  const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
    textPattern(locale, key, params);
  const drawn =
    (prompt: string, isHidden: boolean) =>
    (message: SeenMessage): boolean =>
      message.pictureCount > 0 &&
      (message.isHidden ?? false) === isHidden &&
      says('delivery.drawn', { prompt }).test(message.text);

  await moderator.say('/admin');
  await moderator.sees(says('commands.admin.replies.none'));
  await moderator.say('/admin limit activity: draw per_day: 1');
  const limited = await moderator.sees(says('commands.admin.replies.changed'));
  expect(limited.text).toMatch(says('commands.admin.replies.perDay', { count: 1 }));

  await member.say('/imagine a lamp');
  await member.sees(drawn('a lamp', false));
  await member.say('/imagine a chair');
  await member.sees(says('errors.quotaReached', { max: 1 }));
  await moderator.say('/imagine a sofa');
  await moderator.say('/imagine a shelf');
  await moderator.sees(drawn('a sofa', false));
  await moderator.sees(drawn('a shelf', false));

  // What comes to nothing is given back.
  await world.stopWorker();
  await rowdy.say('/imagine a broken window');
  const waiting = await rowdy.sees(({ text }) => text.includes('a broken window'));
  await member.clicks(waiting, buttons.cancel);
  await member.sees(says('errors.jobNotYours', { person: rowdy.personName }));
  await moderator.clicks(waiting, buttons.cancel);
  await rowdy.sees(({ id, buttons: shown }) => id === waiting.id && !shown.includes(buttons.cancel));
  await rowdy.say('/imagine a hole in a fence');
  const stopped = await rowdy.sees(({ text }) => text.includes('a hole in a fence'));
  await moderator.say('/admin ban', { about: rowdy });
  const banned = await moderator.sees(says('commands.admin.replies.banned', { names: rowdy.personName }));
  await moderator.clicks(banned, buttons.undo);
  const unbanned = await moderator.sees(says('commands.admin.replies.unbanned', { names: rowdy.personName }));
  await moderator.clicks(unbanned, buttons.undo);
  await moderator.sees(({ id, text }) => id !== banned.id && text === banned.text);
  await rowdy.sees(({ id, buttons: shown }) => id === stopped.id && !shown.includes(buttons.cancel));
  await rowdy.say('/imagine a muddy carpet');
  await rowdy.sees(says('errors.banned'));
  await world.startWorker();

  await moderator.say('/admin channel here: spoiler');
  await moderator.sees(says('commands.admin.replies.spoiler'));
  await moderator.say('/imagine a surprise count: 2');
  const hidden = await moderator.sees(drawn('a surprise', true));
  await moderator.clicks(hidden, buttons.pick1);
  await moderator.sees(({ id, isHidden, pictureCount }) => id !== hidden.id && isHidden === true && pictureCount > 0);

  await moderator.say('/admin limit activity: draw per_day: 0');
  await moderator.say('/admin allow activity: draw who: moderators');
  await moderator.sees(says('commands.admin.replies.moderators'));
  await member.say('/imagine a table');
  await member.sees(says('errors.moderatorsOnly'));
  await moderator.say('/admin channel here: never');
  await moderator.sees(says('commands.admin.replies.never'));
  await member.say('/pets');
  await member.sees(says('errors.channelClosed'));

  await moderator.say('/admin audit');
  const trail = await moderator.sees(says('commands.admin.replies.audit'));
  const entries = [
    says('commands.admin.replies.auditLine', {
      moderator: moderator.personName,
      line: 'limit activity:draw per_day:1',
    }),
    says('commands.admin.replies.auditStopped', { moderator: moderator.personName, person: rowdy.personName }),
    says('commands.admin.replies.auditLine', { line: `ban person:${rowdy.personName}` }),
    says('commands.admin.replies.auditLine', { line: 'channel here:spoiler' }),
  ];
  for (const entry of entries) expect(trail.text).toMatch(entry);
}
