import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { localeNames } from '#locales/index.js';
import { AccountLinksTable } from '#src/contests/account-links-table.js';
import { BallotBox } from '#src/contests/ballot-box.js';
import type { Contest } from '#src/contests/contest.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestRemindersTable } from '#src/contests/contest-reminders-table.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { postOf } from '#src/contests/contest-telling.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { resultTellingOf } from '#src/contests/result-telling.js';
import type { OpenDatabase } from '#src/database/database.js';
import { renderMessage } from '#src/delivery/render.js';
import { maxContentLength, renderText } from '#src/platforms/discord/escape-text.js';
import { ContestStage } from '#test/helpers/contest-stage.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let stage: ContestStage;
beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  stage = await ContestStage.open(opened);
});
afterEach(() => stage.outbox.stop());
afterAll(() => opened.close());

const seconds = (moment: Date, count: number) => new Date(moment.getTime() + count * 1000);
const minutes = (moment: Date, count: number) => seconds(moment, 60 * count);

async function scheduled(changes: Partial<Contest> = {}): Promise<Contest> {
  const contest = await addContest(opened.database, changes);
  await stage.clock.change(contest, {}, { kind: 'state' }, opened.database);
  await stage.post();
  return contest;
}
async function entered(contest: Pick<Contest, 'id'>): Promise<void> {
  for (const author of ['ann', 'bob', 'cat']) await addEntry(opened.database, contest, author);
}
const vote = async (contest: Contest, voter: string, author: string) => {
  const entries = await new ContestEntriesTable(opened.database).ofContest(contest.id, ['accepted']);
  const { number } = entries.find((entry) => entry.author.id === author)!;
  const press = { contest: contest.id, voter: { platform: 'discord', id: voter }, isPanel: false } as const;
  const mark = { kind: 'mark', number: number!, isOn: true } as const;
  await new BallotBox(opened.database).cast({
    ...press,
    event: `${voter} ${author}`,
    at: december(6),
    server: contestServer,
    mark,
  });
};

test('one post stays and is edited, and each phase begins with a message and ends with two reminders', async () => {
  const contest = await scheduled();
  expect(stage.said()).toEqual(['🏆 First snow']);
  expect(stage.words('🏆 First snow')).toContain('Opens Tuesday, December 1, 2026 at 6:00 PM UTC');
  await stage.at(december(1));
  await entered(contest);
  await stage.at(december(4));
  await stage.at(december(5, 17));
  await stage.at(seconds(december(5), 5));
  await vote(contest, 'dan', 'bob');
  await vote(contest, 'eve', 'bob');
  // Three days are not longer than three times the first reminder's lead.
  await stage.at(december(7));
  await stage.at(december(8, 17));
  await stage.at(seconds(december(8), 5));
  expect(stage.said()).toEqual([
    '🏆 First snow',
    '🏆 First snow is open! Enter until Saturday, December 5, 2026 at 6:00 PM UTC.',
    '⏳ First snow: entries close Saturday, December 5, 2026 at 6:00 PM UTC.',
    '⏳ First snow: entries close Saturday, December 5, 2026 at 6:00 PM UTC.',
    '🗳 First snow: voting has begun, until Tuesday, December 8, 2026 at 6:00 PM UTC.',
    '⏳ First snow: voting ends Tuesday, December 8, 2026 at 6:00 PM UTC.',
    '🏆 First snow: the result',
  ]);
  expect(stage.words('🏆 First snow: the result')).toMatch(/🥇 № \d by bob\n.*People who voted: 2$/s);
  const [post] = [...stage.chat.messages.values()];
  expect(post!.contents.at(-1)!.text).toContain('This contest is over.');
  expect(post!.contents.at(-1)!.buttons ?? []).toEqual([]);
});

test('whatever dies between a transition and its message, the message comes once', async () => {
  const contest = await scheduled();
  await stage.doDue(december(1));
  // The answers about the post and about the message are both lost.
  stage.platform.faults.push('after', 'before', 'after');
  for (let start = 0; start < 5; start++) {
    stage.restart();
    await opened.database.execute("UPDATE outbox SET next_at = now() - interval '1 second'");
    await stage.post();
  }
  const texts = stage.said();
  expect(texts.filter((text) => text.includes('is open!'))).toHaveLength(1);
  expect(texts).toHaveLength(2);
  await stage.at(december(1, 20));
  expect(stage.said()).toHaveLength(2);
  expect(await new ContestsTable(opened.database).get(contest.id)).toMatchObject({ state: 'open' });
});

test('a reminder that fell due while nobody was there is told, whatever is changed first', async () => {
  const contest = await scheduled();
  await stage.at(december(1));
  await entered(contest);
  const [entry] = await new ContestEntriesTable(opened.database).ofContest(contest.id, ['accepted']);
  stage.now = seconds(december(5, 17), 90);
  const isTold = () => stage.said().some((text) => text.startsWith('⏳'));
  // What the services kept for the bot comes before it looks what is due.
  await stage.hosting().edit(contest.id, { title: 'First snow of all' });
  await opened.database.transaction(async (transaction) => {
    const locked = (await new ContestsTable(transaction).lock(contest.id))!;
    await new ContestEntriesTable(transaction).withdraw(entry!.id);
    await stage.clock.entriesChanged(locked, transaction, 'gone');
  });
  expect(isTold()).toBe(false);
  await stage.at(stage.now);
  expect(isTold()).toBe(true);
});

test('what moderators end is over, also where the bot dies before it acts on that', async () => {
  const contest = await scheduled();
  await stage.at(december(1));
  await entered(contest);
  stage.now = december(3);
  await stage.hosting().end(contest.id);
  stage.now = seconds(stage.now, 3);
  // Its last sign of life was a while before.
  await stage.clock.makeUpFor({ from: seconds(stage.now, -20), to: stage.now });
  await stage.at(seconds(stage.now, 10));
  expect(await new ContestsTable(opened.database).get(contest.id)).toMatchObject({ state: 'voting' });
  expect(stage.said().filter((text) => text.includes('I was away'))).toEqual([]);
});

test('what is over when its turn comes is not said any more', async () => {
  const contest = await scheduled();
  await entered(contest);
  stage.now = december(1);
  await stage.at(december(9));
  expect(stage.said()).toEqual(['🏆 First snow', '🏆 First snow: the result']);
  expect(stage.words('🏆 First snow: the result')).toContain('Nobody voted, so there are no ranks.');
});

describe('nobody was there', () => {
  test('at the end of a phase: there is more time, which is said once', async () => {
    await scheduled();
    await stage.at(december(1));
    const downtime = { from: minutes(december(5), -2), to: minutes(december(5), 1) };
    stage.now = downtime.to;
    for (let start = 0; start < 2; start++) await stage.clock.makeUpFor(downtime);
    await stage.at(downtime.to);
    const said = stage.said().filter((text) => text.includes('I was away'));
    expect(said).toEqual([
      expect.stringContaining('there is more time: until Saturday, December 5, 2026 at 6:16 PM UTC.'),
    ]);
  });

  test('within a phase: whoever moderates may give the time back', async () => {
    await scheduled();
    await stage.at(december(1));
    await stage.clock.makeUpFor({ from: december(2), to: december(2, 20) });
    await stage.clock.makeUpFor({ from: december(3), to: minutes(december(3), 5) });
    await stage.post();
    const away = [...stage.chat.messages.values()].filter(({ contents }) =>
      contents.at(-1)!.text.includes('I was away'),
    );
    expect(away).toHaveLength(1);
    expect(away[0]!.contents.at(-1)!.buttons).toEqual([
      {
        label: '⏳ 2h more',
        action: expect.stringMatching(/^host\?action=extend&contest=\w{8}&until=2026-12-05T20%3A00Z$/),
      },
    ]);
  });
});

test('a phase has four messages at most, and the post says the rest', async () => {
  const { id } = await scheduled();
  await stage.at(december(1));
  for (let time = 1; time <= 5; time++)
    await stage.clock.makeUpFor({ from: december(1, 18 + time), to: minutes(december(1, 18 + time), 20) });
  await stage.post();
  expect(stage.said()).toHaveLength(1 + 4);
  await stage.hosting().extend(id, '1d');
  await stage.post();
  expect(stage.said()).toHaveLength(1 + 4);
  expect(stage.words('🏆 First snow\n')).toMatch(/✎ .*: Moderators gave more time: until Sunday, December 6/);
});

test('the post says when a contest is full, and when there is room again', async () => {
  const contest = await scheduled({ rules: ContestRules.parse({ method: 'ranked' }) });
  await stage.at(december(1));
  for (let count = 0; count < 100; count += 1) await addEntry(opened.database, contest, `author-${count}`);
  const entries = new ContestEntriesTable(opened.database);
  const change = async (how: 'entered' | 'gone') => {
    await opened.database.transaction(async (transaction) => {
      const locked = (await new ContestsTable(transaction).lock(contest.id))!;
      await stage.clock.entriesChanged(locked, transaction, how);
    });
    await stage.post();
  };
  await change('entered');
  expect(stage.words('🏆 First snow\n')).toContain('It is full: 100 entries are in.');
  const posts = stage.chat.messages.size;
  await entries.withdraw((await entries.ofContest(contest.id, ['accepted']))[0]!.id);
  await change('gone');
  expect(stage.words('🏆 First snow\n')).not.toContain('It is full');
  expect(stage.chat.messages.size).toBe(posts);
});

test('a post that somebody has deleted is put up again once', async () => {
  const { id } = await scheduled();
  const [key] = [...stage.chat.messages.keys()];
  stage.chat.messages.delete(key!);
  await stage.hosting().edit(id, { title: 'Snow' });
  await stage.post();
  await stage.hosting().edit(id, { title: 'Thaw' });
  await stage.post();
  expect(stage.said()).toEqual(['🏆 Thaw']);
});

test('a channel that takes nothing is told to moderators in private, and the contest goes on', async () => {
  stage.platform.closedChannels.add('c1');
  const draft = await stage.hosting().create({ title: 'First snow' });
  await stage.hosting().start(draft.id);
  await stage.post();
  await stage.post();
  const [told] = [...stage.chat.messages.values()];
  expect(told).toMatchObject({ person: { id: '7' } });
  expect(told!.contents[0]!.text).toContain('I cannot post in the channel c1');
  expect(await stage.hosting().find(draft.id)).toMatchObject({ state: 'open' });
});

test('a contest that can be posted nowhere waits, goes on where a place opens again, and is void after a week', async () => {
  const { id } = await scheduled();
  await stage.at(december(1));
  await entered({ id });
  stage.platform.closedChannels.add('c1');
  await stage.at(december(4));
  await stage.at(december(5, 20));
  const contests = new ContestsTable(opened.database);
  expect(await contests.get(id)).toMatchObject({ state: 'open' });
  stage.platform.closedChannels.delete('c1');
  await stage.at(december(5, 21));
  await stage.at(december(5, 22));
  expect(await contests.get(id)).toMatchObject({ state: 'voting' });
  stage.platform.closedChannels.add('c1');
  await stage.at(december(8, 17));
  await stage.at(december(8, 20));
  await stage.at(december(16));
  expect(await contests.get(id)).toMatchObject({ state: 'void', reason: { key: 'contests.reasons.nowhere' } });
});

test('moderators hear of entries that nobody has decided about, before the end and at the end', async () => {
  const draft = await stage.hosting().create({ title: 'First snow', entriesFor: '2d', votingFor: '1d' });
  await stage.hosting().start(draft.id);
  await addEntry(opened.database, draft, 'ann', { state: 'pending' });
  for (const moment of [december(2, 0), december(2, 23), seconds(december(3, 0), 5), december(3, 23)]) {
    await stage.at(moment);
  }
  const told = [...stage.chat.messages.values()].filter(({ person }) => person?.id === '7');
  expect(told).toHaveLength(4);
  expect(told[0]!.contents[0]!.text).toContain('nobody has decided about: 1.');
});

describe('🔔', () => {
  test('tells in private, once, who has not voted by then', async () => {
    const contest = await scheduled({ endsAt: december(9) });
    await stage.at(december(1));
    await entered(contest);
    await stage.hosting().remind(contest.id, true);
    await stage.at(seconds(december(5), 5));
    await stage.at(december(8));
    const reminders = () => stage.said().filter((text) => text.startsWith('🔔'));
    expect(reminders()).toHaveLength(1);
    const [last] = [...stage.chat.messages.values()].filter(({ person }) => person?.id === '7');
    expect(last!.contents[0]!.text).toContain('you wanted to be reminded');
    await stage.at(december(9, 17));
    expect(reminders()).toHaveLength(1);
  });

  test('tells nobody who has voted, or does not want it any more', async () => {
    const contest = await scheduled({ endsAt: december(9) });
    await stage.at(december(1));
    await entered(contest);
    await stage.hosting().remind(contest.id, true);
    await stage.at(seconds(december(5), 5));
    await vote(contest, '7', 'bob');
    // With another account of theirs.
    const [one, other] = ['8', '9'].map((id) => ({ platform: 'discord', id, name: id }) as const);
    await new AccountLinksTable(opened.database).link(one!, other!);
    await vote(contest, '8', 'bob');
    await new ContestRemindersTable(opened.database).add(contest.id, other!);
    await stage.at(december(8));
    await stage.hosting().remind(contest.id, true);
    await stage.hosting().remind(contest.id, false);
    await stage.at(december(9, 17));
    expect(stage.said().filter((text) => text.startsWith('🔔'))).toEqual([]);
  });
});

test('a group of Telegram’s has sheets with a button for each number, without what is taken out', async () => {
  const place = { platform: 'telegram', server: '-5', channel: '-5' } as const;
  const contest = await addContest(opened.database, { host: { platform: 'telegram', server: '-5' } }, place);
  await stage.clock.change(contest, {}, { kind: 'state' }, opened.database);
  await stage.at(december(1));
  for (let author = 1; author <= 11; author++) await addEntry(opened.database, contest, `a${author}`);
  await stage.at(seconds(december(5), 5));
  const sheets = () =>
    [...stage.chat.messages.values()]
      .map(({ contents }) => contents.at(-1)!)
      .filter(({ text }) => text.includes('press the numbers'));
  expect(sheets().map(({ buttons = [] }) => buttons.map(({ label }) => label))).toEqual([
    ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    ['10', '11'],
  ]);
  // Wherever one of its places covers pictures, all do.
  expect(sheets()[0]!.pictures).toMatchObject([{ seenAt: [place] }]);
  expect(sheets()[1]!.buttons![0]!.action).toBe(`mark?c=${contest.id}&e=10`);
  const entries = new ContestEntriesTable(opened.database);
  const second = (await entries.ofContest(contest.id, ['accepted'])).find(({ number }) => number === 2)!;
  await opened.database.transaction(async (transaction) => {
    const locked = await new ContestsTable(transaction).lock(contest.id);
    await new ContestEntriesTable(transaction).setState(second.id, ['accepted'], { state: 'disqualified' });
    await stage.clock.entriesChanged(locked!, transaction, 'decided');
  });
  await stage.post();
  expect(sheets()[0]!.buttons!.map(({ label }) => label)).toEqual(['1', '3', '4', '5', '6', '7', '8', '9']);
  expect(sheets()).toHaveLength(2);
});

test('a sheet that its service refuses for a while comes once, as things stand then', async () => {
  const place = { platform: 'telegram', server: '-5', channel: '-5' } as const;
  const contest = await addContest(opened.database, { host: { platform: 'telegram', server: '-5' } }, place);
  await stage.clock.change(contest, {}, { kind: 'state' }, opened.database);
  await stage.at(december(1));
  for (let author = 1; author <= 3; author++) await addEntry(opened.database, contest, `a${author}`);
  await stage.doDue(seconds(december(5), 5));
  // The post, the news, and the sheet: refused, and then done without an answer.
  stage.telegram.faults.push('before', 'after', 'before', 'after', 'before', 'after');
  for (let start = 0; start < 8; start++) {
    if (start === 4)
      await opened.database.transaction(async (transaction) => {
        const locked = await new ContestsTable(transaction).lock(contest.id);
        const [entry] = await new ContestEntriesTable(transaction).ofContest(contest.id, ['accepted']);
        await new ContestEntriesTable(transaction).setState(entry!.id, ['accepted'], { state: 'disqualified' });
        await stage.clock.entriesChanged(locked!, transaction, 'decided');
      });
    stage.restart();
    await opened.database.execute("UPDATE outbox SET next_at = now() - interval '1 day'");
    await stage.post();
  }
  const sheets = [...stage.chat.messages.values()].filter(({ key }) => key.includes('-sheet-'));
  expect(sheets.map(({ contents }) => contents.at(-1)!.buttons)).toEqual([[expect.anything(), expect.anything()]]);
  expect(stage.said().filter((text) => text.startsWith('🗳'))).toHaveLength(1);
  expect(stage.telegram.faults).toEqual([]);
});

test('a title is shown as it was typed, and is no link, no mention and no other way to write', async () => {
  const title = '@everyone **free** [pets](https://pets.example) <@7> # שלום';
  await scheduled({ title });
  const [post] = [...stage.chat.messages.values()].map(({ contents }) => contents.at(-1)!);
  const [line] = renderText(post!.text).split('\n');
  // Isolated, as it turns the line around; what pings nobody is Discord's part of the message.
  expect(line).toBe('🏆 \u2068@everyone \\*\\*free\\*\\* \\[pets\\](https://pets.example) \\<@7\\> # שלום\u2069');
  expect(post!.thread).toMatchObject({ name: title });
});

describe('in every language', () => {
  const longest = ContestRules.parse({
    accepts: ['drawn', 'edits', 'photos'],
    ties: 'lot',
    panel: 40,
    method: 'stars',
    review: 'always',
    publishes: 'by_hand',
  });
  const asker = { platform: 'discord', id: '', name: '' } as const;

  test.each(localeNames)('the longest rules fit into one message of Discord’s: %s', async (locale) => {
    const notes = Array.from({ length: 5 }, () => ({
      at: december(2).toISOString(),
      text: { key: 'contests.notes.reopened', params: {} } as const,
    }));
    const title = '雪'.repeat(80);
    const contest = await addContest(opened.database, {
      state: 'open',
      rules: longest,
      title,
      theme: 'white '.repeat(50),
      notes,
      zone: 'Europe/Berlin',
    });
    const { text } = renderMessage('info', locale, { asker, ...postOf(contest) });
    expect(renderText(text, 10_000).length).toBeLessThanOrEqual(maxContentLength);
  });

  test.each(localeNames)('a result with its picture fits into a caption of Telegram’s: %s', async (locale) => {
    const ranks = Array.from({ length: 9 }, (_, index) => ({
      entry: `e${index}`,
      number: index + 1,
      rank: index + 1,
      decidedBy: 'pickiness' as const,
    }));
    const contest = await addContest(opened.database, {
      title: 'A title of a usual length',
      result: { voters: 57, judges: 4, ranks },
    });
    const entry = await addEntry(opened.database, contest, 'somebody', { title: 'Rex in the snow' });
    const { text } = renderMessage('info', locale, {
      asker,
      ...resultTellingOf(contest, { entryOf: () => entry, isCorrection: false }),
    });
    expect(text.length).toBeLessThanOrEqual(1024);
  });
});
