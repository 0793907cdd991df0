import { describe, expect, test } from 'vitest';
import type { Place, Standing } from '#src/core/place.js';
import {
  assertAllowed,
  assertWelcome,
  isSpoilerPlace,
  mayShowAt,
  noRules,
  pictureRuleAt,
  Rules,
} from '#src/moderation/rights.js';

const anna = { platform: 'discord', id: '1', name: 'Anna' } as const;
const hall: Place = { platform: 'discord', server: 's', channel: 'hall' };
const regulars = { id: 'r', name: 'Regulars' };
const patrons = { id: 'p', name: 'Patrons' };
const member: Standing = { isModerator: false, roles: [], isAgeRestricted: false };
const moderator: Standing = { ...member, isModerator: true };
const withRoles = (...roles: { id: string }[]): Standing => ({ ...member, roles: roles.map(({ id }) => id) });

const applicant = (standing: Standing, place = hall) => ({ person: anna, place, standing: async () => standing });
const rules = (given: Partial<Rules>) => Rules.parse(given);
const refusal = (key: string, params = {}) => ({ text: { key: `errors.${key}`, params } });

describe('who may', () => {
  test('everybody may everything where there are no rules, and nobody is asked who they are', async () => {
    const standing = () => Promise.reject(new Error('asked'));
    for (const activity of ['draw', 'train', 'share'] as const)
      expect(await assertAllowed(noRules, activity, { person: anna, place: hall, standing })).toBeUndefined();
  });

  test('what is for roles is for them and for moderators', async () => {
    const some = rules({ allowed: { train: [regulars, patrons] } });
    await expect(assertAllowed(some, 'train', applicant(member))).rejects.toMatchObject(
      refusal('rolesOnly', { roles: 'Regulars, Patrons' }),
    );
    await assertAllowed(some, 'train', applicant(withRoles(patrons)));
    await assertAllowed(some, 'train', applicant(moderator));
    await assertAllowed(some, 'draw', applicant(member));
    const none = rules({ allowed: { train: [] } });
    await expect(assertAllowed(none, 'train', applicant(withRoles(patrons)))).rejects.toMatchObject(
      refusal('moderatorsOnly'),
    );
  });

  test('a ban holds for moderators as well', async () => {
    const banning = rules({ banned: [{ id: '1', name: 'Anna' }] });
    await expect(assertWelcome(banning, applicant(moderator))).rejects.toMatchObject(refusal('banned'));
    await expect(assertAllowed(banning, 'draw', applicant(moderator))).rejects.toMatchObject(refusal('banned'));
  });
});

describe('how much', () => {
  const limits: Rules['limits'] = [
    { activity: 'draw', perDay: 5, coolDownSeconds: 60 },
    { activity: 'draw', role: regulars, perDay: 10, coolDownSeconds: 30 },
    { activity: 'draw', role: patrons, coolDownSeconds: 10 },
    { activity: 'train', perDay: 1 },
  ];

  test.each([
    ['nobody in particular has everybody’s limit', member, { perDay: 5, coolDownSeconds: 60 }],
    ['a role’s limit counts instead', withRoles(regulars), { perDay: 10, coolDownSeconds: 30 }],
    ['of several roles the widest counts', withRoles(regulars, patrons), { coolDownSeconds: 10 }],
    ['moderators have none', moderator, undefined],
  ])('%s', async (_, standing, expected) => {
    expect(await assertAllowed(rules({ limits }), 'draw', applicant(standing))).toEqual(expected);
  });

  test('a limit for a role alone leaves the others unlimited', async () => {
    const only = rules({ limits: [{ activity: 'draw', role: regulars, perDay: 1 }] });
    expect(await assertAllowed(only, 'draw', applicant(member))).toBeUndefined();
  });
});

describe('where', () => {
  const garden = { ...hall, channel: 'garden' };
  const thread = { ...hall, channel: 'thread', parent: 'hall' };

  test('one channel for the bot closes the others, to all but moderators; threads go with their channel', async () => {
    const onlyHall = rules({ channels: [{ id: 'hall', use: 'only' }] });
    await assertWelcome(onlyHall, applicant(member));
    await assertWelcome(onlyHall, applicant(member, thread));
    await expect(assertWelcome(onlyHall, applicant(member, garden))).rejects.toMatchObject(refusal('channelClosed'));
    await assertWelcome(onlyHall, applicant(moderator, garden));
  });

  test('a channel without the bot leaves the others open', async () => {
    const notHall = rules({ channels: [{ id: 'hall', use: 'never' }] });
    await expect(assertWelcome(notHall, applicant(member, thread))).rejects.toMatchObject(refusal('channelClosed'));
    await assertWelcome(notHall, applicant(member, garden));
  });

  test('a topic of Telegram’s stands for itself', async () => {
    const group: Place = { platform: 'telegram', server: '-1', channel: '-1' };
    const topic = { ...group, thread: '31' };
    const onlyTopic = rules({ channels: [{ id: '-1/31', use: 'only', isSpoiler: true }] });
    await assertWelcome(onlyTopic, applicant(member, topic));
    await expect(assertWelcome(onlyTopic, applicant(member, group))).rejects.toMatchObject(refusal('channelClosed'));
    expect(isSpoilerPlace(onlyTopic, topic)).toBe(true);
    expect(isSpoilerPlace(onlyTopic, group)).toBe(false);
  });

  test('an age gate holds for everybody', async () => {
    const gated = rules({ isAgeGated: true });
    await expect(assertWelcome(gated, applicant(moderator))).rejects.toMatchObject(refusal('channelNotAgeRestricted'));
    await assertWelcome(gated, applicant({ ...member, isAgeRestricted: true }));
  });
});

describe('what was asked for at one place is shown at another', () => {
  const garden = { ...hall, channel: 'garden' };
  const alone: Place = { platform: 'discord', channel: 'dm' };
  const some = rules({
    channels: [
      { id: 'garden', isSpoiler: true },
      { id: 'staff', use: 'never' },
      { id: 'shop', pictures: 'refuse' },
      { id: 'studio', pictures: 'off' },
    ],
  });
  const shop = { ...hall, channel: 'shop' };
  const studio = { ...hall, channel: 'studio' };
  const staff = { ...hall, channel: 'staff' };
  const adults = { ...hall, channel: 'adults', isAgeRestricted: true } as const;

  test.each<[from: Place, to: Place, may: boolean]>([
    [hall, hall, true],
    [alone, alone, true],
    [alone, { ...alone, channel: 'dm-2' }, false],
    [alone, hall, false],
    [hall, alone, false],
    [hall, { ...hall, server: 'other' }, false],
    [hall, { ...hall, platform: 'telegram' }, false],
    [hall, { ...garden, channel: 'thread', parent: 'garden' }, true],
    [garden, hall, false],
    [garden, { ...garden, channel: 'thread', parent: 'garden' }, true],
    [{ ...hall, thread: '5' }, { ...hall, thread: '6' }, true],
    [staff, hall, false],
    [hall, staff, true],
    [shop, hall, false],
    [hall, shop, true],
    [hall, studio, false],
    [studio, hall, true],
    [adults, hall, false],
    [hall, adults, true],
    [adults, { ...adults, channel: 'more adults' }, true],
  ])('%o → %o: %o', (from, to, may) => {
    expect(mayShowAt(some, to, from)).toBe(may);
  });
});

describe('explicit pictures', () => {
  const everywhere = { host: 'cover', isOwnPage: false } as const;
  const adults = { ...hall, isAgeRestricted: true } as const;
  const choosing = (pictures: 'off' | 'cover' | 'refuse') => rules({ channels: [{ id: 'hall', pictures }] });

  test('are covered, but not in channels for adults, nor on the page of a host alone', () => {
    expect(pictureRuleAt(noRules, hall, everywhere)).toBe('cover');
    expect(pictureRuleAt(noRules, { platform: 'telegram', channel: '1' }, everywhere)).toBe('cover');
    expect(pictureRuleAt(noRules, adults, everywhere)).toBe('off');
    expect(pictureRuleAt(noRules, hall, { ...everywhere, isOwnPage: true })).toBe('off');
    expect(pictureRuleAt(noRules, hall, { ...everywhere, host: 'off' })).toBe('off');
  });

  test('are what moderators chose for that channel, and for no other', () => {
    expect(pictureRuleAt(choosing('off'), hall, everywhere)).toBe('off');
    expect(pictureRuleAt(choosing('refuse'), hall, everywhere)).toBe('refuse');
    expect(pictureRuleAt(choosing('cover'), adults, everywhere)).toBe('cover');
    expect(pictureRuleAt(choosing('refuse'), { ...hall, channel: 'garden' }, everywhere)).toBe('cover');
    expect(pictureRuleAt(choosing('refuse'), { ...hall, channel: 'thread', parent: 'hall' }, everywhere)).toBe(
      'refuse',
    );
  });

  test('are refused everywhere where the host refuses them, whatever moderators chose', () => {
    const refusing = { ...everywhere, host: 'refuse' } as const;
    expect(pictureRuleAt(choosing('off'), hall, refusing)).toBe('refuse');
    expect(pictureRuleAt(noRules, adults, refusing)).toBe('refuse');
  });
});
