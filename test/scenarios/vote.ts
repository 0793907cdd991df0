import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { type LocaleName, locales } from '#locales/index.js';
import { openBlobs } from '#src/blobs/open-blobs.js';
import type { Contest, ContestEntry } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { contestPlaces, contests } from '#src/contests/tables.js';
import type { Duel } from '#src/contests/tally/ballots.js';
import type { Place } from '#src/core/place.js';
import { addContest, addEntry } from '#test/helpers/contests.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { Spine } from '#test/helpers/spine.js';
import type { ScenarioChat, SeenMessage } from './chat.js';
import { textPattern } from './world.js';

/** A voter before a platform. */
export interface Booth {
  readonly spine: Spine;
  readonly locale: LocaleName;
  /** Where the contest is seen. */
  readonly place: Place;
  readonly voterId: string;
  /** Where the voter sees their ballot. */
  readonly chat: ScenarioChat;
  /** 🗳 below a post that all see, and whatever it takes until the ballot is there. */
  opens(contest: Contest): Promise<void>;
  /** @returns what whoever presses is told, and nobody else */
  isTold(message: SeenMessage, label: string): Promise<string>;
}

const hourMs = 3600_000;

/** Voting runs, for eleven entries, the first of which is the voter's own. */
export async function beginVoting(booth: Booth, rules: Partial<ContestRules> = {}) {
  const { spine, place } = booth;
  const database = spine.database!;
  const now = Date.now();
  const host = { platform: place.platform, server: place.server! };
  const contest = await addContest(database, {
    host,
    state: 'voting',
    rules: ContestRules.parse({ accountDays: 0, ...rules }),
    opensAt: new Date(now - 48 * hourMs),
    entriesEndAt: new Date(now - hourMs),
    votingAt: new Date(now - hourMs),
    endsAt: new Date(now + hourMs),
  });
  await database
    .update(contestPlaces)
    .set({ ...host, place })
    .where(eq(contestPlaces.contest, contest.id));
  const files = openBlobs(spine.config);
  const entries: ContestEntry[] = [];
  for (let number = 1; number <= 11; number += 1) {
    const author = { platform: place.platform, id: number === 1 ? booth.voterId : `artist-${number}`, name: '?' };
    const picture = await files.put(await drawPhoto(number, 64, 64));
    entries.push(await addEntry(database, contest, author.id, { number, author, picture, alt: `dog ${number}` }));
  }
  return { contest, entries };
}

/** By approval: three marks on two pages, a fourth that is refused, one taken away, an entry that goes, and a press too late. */
export async function voteByApproval(booth: Booth): Promise<void> {
  const { chat, locale, spine } = booth;
  const { contest, entries } = await beginVoting(booth);
  const database = spine.database!;
  const { buttons, errors } = locales[locale];
  await booth.opens(contest);
  const ballot = await chat.sees((message) => message.pictureCount === 1 && numbersOn(message).length === 9);
  const { id } = ballot;
  const sees = (fits: (message: SeenMessage) => boolean) => chat.sees((message) => message.id === id && fits(message));
  expect(numbersOn(ballot)).not.toContain('1');
  expect(ballot.buttons.slice(9)).toEqual(['1/2', '▶', buttons.ownMarks, buttons.ballotPage, buttons.ballotDone]);
  expect(ballot.text).toMatch(textPattern(locale, 'contests.ballots.nothingLeft'));

  const [first, second, third, fourth] = numbersOn(ballot) as [string, string, string, string];
  for (const number of [first, second]) await chat.clicks(ballot, number);
  const two = await sees(({ buttons }) => buttons.includes(`✓ ${first}`) && buttons.includes(`✓ ${second}`));
  await chat.clicks(two, '▶');
  const turned = await sees(({ buttons }) => buttons.includes('2/2'));
  const [late] = numbersOn(turned) as [string];
  await chat.clicks(turned, late);
  const full = await sees(({ buttons }) => buttons.includes(`✓ ${late}`));
  await chat.clicks(full, '◀');
  const back = await sees(({ buttons }) => buttons.includes('1/2'));
  expect(await booth.isTold(back, fourth)).toBe(errors.ballotFull);
  const marks = async () => {
    const row = (await new ContestBallotsTable(database).ofContest(contest.id)).find(
      ({ personId }) => personId === booth.voterId,
    );
    // What is out may stay in the row for as long as there is room, and counts for nothing.
    const running = await new ContestEntriesTable(database).ofContest(contest.id, ['accepted']);
    const numberOf = new Map(running.map((entry) => [entry.id, String(entry.number)]));
    return (row!.marks as string[]).flatMap((entry) => numberOf.get(entry) ?? []).toSorted();
  };
  expect(await marks()).toEqual([first, second, late].toSorted());

  await chat.clicks(back, buttons.ownMarks);
  const own = await sees((message) => message.buttons.filter((label) => label.startsWith('✓ ')).length === 3);
  await chat.clicks(own, `✓ ${first}`);
  await sees((message) => !message.buttons.includes(`✓ ${first}`) && message.buttons.includes(`✓ ${second}`));
  // An entry that goes leaves the ballot, and its mark is free.
  const gone = entries.find(({ number }) => String(number) === second)!;
  await new ContestEntriesTable(database).setState(gone.id, ['accepted'], { state: 'disqualified' });
  const shown = await sees(() => true);
  expect(await booth.isTold(shown, `✓ ${second}`)).toBe(errors.ballotEntryOut);
  await chat.clicks(shown, buttons.allEntries);
  const without = await sees((message) => numbersOn(message).includes(first) && message.buttons.length > 8);
  expect(without.buttons.join()).not.toContain(`✓ ${second}`);
  await chat.clicks(without, third);
  const marked = await sees((message) => message.buttons.includes(`✓ ${third}`));
  await chat.clicks(marked, buttons.ballotDone);
  const saved = await sees((message) => message.buttons.join() === buttons.changeBallot);
  expect(saved.text).toMatch(textPattern(locale, 'contests.ballots.saved'));
  expect(await marks()).toEqual([third, late].toSorted());

  await database
    .update(contests)
    .set({ endsAt: new Date(Date.now() - 1000) })
    .where(eq(contests.id, contest.id));
  await chat.clicks(saved, buttons.changeBallot);
  const over = await sees((message) => message.buttons.length === 0);
  expect(over.text).toMatch(textPattern(locale, 'contests.ballots.over'));
  expect(await marks()).toEqual([third, late].toSorted());
}

/** While the database has no room, whoever presses is told that something went wrong; the ballot stays as it was. */
export async function voteWithoutRoom(booth: Booth): Promise<void> {
  const { chat, locale, spine } = booth;
  const { contest } = await beginVoting(booth);
  const database = spine.database!;
  const before = new Set(chat.messages.map(({ id }) => id));
  await booth.opens(contest);
  const ballot = await chat.sees((message) => !before.has(message.id) && message.pictureCount === 1);
  const [first, second] = numbersOn(ballot) as [string, string];
  const sees = (...marked: readonly string[]) =>
    chat.sees(({ id, buttons }) => id === ballot.id && marked.every((number) => buttons.includes(`✓ ${number}`)));
  await chat.clicks(ballot, first);
  const shown = await sees(first);
  const marks = async () => (await new ContestBallotsTable(database).ofContest(contest.id)).map((row) => row.marks);
  const saved = await marks();
  // https://www.postgresql.org/docs/current/errcodes-appendix.html: disk_full
  await database.execute(`CREATE FUNCTION has_no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`);
  await database.execute(`CREATE TRIGGER has_no_room BEFORE INSERT OR UPDATE ON contest_ballots
    FOR EACH ROW EXECUTE FUNCTION has_no_room()`);
  expect(await booth.isTold(shown, second)).toBe(locales[locale].errors.fault);
  expect(await marks()).toEqual(saved);
  expect((await sees(first)).buttons).toContain(second);
  await database.execute('DROP FUNCTION has_no_room CASCADE');
  await chat.clicks(await sees(first), second);
  await sees(first, second);
}

/** On the page that the ballot leads to: what is marked there stands on the ballot in the chat. */
export async function voteOnPage(booth: Booth): Promise<void> {
  const { chat, locale } = booth;
  const { buttons } = locales[locale];
  const { contest } = await beginVoting(booth);
  const before = new Set(chat.messages.map(({ id }) => id));
  await booth.opens(contest);
  const ballot = await chat.sees((message) => !before.has(message.id) && message.pictureCount === 1);
  await chat.clicks(ballot, buttons.ballotPage);
  const told = await chat.sees(({ id, text }) => !before.has(id) && text.includes('/b/'));
  const link = new URL(/http:\/\/localhost:\d+\/b\/\w{22}/.exec(told.text)![0]);
  const led = await fetch(link, { redirect: 'manual' });
  const cookie = led.headers.getSetCookie()[0]!.split(';')[0]!;
  const page = new URL(led.headers.get('location')!, link);
  const { entries } = (await (await fetch(`${page}/data`, { headers: { cookie } })).json()) as {
    entries: { number: number }[];
  };
  expect(entries.map(({ number }) => number).toSorted((one, other) => one - other)).toEqual([
    2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
  ]);
  const { number } = entries[0]!;
  const marked = await fetch(`${page}/marks`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ event: 'event-0001', mark: { kind: 'mark', number, isOn: true } }),
  });
  expect(await marked.json()).toMatchObject({ outcome: 'saved', ballot: { marked: [number] } });
  await chat.clicks(ballot, buttons.ownMarks);
  await chat.sees(({ id, buttons }) => id === ballot.id && buttons.includes(`✓ ${number}`));
}

/** By stars, places and pairs: a few presses each, and what stands on the ballot then. */
export async function voteInOtherWays(booth: Booth): Promise<void> {
  const { chat } = booth;
  const { buttons } = locales[booth.locale];
  const fresh = async (rules: Partial<ContestRules>) => {
    const begun = await beginVoting(booth, rules);
    const before = new Set(chat.messages.map(({ id }) => id));
    await booth.opens(begun.contest);
    const ballot = await chat.sees((message) => !before.has(message.id) && message.pictureCount === 1);
    const sees = (fits: (message: SeenMessage) => boolean) =>
      chat.sees((message) => message.id === ballot.id && fits(message));
    const marks = async () =>
      (await new ContestBallotsTable(booth.spine.database!).ofContest(begun.contest.id))[0]!.marks;
    const idOf = (number: string) => begun.entries.find((entry) => String(entry.number) === number)!.id;
    return { ballot, sees, marks, idOf };
  };

  const stars = await fresh({ method: 'stars' });
  const [rated, next] = numbersOn(stars.ballot) as [string, string];
  await chat.clicks(stars.ballot, rated);
  const large = await stars.sees(({ buttons }) => buttons.includes('★★★★★'));
  await chat.clicks(large, '★★★★');
  // On to the next one, and back to the page, where both are told.
  const following = await stars.sees(({ text }) => text.includes(next) && text.includes(`${rated} ★4`));
  await chat.clicks(following, '★★');
  await stars.sees(({ text }) => text.includes(`${next} ★2`));
  await chat.clicks(await stars.sees(() => true), buttons.backToBallot);
  await stars.sees(({ buttons }) => buttons.includes(`★4 ${rated}`) && buttons.includes(`★2 ${next}`));
  expect(await stars.marks()).toEqual({ [stars.idOf(rated)]: 4, [stars.idOf(next)]: 2 });

  const podium = await fresh({ method: 'podium' });
  const [one, two] = numbersOn(podium.ballot) as [string, string];
  await chat.clicks(podium.ballot, one);
  await chat.clicks(await podium.sees(({ buttons }) => buttons.includes(`🥇 ${one}`)), two);
  await chat.clicks(await podium.sees(({ buttons }) => buttons.includes(`🥈 ${two}`)), `🥈 ${two}`);
  await chat.clicks(await podium.sees(({ buttons }) => buttons.includes('✓ 🥈')), '🥇');
  await podium.sees(({ buttons }) => buttons.includes(`🥇 ${two}`) && buttons.includes(`🥈 ${one}`));
  expect(await podium.marks()).toEqual([podium.idOf(two), podium.idOf(one)]);

  const duels = await fresh({ method: 'duels' });
  const sides = (message: SeenMessage) => /(\d+),=,(\d+)/.exec(message.buttons.join().replaceAll(/[◀▶ ]/g, ''))!;
  const [, left, right] = sides(duels.ballot) as unknown as [string, string, string];
  await chat.clicks(duels.ballot, `${right} ▶`);
  const other = await duels.sees(
    (message) => message.buttons.includes('=') && sides(message)[0] !== sides(duels.ballot)[0],
  );
  await chat.clicks(other, '=');
  await duels.sees((message) => sides(message)?.[0] !== sides(other)[0]);
  const decided = (await duels.marks()) as readonly Duel[];
  expect(decided).toEqual([
    [duels.idOf(left), duels.idOf(right), duels.idOf(right)],
    [expect.any(String), expect.any(String), '='],
  ]);
}

function numbersOn({ buttons }: SeenMessage): string[] {
  return buttons.filter((label) => /^\d+$/.test(label));
}
