import type { Database } from '#src/database/database.js';
import { DueInstantsTable } from '#src/schedule/due-instants.js';
import type { DueHandler } from '#src/schedule/schedule.js';
import { numberOrder } from './ballot-order.js';
import type { Contest } from './contest.js';
import { ContestBallotsTable } from './contest-ballots-table.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { type ContestChange, ContestsTable } from './contests-table.js';
import { countBallots } from './count-ballots.js';
import { type Downtime, extendedEnd } from './downtime.js';
import { type ContestState, movedBy, nextTransition } from './life-cycle.js';

/** What the clock's instants are called. */
export const contestDue = 'contest';

/** With fewer there is nothing to choose between. */
export const leastEntries = 2;

export type ContestEvent =
  | { readonly kind: 'state' }
  /** Nobody was there when a phase ended. */
  | { readonly kind: 'extended'; readonly downtime: Downtime }
  /** Entries came, went or were decided about. */
  | { readonly kind: 'entries' }
  /** A published result was counted again. */
  | { readonly kind: 'corrected' };

/** Their author, or moderators, have seen to it. */
export type EntriesChange = 'gone' | 'decided';

export interface ContestClockOptions {
  readonly database: Database;
  /** Puts what has to be said into the outbox, in the same transaction. */
  readonly announce: (contest: Contest, event: ContestEvent, transaction: Database) => Promise<void>;
  readonly now?: () => Date;
}

/** Takes contests from phase to phase: each transition is one transaction, with all that follows from it, and happens once. */
export class ContestClock {
  readonly #options: ContestClockOptions;

  constructor(options: ContestClockOptions) {
    this.#options = options;
  }

  /** For the schedule. */
  get handler(): DueHandler {
    return { within: (due, transaction) => this.#transit(due.key, transaction) };
  }

  /** To be called in the transaction of whatever has changed a contest's state, times, or undecided entries. */
  async wind(contest: Contest, transaction: Database): Promise<void> {
    const instants = new DueInstantsTable(transaction);
    const undecidedCount = await new ContestEntriesTable(transaction).count(contest.id, 'pending');
    const next = nextTransition({ ...contest, publishes: contest.rules.publishes, undecidedCount });
    const which = { what: contestDue, key: contest.id };
    if (next) await instants.set({ ...which, dueAt: next.dueAt });
    else await instants.cancel(which);
  }

  /**
   * To be called in the transaction of whatever has changed entries of a contest that is locked: with too few left to choose
   * between it is void, and what was published is counted again where moderators have decided about an entry.
   */
  async entriesChanged(contest: Contest, transaction: Database, how: EntriesChange): Promise<void> {
    const contests = new ContestsTable(transaction);
    const change = await changeAfterEntries(contest, how, transaction);
    const changed = change && (await contests.change(contest, change));
    if (change && !changed) throw new Error('a contest changed although it was locked');
    await this.wind(changed ?? contest, transaction);
    const isCorrected = changed?.state === 'published';
    const kind = changed && changed.state !== contest.state ? 'state' : isCorrected ? 'corrected' : 'entries';
    await this.#options.announce(changed ?? contest, { kind }, transaction);
  }

  /** Gives people the time that they would have had, where a phase ended while nobody was there. Before anything due is done. */
  async makeUpFor(downtime: Downtime): Promise<void> {
    const { database, announce } = this.#options;
    for (const { id } of await new ContestsTable(database).inStates(['open', 'voting']))
      await database.transaction(async (transaction) => {
        const contests = new ContestsTable(transaction);
        const contest = await contests.lock(id);
        const phase = contest && runningPhase(contest);
        const end = phase && extendedEnd(phase, downtime);
        if (!contest || !phase || !end || contest.rules.missed === 'close') return;
        const times = movedBy(contest, contest.state, end.getTime() - phase.end.getTime());
        const moved = await contests.change(contest, times);
        if (!moved) throw new Error('a contest changed although it was locked');
        await this.wind(moved, transaction);
        await announce(moved, { kind: 'extended', downtime }, transaction);
      });
  }

  async #transit(id: string, transaction: Database): Promise<void> {
    const contests = new ContestsTable(transaction);
    const contest = await contests.lock(id);
    if (!contest) return;
    const undecidedCount = await new ContestEntriesTable(transaction).count(id, 'pending');
    const next = nextTransition({ ...contest, publishes: contest.rules.publishes, undecidedCount });
    if (!next) return;
    const now = this.#options.now?.() ?? new Date();
    // It was moved after this instant was set.
    if (next.dueAt > now) return this.wind(contest, transaction);
    const changed = await contests.change(contest, await this.#changeTo(next.to, contest, now, transaction));
    if (!changed) throw new Error('a contest changed although it was locked');
    await this.wind(changed, transaction);
    await this.#options.announce(changed, { kind: 'state' }, transaction);
  }

  async #changeTo(to: ContestState, contest: Contest, now: Date, transaction: Database): Promise<ContestChange> {
    switch (to) {
      case 'voting':
        return this.#beginVoting(contest, transaction);
      case 'closed':
        return { state: to, closedAt: now, result: await resultOf(contest, transaction) };
      case 'published':
        return { state: to, publishedAt: now };
      default:
        return { state: to };
    }
  }

  async #beginVoting({ id, shuffleKey }: Contest, transaction: Database): Promise<ContestChange> {
    const entries = new ContestEntriesTable(transaction);
    await entries.endReview(id);
    const accepted = await entries.ofContest(id, ['accepted']);
    if (accepted.length < leastEntries) return tooFew;
    const ids = accepted.map((entry) => entry.id);
    await entries.giveNumbers(numberOrder(ids, Buffer.from(shuffleKey, 'hex')));
    return { state: 'voting' };
  }
}

const tooFew: ContestChange = { state: 'void', reason: { key: 'contests.reasons.tooFew', params: {} } };

async function changeAfterEntries(
  contest: Contest,
  how: EntriesChange,
  transaction: Database,
): Promise<ContestChange | undefined> {
  // Whoever takes theirs back moves nobody else's rank.
  if (contest.state === 'published')
    return how === 'gone' ? undefined : { result: await resultOf(contest, transaction) };
  // Nobody has seen it yet.
  if (contest.state === 'closed') return { result: await resultOf(contest, transaction) };
  if (contest.state !== 'voting') return undefined;
  const accepted = await new ContestEntriesTable(transaction).count(contest.id, 'accepted');
  return accepted < leastEntries ? tooFew : undefined;
}

function runningPhase({ state, opensAt, entriesEndAt, votingAt, endsAt }: Contest) {
  if (state === 'open') return { begin: opensAt, end: entriesEndAt };
  if (state === 'voting') return { begin: votingAt, end: endsAt };
  return undefined;
}

async function resultOf(contest: Contest, transaction: Database) {
  const entries = await new ContestEntriesTable(transaction).ofContest(contest.id, [
    'accepted',
    'withdrawn',
    'disqualified',
  ]);
  const ballots = await new ContestBallotsTable(transaction).ofContest(contest.id);
  return countBallots(
    contest,
    entries.filter(({ number }) => number !== undefined),
    ballots,
  );
}
