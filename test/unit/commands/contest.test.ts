import { describe, expect, test } from 'vitest';
import { agree } from '#commands/agree.js';
import { contest } from '#commands/contest.js';
import { decide } from '#commands/decide.js';
import { enter } from '#commands/enter.js';
import { pick } from '#commands/pick.js';
import { remove } from '#commands/remove.js';
import type { Command } from '#src/command/define-command.js';
import type { Contest, ContestEntry } from '#src/contests/contest.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import type { EntryQuestion, OwnEntry, ReviewedEntry } from '#src/contests/services.js';
import { encodeAction } from '#src/core/action.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { text } from '#src/core/locale.js';
import type { Place } from '#src/core/place.js';
import type { Reply } from '#src/core/reply.js';
import { contestServer, december } from '#test/helpers/contests.js';

const ann = { platform: 'web', id: 'ann', name: 'Ann' } as const;
const picture = `sha256-${'0'.repeat(64)}` as BlobKey;
const hall: Place = { platform: 'web', server: 's', channel: 'c' };

const snow: Contest = {
  id: 'k3v9q2ab',
  title: 'First snow',
  theme: 'Cold paws',
  state: 'open',
  rules: ContestRules.parse({}),
  zone: 'UTC',
  host: contestServer,
  notes: [],
  tieSeed: '00',
  opensAt: december(1),
  entriesEndAt: december(5),
  votingAt: december(5),
  endsAt: december(8),
  revision: 2,
  closedAt: undefined,
  publishedAt: undefined,
  reason: undefined,
  result: undefined,
  cancelled: undefined,
  shuffleKey: '00',
};

const entry = {
  id: 'abcdefghjkmn',
  contest: snow.id,
  author: ann,
  state: 'accepted',
  source: 'drawn',
  submittedAt: december(2),
  picture,
  isSpoiler: false,
  alt: 'dog in the snow',
  title: 'Biscuit at last',
  provenance: { isForeignPet: false, isOfPhoto: false, isKnown: true },
} as ContestEntry;

const question: EntryQuestion = {
  contest: snow,
  entry,
  places: [text('contests.entries.seenHere')],
  needsPhotoRight: false,
  isReviewed: false,
  insteadOf: [],
};

interface World {
  readonly question?: EntryQuestion;
  readonly own?: readonly OwnEntry[];
  readonly chosen?: Contest;
  readonly drawn?: object;
  readonly page?: ReviewedEntry;
  readonly place?: { readonly server: undefined };
}

/** Runs a command as Ann; `did` is what it asked for. */
async function run(command: Command, options: Record<string, unknown>, world: World = {}) {
  const did: unknown[] = [];
  const noted =
    <Result>(name: string, result: Result) =>
    async (...given: unknown[]) => {
      did.push([name, ...given]);
      return result;
    };
  const asked = world.question ?? question;
  const reply: Reply = await command.run({
    user: ann,
    place: { platform: 'web', server: 's', channel: 'c', ...world.place },
    options,
    jobs: { find: async () => world.drawn, findHere: async () => undefined, remove: async () => 'removed' },
    files: { keepPhoto: noted('keepPhoto', { blob: picture, isReduced: false }) },
    entries: {
      isTakingEntries: async () => true,
      isEntered: async () => true,
      choose: async () => world.chosen ?? snow,
      assertTakesPhotos: noted('assertTakesPhotos', undefined),
      ask: noted('ask', asked),
      askInsteadOf: noted('askInsteadOf', asked),
      agree: noted('agree', { contest: snow, entry: { ...entry, state: asked.isReviewed ? 'pending' : 'accepted' } }),
      decline: noted('decline', undefined),
      mine: async () => world.own ?? [],
      withdraw: noted('withdraw', { contest: snow, entry }),
      placesOf: async () => [hall],
      resultOf: async () => [
        { rank: 1, entry },
        { rank: 2, entry: { ...entry, state: 'withdrawn', picture: undefined } },
      ],
    },
    hosting: { remind: noted('remind', snow) },
    ballots: { open: noted('open', { kind: 'over', contest: snow }) },
    reviews: {
      find: async () => ({ contest: snow, entry }),
      decide: noted('decide', entry),
      after: async () => world.page,
    },
    reply: (name: string, params: object, extras: object) => ({
      text: { key: `commands.${command.name}.replies.${name}`, params: params ?? {} },
      ...extras,
    }),
    // biome-ignore lint/suspicious/noExplicitAny: the parts of an invocation that these commands use.
  } as any);
  return { reply, did };
}

const keysOf = ({ lines = [] }: Reply) => lines.map(({ key }) => key);
const labelsOf = ({ buttons = [] }: Reply) => buttons.map(({ label }) => label);

describe('enter', () => {
  test('asks before anything is entered, for the asker’s eyes and fingers alone', async () => {
    const { reply, did } = await run(enter, { job: 'w-1', number: 2 });
    expect(did).toEqual([['ask', snow, { kind: 'made', job: 'w-1', number: 2 }, undefined]]);
    expect(reply).toMatchObject({ ephemeral: true, pictures: [{ blob: picture }] });
    expect(keysOf(reply)).toEqual(['place', 'terms', 'known', 'takeBack'].map((name) => `contests.entries.${name}`));
    expect(reply.buttons!.every((button) => button.for === 'asker')).toBe(true);
    expect(labelsOf(reply)).toEqual(['agree', 'decline']);
    // Whose it is, its title and its seed are for the results.
    expect(JSON.stringify(reply.pictures)).not.toMatch(/Ann|Biscuit/);
  });

  test('wants a tick where it began with a photo, and says that somebody looks at it', async () => {
    const { reply } = await run(
      enter,
      { job: 'w-1' },
      { question: { ...question, needsPhotoRight: true, isReviewed: true } },
    );
    expect(keysOf(reply)).toEqual(expect.arrayContaining(['contests.entries.photoRight', 'contests.entries.reviewed']));
    expect(reply.buttons![0]).toMatchObject({ label: 'agreeWithPhoto', options: { photo: true } });
  });

  test('with the limit reached says which there are, with buttons to replace or withdraw', async () => {
    const { reply } = await run(enter, { job: 'w-1' }, { question: { ...question, insteadOf: [entry] } });
    expect(reply.text.key).toBe('contests.entries.instead');
    expect(labelsOf(reply)).toEqual(['insteadOf', 'withdrawEntry']);
    const { did } = await run(enter, { asked: 'a', instead: 'b' });
    expect(did).toEqual([['askInsteadOf', 'a', 'b']]);
  });

  test('of a photo, which may be anybody’s, asks whether it may be used', async () => {
    const photo = { ...question, entry: { ...question.entry, source: 'photos' as const } };
    const { reply } = await run(enter, { job: 'w-1' }, { question: photo });
    expect(keysOf(reply)).toContain('contests.entries.ownPhoto');
    expect(keysOf((await run(enter, { job: 'w-1' })).reply)).not.toContain('contests.entries.ownPhoto');
  });

  test('below a contest’s post tells how', async () => {
    const rules = ContestRules.parse({ accepts: ['edits', 'photos'] });
    const { reply } = await run(enter, { contest: snow.id }, { chosen: { ...snow, rules } });
    expect(keysOf(reply)).toEqual(['commands.enter.replies.howEdits', 'commands.enter.replies.howPhotos']);
  });

  test('its buttons fit every platform', async () => {
    const replies = [
      await run(enter, { job: 'w-1' }, { question: { ...question, needsPhotoRight: true } }),
      await run(enter, { job: 'w-1' }, { question: { ...question, insteadOf: [entry] } }),
      await run(contest, { action: 'withdraw' }, { own: [{ contest: snow, entry }] }),
    ];
    for (const { reply } of replies)
      for (const button of reply.buttons!) expect(() => encodeAction(button, ann)).not.toThrow();
    const longest = { job: 'd'.repeat(40), number: 4 };
    expect(() => encodeAction({ for: 'everybody', command: 'enter', options: longest }, ann)).not.toThrow();
  });
});

describe('agree', () => {
  test('enters, with the word about the photo where it was given, or does not', async () => {
    const { reply, did } = await run(agree, { entry: 'a', photo: true });
    expect(did).toEqual([['agree', 'a', true]]);
    expect(reply.text.key).toBe('commands.agree.replies.entered');
    const reviewed = await run(agree, { entry: 'a' }, { question: { ...question, isReviewed: true } });
    expect(reviewed.reply.text.key).toBe('commands.agree.replies.forReview');
    expect((await run(agree, { entry: 'a', declined: true })).did).toEqual([['decline', 'a']]);
  });
});

describe('contest', () => {
  test('shows what runs, and offers to enter while it is open', async () => {
    const { reply } = await run(contest, {});
    expect(reply.buttons![0]).toMatchObject({ command: 'enter', options: { contest: snow.id } });
    const { reply: later } = await run(contest, {}, { chosen: { ...snow, state: 'voting' } });
    expect(later.buttons!.map(({ command }) => command)).not.toContain('enter');
  });

  test('enters a photo, once it is known that one is taken', async () => {
    const photo = { name: 'a.jpg', isSpoiler: true, read: async () => new Uint8Array() };
    const { did } = await run(contest, { photo, words: 'a dog', title: 'Hi' });
    expect(did).toEqual([
      ['assertTakesPhotos', snow],
      ['keepPhoto', photo, 'show'],
      ['ask', snow, { kind: 'photo', blob: picture, words: 'a dog', isSpoiler: true }, 'Hi'],
    ]);
    await expect(run(contest, { action: 'enter' })).rejects.toMatchObject({ text: { key: 'errors.entryMissing' } });
  });

  test('lists one’s own entries with states and reasons', async () => {
    const reason = { key: 'contests.entries.reasons.rules', params: {} } as const;
    const rejected = { ...entry, state: 'rejected', reason } as const;
    const own = [entry, rejected].map((one) => ({ contest: snow, entry: one }));
    const { reply } = await run(contest, { action: 'mine' }, { own });
    expect(reply.ephemeral).toBe(true);
    expect(reply.lines).toMatchObject([
      { params: { number: 1, state: { key: 'contests.entries.states.accepted' } } },
      { params: { number: 2, state: { params: { reason: { key: 'contests.entries.reasons.rules' } } } } },
    ]);
    expect((await run(contest, { action: 'mine' })).reply.text.key).toBe('commands.contest.replies.mineNone');
  });

  test('withdraws the one that is meant, and asks once', async () => {
    const own = [entry, { ...entry, id: 'second' }].map((one) => ({ contest: snow, entry: one }));
    const which = await run(contest, { action: 'withdraw' }, { own });
    expect(which.reply.text.key).toBe('commands.contest.replies.withdrawWhich');
    const asked = await run(contest, { action: 'withdraw', number: 2 }, { own });
    expect(asked.did).toEqual([]);
    expect(asked.reply.buttons).toMatchObject([{ for: 'asker', options: { entry: 'second', sure: true } }]);
    const done = await run(contest, { action: 'withdraw', entry: 'second', sure: true }, { own });
    expect(done.did).toEqual([['withdraw', 'second']]);
    await expect(run(contest, { action: 'withdraw', number: 3 }, { own })).rejects.toMatchObject({
      text: { key: 'errors.entryUnknown' },
    });
  });

  test('reminds whoever asks for it, with a way back', async () => {
    const { reply, did } = await run(contest, { action: 'remind' });
    expect(did).toEqual([['remind', snow.id, true]]);
    expect(reply).toMatchObject({
      text: { key: 'commands.remind.replies.on', params: { title: 'First snow' } },
      buttons: [{ command: 'remind', options: { c: snow.id, off: true } }],
      ephemeral: true,
    });
  });

  test('opens one’s ballot of the contest that is voted on', async () => {
    const { reply, did } = await run(contest, { action: 'vote' });
    expect(did).toEqual([['open', snow.id]]);
    expect(reply.text.key).toBe('contests.ballots.over');
  });

  test('tells results with names and titles, and of withdrawn entries the rank alone', async () => {
    const published = { ...snow, state: 'published', result: { voters: 3, ranks: [] } } as Contest;
    const { reply } = await run(contest, { action: 'results' }, { chosen: published });
    expect(reply.lines).toMatchObject([
      { key: 'commands.contest.replies.rankTitled', params: { rank: 1, title: 'Biscuit at last', person: 'Ann' } },
      { key: 'commands.contest.replies.rankGone', params: { rank: 2 } },
    ]);
    expect(reply.pictures).toMatchObject([{ seenAt: [hall] }]);
    const closed = { ...published, state: 'closed' } as const;
    await expect(run(contest, { action: 'results' }, { chosen: closed })).rejects.toMatchObject({
      text: { key: 'errors.contestNoResults' },
    });
  });
});

test('🏆 is below a picked picture while a contest is open, and 🗑 says that an entry keeps its picture', async () => {
  const drawn = {
    id: 'w-1',
    title: 'Biscuit asleep',
    person: ann,
    data: {},
    result: { pictures: [picture, picture], settings: { seed: 1 } },
  };
  const { reply } = await run(pick, { job: 'w-1', number: 2 }, { drawn });
  expect(reply.buttons).toContainEqual(expect.objectContaining({ label: 'enter', options: { job: 'w-1', number: 2 } }));
  expect((await run(remove, { job: 'w-1' })).reply.text.key).toBe('commands.remove.replies.removedButEntered');
});

describe('decide', () => {
  const page: ReviewedEntry = { contest: snow, entry, waitingCount: 2, isOwn: false, alike: [] };

  test('accepts, and shows the next one with what moderators alone know', async () => {
    const drawn = { ...entry.provenance, words: 'Biscuit in the snow', seed: 7, pet: 'Biscuit', isForeignPet: true };
    const known = { ...entry, source: 'drawn', before: picture, submittedAt: december(2), provenance: drawn } as const;
    const { reply, did } = await run(
      decide,
      { entry: 'a', what: 'accept' },
      { page: { ...page, entry: known, alike: [{ ...entry, id: 'other' }] } },
    );
    expect(did).toEqual([['decide', 'a', { kind: 'accept' }]]);
    expect(reply.lines).toMatchObject([
      { params: { person: 'Ann' } },
      { key: 'contests.reviewing.drawn', params: { words: 'Biscuit in the snow', seed: 7 } },
      { key: 'contests.reviewing.foreignPet', params: { pet: 'Biscuit' } },
      { key: 'contests.reviewing.entered' },
      { key: 'contests.reviewing.shows' },
      { key: 'contests.reviewing.entryTitle' },
      { key: 'contests.reviewing.before' },
      { key: 'contests.reviewing.alike', params: { count: 1 } },
    ]);
    expect(reply.pictures).toHaveLength(3);
    expect(labelsOf(reply)).toEqual(['acceptEntry', 'rejectEntry', 'nextEntry']);
  });

  test('asks why an entry is not accepted, takes one of six reasons, or words', async () => {
    const { reply, did } = await run(decide, { entry: entry.id, what: 'reject' });
    expect(did).toEqual([]);
    expect(reply.buttons).toHaveLength(7);
    for (const button of reply.buttons!) expect(() => encodeAction(button, ann)).not.toThrow();
    expect(reply.buttons!.at(-1)).toMatchObject({ command: 'host', asks: 'reason', options: { entry: entry.id } });
    const alone = await run(decide, { entry: entry.id, what: 'reject' }, { place: { server: undefined } });
    expect(labelsOf(alone.reply)).not.toContain('inWords');
    expect(alone.reply.lines).toMatchObject([{ params: { entry: entry.id } }]);
    const rejected = await run(decide, { entry: 'a', what: 'reject', reason: 'theme' });
    expect(rejected.did).toEqual([['decide', 'a', { kind: 'reject', reason: 'theme' }]]);
    expect(rejected.reply.text.key).toBe('contests.reviewing.none');
  });

  test('of one’s own entry offers nothing but the next', async () => {
    const { reply } = await run(decide, { entry: 'a', what: 'next' }, { page: { ...page, isOwn: true } });
    expect(labelsOf(reply)).toEqual(['nextEntry']);
    expect(keysOf(reply)).toContain('contests.reviewing.own');
  });
});
