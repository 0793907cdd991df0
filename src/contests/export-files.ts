import { randomInt } from 'node:crypto';
import { TextEntry } from '#src/blobs/archives.js';
import type { Contest, ContestEntry } from './contest.js';
import type { BallotRow } from './contest-ballots-table.js';
import { csvOf } from './csv.js';
import type { ContestState } from './life-cycle.js';
import type { MarksOf, Method } from './tally/ballots.js';
import { draw } from './tally/duels.js';
import { commitmentTo } from './tally/lot.js';

/** Of fewer, a ballot could be guessed to be somebody's. */
export const leastOpenBallots = 5;

export interface ContestFacts {
  readonly contest: Contest;
  readonly entries: readonly ContestEntry[];
  readonly ballots: readonly BallotRow[];
}

/** What moderators take away of a contest beside its pictures: its rules and result, its entries, and, where its rules say so, its ballots. */
export function exportFiles({ contest, entries, ballots }: ContestFacts): TextEntry[] {
  const isPublished = contest.state === 'published';
  const files = [new TextEntry('contest.json', [`${JSON.stringify(factsOf(contest), undefined, 2)}\n`])];
  if (isPublished) files.push(new TextEntry('results.csv', resultsOf(contest, entries)));
  files.push(new TextEntry('entries.csv', entriesOf(entries)));
  if (!isPublished || !contest.rules.hasOpenBallots) return files;
  const open = openBallots(ballots);
  if (open.length > 0) files.push(new TextEntry('ballots.csv', ballotsOf(open, entries)));
  return files;
}

/** The seed of the lot is a secret until the result is told; the key of the voters' orders stays one, since sessions hang on it. */
function factsOf(contest: Contest): object {
  const { id, host, title, theme, zone, state, rules, reason, cancelled, notes, result, tieSeed } = contest;
  const { opensAt, entriesEndAt, votingAt, endsAt } = contest;
  const isPublished = state === 'published';
  return {
    id,
    host,
    title,
    theme,
    zone,
    state,
    reason,
    cancelled,
    rules,
    times: { opensAt, entriesEndAt, votingAt, endsAt },
    transitions: transitionsOf(contest),
    changes: notes,
    commitment: commitmentTo(Buffer.from(tieSeed, 'hex')),
    ...(isPublished && { seed: tieSeed, result }),
  };
}

/** Those that have been, as far as the contest itself remembers. */
function transitionsOf(contest: Contest): { readonly to: ContestState; readonly at: Date }[] {
  const { state, opensAt, entriesEndAt, votingAt, closedAt, publishedAt } = contest;
  const order: readonly ContestState[] = ['open', 'review', 'voting', 'closed', 'published'];
  const instants = [opensAt, entriesEndAt, votingAt, closedAt, publishedAt];
  const reached = order.slice(0, order.indexOf(state) + 1);
  return reached.flatMap((to, index) => {
    const at = instants[index];
    return at ? [{ to, at }] : [];
  });
}

function* resultsOf({ result }: Contest, entries: readonly ContestEntry[]): Generator<string, void> {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const rows = (result?.ranks ?? []).map(({ entry: id, number, rank, decidedBy }) => {
    const entry = byId.get(id);
    const { title, author } = shownOf(entry);
    return [rank, number, title, author?.name, author?.platform, decidedBy, entry?.state] as const;
  });
  yield* csvOf(['rank', 'number', 'title', 'author', 'platform', 'decided_by', 'state'], rows);
}

function* entriesOf(entries: readonly ContestEntry[]): Generator<string, void> {
  const rows = entries.map((entry) => {
    const { number, id, state, source, submittedAt } = entry;
    const { title, alt, author } = shownOf(entry);
    return [number, id, state, source, title, alt, author?.name, author?.platform, entry.server.server, submittedAt];
  });
  yield* csvOf(
    ['number', 'id', 'state', 'source', 'title', 'description', 'author', 'platform', 'server', 'submitted_at'],
    rows,
  );
}

/** Of what was withdrawn nothing is handed on but that it was there. */
function shownOf(entry: ContestEntry | undefined): Partial<Pick<ContestEntry, 'title' | 'alt' | 'author'>> {
  return entry && entry.state !== 'withdrawn' ? entry : {};
}

/** Those that count, in an order that says nothing; of judges and of everybody, where there are enough of them. */
function openBallots(ballots: readonly BallotRow[]): readonly BallotRow[] {
  const counted = ballots.filter(({ voidReason, marks }) => voidReason === null && Object.keys(marks).length > 0);
  return [false, true].flatMap((isPanel) => {
    const ofGroup = counted.filter((ballot) => ballot.isPanel === isPanel);
    return ofGroup.length < leastOpenBallots ? [] : shuffled(ofGroup);
  });
}

function* ballotsOf(ballots: readonly BallotRow[], entries: readonly ContestEntry[]): Generator<string, void> {
  const numbers = new Map(entries.map(({ id, number }) => [id, number]));
  const rows = ballots.map(
    ({ isPanel, marks }) => [isPanel ? 'judge' : 'voter', marksAsWords(marks, numbers)] as const,
  );
  yield* csvOf(['ballot', 'marks'], rows);
}

/** Entries by their numbers: `3 7`, in the order of places; `3:5 7:4` stars; `3>7 3=9` duels. */
function marksAsWords(marks: MarksOf[Method], numbers: ReadonlyMap<string, number | undefined>): string {
  const name = (id: string) => String(numbers.get(id) ?? '?');
  if (!Array.isArray(marks))
    return Object.entries(marks)
      .map(([id, stars]) => `${name(id)}:${stars}`)
      .join(' ');
  return marks
    .map((mark: MarksOf['approval'][number] | MarksOf['duels'][number]) => {
      if (typeof mark === 'string') return name(mark);
      const [left, right, winner] = mark;
      if (winner === draw) return `${name(left)}=${name(right)}`;
      return winner === left ? `${name(left)}>${name(right)}` : `${name(right)}>${name(left)}`;
    })
    .join(' ');
}

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
