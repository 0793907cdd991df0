import type { Person, Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { Contest } from './contest.js';
import { ContestBallotsTable, eventsOf } from './contest-ballots-table.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';
import { takesBallotsAt } from './life-cycle.js';
import { ownAccountsOf } from './linked-accounts.js';
import { emptyMarks, type Mark, marked, marksLimitOf } from './marks.js';
import type { MarksOf, Method } from './tally/ballots.js';

export interface Press {
  readonly contest: string;
  readonly voter: Pick<Person, 'platform' | 'id'>;
  readonly isPanel: boolean;
  /** Of the platform's event, the same where it comes twice. */
  readonly event: string;
  /** When the service says that it happened. */
  readonly at: Date;
  /** The community that it came from. */
  readonly server: Server;
  /** Entries by their numbers, as buttons name them; a draw is 0. */
  readonly mark: NumberedMark;
}

export type NumberedMark =
  /** Without `isOn`: the other way round, for buttons that cannot know who presses them. */
  | { readonly kind: 'mark'; readonly number: number; readonly isOn?: boolean }
  | { readonly kind: 'star'; readonly number: number; readonly stars: number }
  | { readonly kind: 'place'; readonly number: number; readonly place: number }
  | { readonly kind: 'duel'; readonly left: number; readonly right: number; readonly winner: number };

/** `late`: after the end, or before the beginning. `unknown`: no such entry takes part. `own`: nobody votes on their own. */
export type Cast =
  | { readonly kind: 'saved'; readonly marks: MarksOf[Method] }
  | { readonly kind: 'late'; readonly endedAt: Date }
  | { readonly kind: 'unknown' | 'own' | 'full' | 'forged' };

/** Takes what people vote: each press is saved, or changes nothing and says why. */
export class BallotBox {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  cast({ mark, at, event, ...press }: Press): Promise<Cast> {
    return this.#database.transaction(async (transaction): Promise<Cast> => {
      // Whoever ends the voting waits for this one, or this one sees that it has ended.
      const contest = await new ContestsTable(transaction).share(press.contest);
      if (!contest || !takesBallotsAt(contest, at)) return { kind: 'late', endedAt: contest?.endsAt ?? at };
      const named = await this.#named(press.contest, mark, transaction);
      if (!named) return { kind: 'unknown' };
      const { voter } = press;
      if (named.authors.some(await ownAccountsOf(voter, transaction))) return { kind: 'own' };
      const ballots = new ContestBallotsTable(transaction);
      const change = { event, at, server: press.server.server };
      const ballot = await ballots.lock(press, emptyMarks(contest.rules.method), change);
      if (eventsOf(ballot).includes(event)) return { kind: 'saved', marks: ballot.marks };
      const before = await this.#inRunning(contest.rules, ballot.marks, transaction);
      const result = marked(contest.rules, before, namedMark(named.mark, before));
      if ('problem' in result) return { kind: result.problem === 'full' ? 'full' : 'forged' };
      await ballots.save(ballot, result.marks, change);
      return { kind: 'saved', marks: result.marks };
    });
  }

  /**
   * Whoever opens a ballot in a community is remembered as somebody who was there: not every platform says later who is. A
   * ballot without marks is none.
   */
  async open({ contest, voter, isPanel, at, server }: Omit<Press, 'event' | 'mark'>, method: Method): Promise<void> {
    await new ContestBallotsTable(this.#database).lock({ contest, voter, isPanel }, emptyMarks(method), {
      event: '',
      at,
      server: server.server,
    });
  }

  /** What is out takes up no mark and no place; ratings of it still say that somebody has compared. */
  async #inRunning(rules: Contest['rules'], marks: MarksOf[Method], transaction: Database): Promise<MarksOf[Method]> {
    const limit = marksLimitOf(rules);
    if (!Array.isArray(marks) || limit === undefined || marks.length === 0) return marks;
    // Of marks, whose order says nothing, those that are out may stay for as long as there is room.
    if (rules.method === 'approval' && marks.length < limit) return marks;
    const listed = marks as readonly string[];
    const running = await new ContestEntriesTable(transaction).acceptedOf(listed);
    return listed.filter((entry) => running.has(entry));
  }

  /** @returns undefined where one of them does not take part, or not any more */
  async #named(contest: string, mark: NumberedMark, transaction: Database) {
    const table = new ContestEntriesTable(transaction);
    const entryOf = async (number: number) => {
      const entry = await table.numbered(contest, number);
      return entry?.state === 'accepted' ? entry : undefined;
    };
    if (mark.kind !== 'duel') {
      const { number, ...rest } = mark;
      const entry = await entryOf(number);
      return entry && { mark: { ...rest, entry: entry.id } as NamedMark, authors: [entry.author] };
    }
    const [left, right] = [await entryOf(mark.left), await entryOf(mark.right)];
    if (!left || !right) return undefined;
    const winner = [left, right].find(({ number }) => number === mark.winner)?.id ?? '=';
    return {
      mark: { kind: 'duel', left: left.id, right: right.id, winner } as const,
      authors: [left.author, right.author],
    };
  }
}

/** As it came, by entries' ids. */
type NamedMark =
  | Exclude<Mark, { readonly kind: 'mark' }>
  | { readonly kind: 'mark'; readonly entry: string; readonly isOn?: boolean };

function namedMark(mark: NamedMark, marks: MarksOf[Method]): Mark {
  if (mark.kind !== 'mark') return mark;
  return { ...mark, isOn: mark.isOn ?? !(Array.isArray(marks) && (marks as readonly string[]).includes(mark.entry)) };
}
