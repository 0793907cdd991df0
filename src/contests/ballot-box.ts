import type { Person, Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { ContestBallotsTable, eventsOf } from './contest-ballots-table.js';
import type { ContestRules } from './contest-rules.js';
import { BallotReader, type FoundBallot, rowOf } from './found-ballot.js';
import { takesBallotsAt } from './life-cycle.js';
import { emptyMarks, type Mark, marked, marksLimitOf } from './marks.js';
import type { VotersEntries } from './running-entries.js';
import type { MarksOf, Method } from './tally/ballots.js';
import { draw } from './tally/duels.js';

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

/** Of one voter's presses at once each is tried again until nothing came between; no more than that come in a second. */
const maxTries = 20;

/** Takes what people vote: each press is saved, or changes nothing and says why. */
export class BallotBox {
  readonly #ballots: ContestBallotsTable;
  readonly #reader: BallotReader;

  constructor(database: Database, reader = new BallotReader(database)) {
    this.#ballots = new ContestBallotsTable(database);
    this.#reader = reader;
  }

  /** @param found what was read to judge whether they may vote */
  async cast(press: Press, found?: FoundBallot): Promise<Cast> {
    const { event, at, voter, isPanel, server } = press;
    const change = { event, at, server: server.server };
    let now = found ?? (await this.#reader.read(press.contest, voter));
    for (let tried = 0; tried < maxTries; tried += 1) {
      if (!now || !takesBallotsAt(now.contest, at)) return { kind: 'late', endedAt: now?.contest.endsAt ?? at };
      const { rules, revision } = now.contest;
      const mark = namedBy(press.mark, now.entries);
      if (typeof mark === 'string') return { kind: mark };
      const before = rowOf(now, { voter, isPanel });
      if (before && eventsOf(before).includes(event)) return { kind: 'saved', marks: before.marks };
      const marks = inRunning(rules, before?.marks ?? emptyMarks(rules.method), now.entries);
      const result = marked(rules, marks, setBy(mark, marks));
      if ('problem' in result) return { kind: result.problem === 'full' ? 'full' : 'forged' };
      const isSaved = await this.#ballots.save(press, { revision, before }, result.marks, change);
      if (isSaved) return { kind: 'saved', marks: result.marks };
      now = await this.#reader.read(press.contest, voter);
    }
    throw new Error(`a ballot has changed at each of ${maxTries} tries`);
  }

  /**
   * Whoever opens a ballot in a community is remembered as somebody who was there: not every platform says later who is. A
   * ballot without marks is none.
   */
  open({ at, server, ...of }: Omit<Press, 'event' | 'mark'>, method: Method): Promise<void> {
    return this.#ballots.open(of, emptyMarks(method), at, server.server);
  }
}

/** What is out takes up no mark and no place; ratings of it still say that somebody has compared. */
function inRunning(rules: ContestRules, marks: MarksOf[Method], { byId, out }: VotersEntries): MarksOf[Method] {
  const limit = marksLimitOf(rules);
  if (!Array.isArray(marks) || limit === undefined) return marks;
  // Of marks, whose order says nothing, those that are out may stay for as long as there is room.
  if (rules.method === 'approval' && marks.length < limit) return marks;
  return (marks as readonly string[]).filter((id) => {
    const number = byId.get(id)?.number;
    return number !== undefined && !out.has(number);
  });
}

/** As it came, by entries' ids. */
type NamedMark =
  | Exclude<Mark, { readonly kind: 'mark' }>
  | { readonly kind: 'mark'; readonly entry: string; readonly isOn?: boolean };

/** @returns why not, where one of them does not take part, or not any more, or is the voter's own */
function namedBy(mark: NumberedMark, { byNumber, out, own }: VotersEntries): NamedMark | 'unknown' | 'own' {
  const numbers = mark.kind === 'duel' ? [mark.left, mark.right] : [mark.number];
  const ids = numbers.flatMap((number) => (out.has(number) ? [] : (byNumber.get(number)?.id ?? [])));
  if (ids.length < numbers.length) return 'unknown';
  if (numbers.some((number) => own.has(number))) return 'own';
  if (mark.kind === 'duel') {
    const [left, right] = ids as [string, string];
    const winner = mark.winner === mark.left ? left : mark.winner === mark.right ? right : draw;
    return { kind: 'duel', left, right, winner };
  }
  const { number: _, ...rest } = mark;
  return { ...rest, entry: ids[0]! } as NamedMark;
}

/** Without `isOn`: the other way round. */
function setBy(mark: NamedMark, marks: MarksOf[Method]): Mark {
  if (mark.kind !== 'mark') return mark;
  return { ...mark, isOn: mark.isOn ?? !(Array.isArray(marks) && (marks as readonly string[]).includes(mark.entry)) };
}
