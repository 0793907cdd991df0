import { expect } from 'vitest';
import { locales } from '#locales/index.js';
import type { ContestResult } from '#src/contests/contest.js';
import type { BotPair } from '#test/helpers/bot-pair.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { onBallot, onPage, onSheet, Voter } from './ballot-voters.js';
import type { SeenMessage } from './chat.js';
import type { ContestCommunity, Member } from './contest-people.js';
import { beforeReminder, endPhase } from './contest-times.js';
import { answerTo, answerWithinMs, idsOf, insist, patienceMs, patiently } from './insist.js';
import { expectEachWordOnce } from './told-once.js';
import { textPattern } from './world.js';

/** What is going on, in the order in which it does. */
export const contestSteps = [
  'create',
  'start',
  'share',
  'enter',
  'end entries',
  'review',
  'vote',
  'withdraw',
  'vote again',
  'end voting',
  'correct',
  'export',
] as const;
export type ContestStep = (typeof contestSteps)[number];

export interface TurbulentContest {
  readonly title: string;
  readonly host: ContestCommunity;
  readonly guest: ContestCommunity;
  readonly bots: Pick<BotPair, 'rows' | 'publicUrl'>;
  readonly onStep: (step: ContestStep) => void;
  /** Whether the next press is told to the bot twice. */
  readonly isTwice: () => boolean;
}

/** What is the same in each contest with these people, whatever happens meanwhile: ranks by authors' names, and ballots by voters'. */
export interface ContestOutcome {
  readonly voters: number;
  readonly first: readonly string[];
  readonly corrected: readonly string[];
  readonly ballots: Readonly<Record<string, readonly string[]>>;
}

export const peopleOnDiscord = ['Ann', 'Ben', 'Cid', 'Dot'];
export const peopleOnTelegram = ['Tom', 'Uma', 'Vic', 'Wim'];
const authors = ['Ann', 'Ben', 'Tom', 'Uma', 'Wim'];
/** By whose entries they mark, at first and in the end: Ben and Tom share the first rank, and Tom has it alone when Ben is out. */
const wishes: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  Ann: [['Wim'], ['Ben', 'Tom']],
  Ben: [
    ['Tom', 'Ann'],
    ['Tom', 'Uma'],
  ],
  Cid: [['Uma'], ['Ann', 'Tom']],
  Tom: [
    ['Ben', 'Wim', 'Uma'],
    ['Ann', 'Ben'],
  ],
  Uma: [['Ben'], ['Ben', 'Tom']],
  Vic: [
    ['Ben', 'Uma'],
    ['Ben', 'Uma'],
  ],
  Wim: [['Ann', 'Tom'], ['Ann']],
};

const { buttons } = locales.en;
const says = (...[key, params]: [key: Parameters<typeof textPattern>[1], params?: Record<string, string | number>]) =>
  textPattern('en', key, params);

/**
 * A contest of two communities and the page from its first line to its export, played by people who try again until they are
 * answered. Expects every word to all, and every word to one person that nobody asked for, to come exactly once.
 */
export async function turbulentContest(play: TurbulentContest): Promise<ContestOutcome> {
  const { title, host, guest, bots, onStep } = play;
  const communities = [host, guest];
  const moderator = host.moderator.among;
  const members = communities.flatMap((community) => community.members);
  const member = (name: string) => members.find((one) => one.name === name)!;
  const isIn = async (state: string) => (await contestRow()).state === state;
  const contestRow = async () =>
    (await bots.rows<{ state: string; result: ContestResult | null }>(`select * from contests where id = '${id}'`))[0]!;
  const seeEverywhere = (what: string, fits: (message: SeenMessage) => boolean) =>
    waitFor(`${what} in both places`, () => communities.every(({ posts }) => posts.some(fits)), patienceMs);
  const news = (key: Parameters<typeof textPattern>[1]) =>
    seeEverywhere(key, ({ text }) => says(key, { title }).test(text));

  onStep('create');
  const id = await insist(
    'a draft',
    async () => {
      const drafts = await bots.rows<{ id: string }>(
        `select id from contests where title = '${title}' and state = 'draft' order by created_at limit 1`,
      );
      return drafts[0]?.id;
    },
    () => moderator.say(`/host entries_for: 4h voting_for: 4h title: ${title}`),
  );
  const rules = { accepts: ['photos'], accountDays: 0, hasPage: true, voters: 'members' };
  await patiently(() =>
    bots.rows(`update contests set rules = rules || '${JSON.stringify(rules)}' where id = '${id}' and state = 'draft'`),
  );
  onStep('start');
  await insist(
    'an open contest',
    () => isIn('open'),
    () => moderator.say(`/host start contest: ${id}`),
  );
  const postIn = ({ posts }: ContestCommunity) => posts.find(({ text }) => text.startsWith(`🏆 ${title}\n`))!;

  onStep('share');
  await insist(
    'two places',
    async () => (await bots.rows(`select 1 from contest_places where contest = '${id}'`)).length === 2,
    async () => {
      const shared = await answerTo(moderator, `/host share contest: ${id}`, /code:(\w{8})/);
      await guest.moderator.among.say(`/host join code: ${/code:(\w{8})/.exec(shared.text)![1]}`);
    },
  );
  await seeEverywhere('the post', ({ text }) => text.startsWith(`🏆 ${title}\n`));

  onStep('enter');
  const dot = member('Dot');
  await insist(
    'somebody who wants to be reminded',
    async () => (await bots.rows(`select 1 from contest_reminders where contest = '${id}'`)).length === 1,
    () => dot.presses(postIn(communities.find(({ members: all }) => all.includes(dot))!), buttons.remindMe),
  );
  const entriesWhere = (condition: string) =>
    bots.rows<{ person_name: string; number: number }>(
      `select person_name, number from contest_entries where contest = '${id}' and ${condition}`,
    );
  await beforeReminder(play, id, 'open');
  // A reminder is due by now, and is told although something else changes first.
  await insist(
    'a theme',
    async () => (await bots.rows(`select 1 from contests where id = '${id}' and theme = 'Dogs'`)).length === 1,
    () => moderator.say(`/host edit contest: ${id} theme: Dogs`),
  );
  for (const [index, name] of authors.entries()) {
    const author = member(name);
    await insist(
      `the entry of ${name}`,
      async () => (await entriesWhere(`person_name = '${name}' and state = 'pending'`)).length === 1,
      async () => {
        const before = idsOf(author.among);
        await author.enters(id, await drawPhoto(10 + index));
        const asked = await author.among.sees(
          (message) =>
            !before.has(message.id) && says('contests.entries.question', { contest: title }).test(message.text),
          answerWithinMs,
        );
        await author.presses(asked, buttons.agree);
      },
    );
  }
  await news('contests.posts.entriesEndSoon');

  onStep('end entries');
  await endPhase(play, id, 'entries_end_at');
  await news('contests.posts.entriesOver');
  onStep('review');
  await insist(
    'nothing left to review',
    async () => (await entriesWhere(`state = 'pending'`)).length === 0,
    async () => {
      const page = await answerTo(moderator, `/host review contest: ${id}`, ({ buttons: all }) =>
        all.includes(buttons.acceptEntry),
      );
      await host.moderator.presses(page, buttons.acceptEntry);
    },
  );

  await news('contests.posts.votingBegun');
  onStep('vote');
  const entries = await patiently(() => entriesWhere(`state = 'accepted'`));
  const numberOf = (name: string) => String(entries.find(({ person_name }) => person_name === name)!.number);
  const nameOf = new Map(entries.map(({ person_name, number }) => [String(number), person_name]));
  const onTelegramNow = communities.find(({ platform }) => platform === 'telegram')!;
  const isSheet = ({ text }: SeenMessage) => says('contests.posts.sheet', { title }).test(text);
  const sheet = () => onTelegramNow.posts.find(isSheet)!;
  await waitFor('a sheet', sheet, patienceMs);
  const voters = communities.flatMap((community) =>
    community.members.flatMap((one) => {
      const post = () => postIn(community);
      if (!wishes[one.name]) return [];
      const isOnPage = one.name === 'Ben' || one.name === 'Vic';
      const isOnSheet = one.name === 'Uma' || one.name === 'Wim';
      const way = isOnPage
        ? onPage(one, post, bots.publicUrl, play.isTwice)
        : isOnSheet
          ? onSheet(one, sheet)
          : onBallot(one, post);
      return [new Voter(one, way)];
    }),
  );
  const vote = (round: 0 | 1) =>
    Promise.all(
      voters.map((voter) => voter.wants(wishes[voter.member.name]![round].map(numberOf), Date.now() + patienceMs)),
    );
  await vote(0);

  onStep('withdraw');
  await beforeReminder(play, id, 'voting');
  const wim = member('Wim');
  await insist(
    'an entry withdrawn',
    async () => (await entriesWhere(`state = 'withdrawn'`)).length === 1,
    async () => {
      const asked = await answerTo(
        wim.among,
        '/contest withdraw',
        says('commands.contest.replies.withdrawAsk', { contest: title }),
      );
      await wim.presses(asked, buttons.withdraw);
    },
  );
  for (const voter of voters) voter.loses(numberOf('Wim'));
  await news('contests.posts.votingEndsSoon');
  await waitFor('a sheet without it', () => !sheet().buttons.includes(numberOf('Wim')), patienceMs);
  onStep('vote again');
  await vote(1);

  onStep('end voting');
  await endPhase(play, id, 'ends_at');
  await news('contests.posts.published');
  const ranks = (result: ContestResult) =>
    result.ranks
      .map(({ number, rank, decidedBy }) => `${nameOf.get(String(number))} ${rank} ${decidedBy ?? ''}`)
      .toSorted();
  const published = (await patiently(contestRow)).result!;
  onStep('correct');
  await insist(
    'a disqualification',
    async () => (await entriesWhere(`state = 'disqualified'`)).length === 1,
    () => moderator.say(`/host disqualify contest: ${id} number: ${numberOf('Ben')} reason: It was drawn before.`),
  );
  await news('contests.posts.corrected');
  const corrected = (await patiently(contestRow)).result!;

  onStep('export');
  let archive: Uint8Array | undefined;
  await insist(
    'an archive',
    async () => archive,
    async () => {
      const told = await answerTo(
        moderator,
        `/host export contest: ${id}`,
        ({ text, pictureCount }) => pictureCount > 0 && says('commands.host.replies.exported', { title }).test(text),
      );
      archive = await moderator.takes(told);
    },
  );
  expect(Buffer.from(archive!).toString('latin1')).toContain('results.csv');

  await waitFor(
    'everything to be posted',
    async () =>
      (await bots.rows(`select 1 from outbox where key like 'contest%${id}%'`).catch(() => ['?'])).length === 0,
    patienceMs,
  );
  expectEachWordOnce({ title, host, guest, authors, disqualified: 'Ben', reminded: 'Dot' });
  const ballots = await ballotsOf(play, id, members);
  const acknowledged = voters.map(({ member: { name }, marks }) => [
    name,
    marks.map((mark) => nameOf.get(mark)!).toSorted(),
  ]);
  expect(ballots).toEqual(Object.fromEntries(acknowledged));
  return { voters: published.voters, first: ranks(published), corrected: ranks(corrected), ballots };
}

/** Those that count, by whose entries are marked. */
async function ballotsOf({ bots }: TurbulentContest, id: string, members: readonly Member[]) {
  const authorOf = new Map(
    (
      await patiently(() =>
        bots.rows<{ id: string; person_name: string }>(
          `select id, person_name from contest_entries where contest = '${id}' and state <> 'withdrawn'`,
        ),
      )
    ).map((entry) => [entry.id, entry.person_name]),
  );
  const rows = await patiently(() =>
    bots.rows<{ person_id: string; marks: readonly string[] }>(
      `select person_id, marks from contest_ballots where contest = '${id}'`,
    ),
  );
  const marked = rows.filter(({ marks }) => Array.isArray(marks) && marks.length > 0);
  return Object.fromEntries(
    marked.map(({ person_id, marks }): [string, readonly string[]] => [
      members.find((one) => one.id === person_id)!.name,
      marks.flatMap((entry) => authorOf.get(entry) ?? []).toSorted(),
    ]),
  );
}
