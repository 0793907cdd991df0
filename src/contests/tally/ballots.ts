/** How people vote. Why there is no instant runoff, and no Elo: DECISIONS.md, “Five ways to vote”. */
export const methods = ['approval', 'stars', 'podium', 'ranked', 'duels'] as const;
export type Method = (typeof methods)[number];

/** Two entries, and which of them is the better one; `=` for neither. */
export type Duel = readonly [left: string, right: string, winner: string];

/** What stands on a ballot, entries by their ids. */
export interface MarksOf {
  /** In any order, each once. */
  readonly approval: readonly string[];
  /** 1…5 by entry; one that is not rated is no opinion. */
  readonly stars: Readonly<Record<string, number>>;
  /** From first place down. */
  readonly podium: readonly string[];
  /** From best to worst; those that are not placed are below, and equal. */
  readonly ranked: readonly string[];
  readonly duels: readonly Duel[];
}

export interface TallyEntry {
  readonly id: string;
  /** Account of the author. */
  readonly author: string;
  /** At the end: one that was withdrawn or disqualified while people voted is in nobody's ballot any more. */
  readonly isAccepted: boolean;
}

/** As it stood at the end of voting. */
export interface CastBallot<M extends Method = Method> {
  /** Account of the voter. */
  readonly voter: string;
  readonly isPanel: boolean;
  /** Taken out by moderators. */
  readonly isVoid: boolean;
  /** Grows with each change of any ballot. */
  readonly changedAt: number;
  readonly marks: MarksOf[M];
}

/** One person's marks on entries that are in the running and not their own. */
export interface CountedBallot<M extends Method> {
  /** The account that it was cast with. */
  readonly voter: string;
  readonly marks: MarksOf[M];
  readonly own: ReadonlySet<string>;
  /** As they were given: for entries that were taken out since, and for one's own, too. */
  readonly given: MarksOf[M];
}

/** What each method tells about its kind of ballot, so that ballots can be made ready for all in one way. */
export interface BallotForm<M extends Method> {
  without(marks: MarksOf[M], isOut: (entry: string) => boolean): MarksOf[M];
  count(marks: MarksOf[M]): number;
}

export interface Electorate {
  /** All that were live when voting began. */
  readonly entries: readonly TallyEntry[];
  /** Accounts that are linked are one person. */
  readonly personOf: (account: string) => string;
}

/**
 * What counts, of one group of voters, in an order that says nothing: one ballot per person, the one changed last; none in the
 * place of one that moderators have voided; nothing for entries that are out, nor for one's own; and no empty ones.
 */
export function countedBallots<M extends Method>(
  form: BallotForm<M>,
  { entries, personOf }: Electorate,
  cast: readonly CastBallot<M>[],
): CountedBallot<M>[] {
  const running = new Set(entries.flatMap(({ id, isAccepted }) => (isAccepted ? [id] : [])));
  const ownOf = new Map<string, Set<string>>();
  for (const { id, author } of entries) {
    const person = personOf(author);
    ownOf.set(person, (ownOf.get(person) ?? new Set()).add(id));
  }
  const nothing: ReadonlySet<string> = new Set();
  const counted: CountedBallot<M>[] = [];
  for (const [person, ballot] of lastOfEach(cast, personOf)) {
    if (ballot.isVoid) continue;
    const own = ownOf.get(person) ?? nothing;
    const marks = form.without(ballot.marks, (entry) => !running.has(entry) || own.has(entry));
    if (form.count(marks) === 0) continue;
    counted.push({ voter: ballot.voter, marks, own, given: ballot.marks });
  }
  return counted;
}

function lastOfEach<M extends Method>(
  cast: readonly CastBallot<M>[],
  personOf: (account: string) => string,
): Map<string, CastBallot<M>> {
  const last = new Map<string, CastBallot<M>>();
  for (const ballot of cast) {
    const person = personOf(ballot.voter);
    const other = last.get(person);
    if (!other || other.changedAt <= ballot.changedAt) last.set(person, ballot);
  }
  return last;
}

/** Marks that are a list of entries; one that is named twice stays where it is named first. */
export const listForm = {
  without: (marks: readonly string[], isOut: (entry: string) => boolean) =>
    marks.filter((entry, index) => !isOut(entry) && marks.indexOf(entry) === index),
  count: (marks: readonly string[]) => marks.length,
};
