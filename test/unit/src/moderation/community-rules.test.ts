import { expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { translateWith } from '#src/core/locale.js';
import {
  linesOf,
  withAllowed,
  withBan,
  withChannelRule,
  withLimit,
  withoutBan,
} from '#src/moderation/community-rules.js';
import { noRules, type Rules } from '#src/moderation/rights.js';

const regulars = { id: 'r', name: 'Regulars' };
const patrons = { id: 'p', name: 'Patrons' };
const ben = { platform: 'discord', id: '8', name: 'Ben' } as const;
const told = (rules: Rules, channel = 'hall') => linesOf(rules, channel).map((line) => translateWith(locales.en, line));

test('roles are allowed one after the other, until it is for everyone or for moderators', () => {
  const two = withAllowed(withAllowed(noRules, 'draw', regulars), 'draw', patrons);
  expect(withAllowed(two, 'draw', regulars).allowed.draw).toHaveLength(2);
  expect(told(two)).toEqual(['Drawing: only Regulars, Patrons']);
  expect(told(withAllowed(two, 'draw', 'moderators'))).toEqual(['Drawing: moderators only']);
  expect(withAllowed(two, 'draw', 'everyone')).toEqual(noRules);
});

test('a limit changes in the part that is named, and ends where nothing of it is left', () => {
  const daily = withLimit(noRules, { activity: 'draw', perDay: 5 });
  const both = withLimit(daily, { activity: 'draw', coolDownSeconds: 60 });
  expect(told(both)).toEqual(['Drawing, everybody: at most 5 a day', 'Drawing, everybody: 60 s between two']);
  expect(told(withLimit(both, { activity: 'draw', role: regulars, perDay: 9 }))).toHaveLength(3);
  expect(told(withLimit(both, { activity: 'draw', perDay: 0 }))).toEqual(['Drawing, everybody: 60 s between two']);
  expect(withLimit(daily, { activity: 'draw', perDay: 0 })).toEqual(noRules);
});

test('a channel has a use and may hide its pictures; normal ends both', () => {
  const hall = withChannelRule(withChannelRule(noRules, 'hall', 'spoiler'), 'hall', 'only');
  expect(hall.channels).toEqual([{ id: 'hall', isSpoiler: true, use: 'only' }]);
  expect(told(hall)).toHaveLength(2);
  expect(told(hall, 'garden')).toEqual(['Other channels with rules of their own: 1']);
  expect(withChannelRule(hall, 'hall', 'normal')).toEqual(noRules);
  const gated = withChannelRule(noRules, 'hall', 'adults');
  expect(told(gated)).toEqual(['I work only in age-restricted channels.']);
  expect(withChannelRule(gated, 'garden', 'all_ages')).toEqual(noRules);
});

test('a ban names whom, or the number of somebody who is forgotten', () => {
  const banned = withBan(withBan(noRules, ben), { ...ben, name: 'Benny' });
  expect(told(banned)).toEqual(['Banned: Benny']);
  expect(told({ ...noRules, banned: [{ id: '8', name: '' }] })).toEqual(['Banned: 8']);
  expect(withoutBan(banned, ben)).toEqual(noRules);
});
