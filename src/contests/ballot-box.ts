import type { Person, Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { ContestBallotsTable } from './contest-ballots-table.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';
import { takesBallotsAt } from './life-cycle.js';
import { emptyMarks, type Mark, marked } from './marks.js';
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
  | { readonly kind: 'mark'; readonly number: number; readonly isOn: boolean }
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
      if (named.authors.some(({ platform, id }) => platform === voter.platform && id === voter.id))
        return { kind: 'own' };
      const ballots = new ContestBallotsTable(transaction);
      const change = { event, at, server: press.server.server };
      const ballot = await ballots.lock(press, emptyMarks(contest.rules.method), change);
      if (ballot.lastEvent === event) return { kind: 'saved', marks: ballot.marks };
      const result = marked(contest.rules, ballot.marks, named.mark);
      if ('problem' in result) return { kind: result.problem === 'full' ? 'full' : 'forged' };
      await ballots.save(press, result.marks, change);
      return { kind: 'saved', marks: result.marks };
    });
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
      return entry && { mark: { ...rest, entry: entry.id } as Mark, authors: [entry.author] };
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
