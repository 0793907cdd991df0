import type { Database } from '#src/database/database.js';
import { type DueInstant, DueInstantsTable } from '#src/schedule/due-instants.js';
import type { DueHandler } from '#src/schedule/schedule.js';
import { numberOrder } from './ballot-order.js';
import type { Contest } from './contest.js';
import { ContestBallotsTable } from './contest-ballots-table.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { ContestRemindersTable } from './contest-reminders-table.js';
import { type ContestChange, ContestsTable } from './contests-table.js';
import { countBallots } from './count-ballots.js';
import { type Downtime, extendedEnd, isEndedByHand, phaseDuring, wasAwayWithin } from './downtime.js';
import { type ContestState, type ContestTimes, correctableMs, movedBy, nextTransition } from './life-cycle.js';
import { peopleBehind } from './linked-accounts.js';
import { type ContestNotice, nextNotice, noticesOf } from './notices.js';

/** What the clock's instants are called: transitions, what is told in between, and the end of what ties ballots to accounts. */
export const contestDue = 'contest';
export const contestNoticeDue = 'contest-notice';
export const contestAnonymityDue = 'contest-anonymity';

/** With fewer there is nothing to choose between. */
export const leastEntries = 2;
const tryPlacesEveryMs = 3600_000;
const longestNowhereMs = 7 * 24 * 3600_000;
/** What platforms kept for us while nobody was there is read by then. */
export const backlogMs = 60_000;

export type ContestEvent =
  | { readonly kind: 'state' }
  /** Its post says something else, and nobody needs to be told. */
  | { readonly kind: 'edited' }
  /** A published result was counted again. */
  | { readonly kind: 'corrected' }
  /** Nobody was there when a phase ended. */
  | { readonly kind: 'extended'; readonly downtime: Downtime }
  /** Entries came, went or were decided about. */
  | { readonly kind: 'entries' }
  /** Nobody was there in the middle of a phase, which stays as it is. */
  | { readonly kind: 'away'; readonly downtime: Downtime }
  /** Before the end of a phase. */
  | ({ readonly kind: 'notice' } & ContestNotice);

/** Their author, or moderators, have seen to it. */
export type EntriesChange = 'entered' | 'gone' | 'decided';

export interface ContestClockOptions {
  readonly database: Database;
  /** Puts what has to be said into the outbox, in the same transaction. */
  readonly announce: (contest: Contest, event: ContestEvent, transaction: Database) => Promise<void>;
  /** Something may be due, or to be posted, once the transaction that is under way has ended. */
  readonly onWound?: () => void;
  /** What is due was done, and its transaction has ended. */
  readonly onDone?: () => void;
  readonly now?: () => Date;
}

/** Takes contests from phase to phase: each transition is one transaction, with all that follows from it, and happens once. */
export class ContestClock {
  readonly #options: ContestClockOptions;

  constructor(options: ContestClockOptions) {
    this.#options = options;
  }

  /** For the schedule. */
  get handlers(): Readonly<Record<string, DueHandler>> {
    const after = () => this.#options.onDone?.();
    return {
      [contestDue]: { within: (due, transaction) => this.#transit(due.key, transaction), after },
      [contestNoticeDue]: { within: (due, transaction) => this.#notify(due, transaction), after },
      [contestAnonymityDue]: { within: (due, transaction) => this.#anonymise(due.key, transaction) },
    };
  }

  /** To be called in the transaction of whatever has changed a contest's state or times. */
  async wind(contest: Contest, transaction: Database): Promise<void> {
    const instants = new DueInstantsTable(transaction);
    await this.#windTransition(contest, transaction);
    if (!(await this.#isNoticeWaiting(contest, instants)))
      await setOrCancel(instants, contestNoticeDue, contest, nextNotice(contest, this.#now)?.at);
    const endedAt = endOf(contest, this.#now);
    const dueAt = endedAt && new Date(endedAt.getTime() + correctableMs);
    const anonymity = { what: contestAnonymityDue, key: contest.id };
    await (dueAt ? instants.setFirst({ ...anonymity, dueAt }) : instants.cancel(anonymity));
    this.#options.onWound?.();
  }

  async #windTransition(contest: Contest, transaction: Database): Promise<void> {
    const undecidedCount = await new ContestEntriesTable(transaction).count(contest.id, 'pending');
    const next = nextTransition({ ...contest, publishes: contest.rules.publishes, undecidedCount });
    await setOrCancel(new DueInstantsTable(transaction), contestDue, contest, next?.dueAt);
  }

  /** Its time has come, and nobody was there to tell it: whatever happens first, it is not passed over. */
  async #isNoticeWaiting(contest: Contest, instants: DueInstantsTable): Promise<boolean> {
    const dueAt = await instants.dueAt({ what: contestNoticeDue, key: contest.id });
    return (
      dueAt !== undefined && dueAt <= this.#now && noticesOf(contest).some(({ at }) => at.getTime() === dueAt.getTime())
    );
  }

  /**
   * Changes a contest, with all that follows from it.
   * @param contest locked
   */
  async change(contest: Contest, change: ContestChange, event: ContestEvent, transaction: Database): Promise<Contest> {
    const changed = await new ContestsTable(transaction).change(contest, change);
    if (!changed) throw new Error('a contest changed although it was locked');
    await this.wind(changed, transaction);
    await this.#options.announce(changed, event, transaction);
    return changed;
  }

  /**
   * To be called in the transaction of whatever has changed entries of a contest that is locked: with too few left to choose
   * between it is void, what was published is counted again where moderators have decided about an entry, and a voting that waited
   * for the last of them begins.
   */
  async entriesChanged(contest: Contest, transaction: Database, how: EntriesChange): Promise<void> {
    const change = await changeAfterEntries(contest, how, transaction);
    if (change) {
      const kind = change.state ? 'state' : contest.state === 'published' ? 'corrected' : 'entries';
      await this.change(contest, change, { kind }, transaction);
      return;
    }
    if (await this.#isLastDecisionLate(contest, transaction)) {
      await this.change(contest, this.#lateVoting(contest), { kind: 'edited' }, transaction);
      return;
    }
    // Voting alone waits for entries; an end that was put off stays so.
    if (contest.state === 'review') await this.#windTransition(contest, transaction);
    this.#options.onWound?.();
    await this.#options.announce(contest, { kind: 'entries' }, transaction);
  }

  /** Gives people the time that they would have had, where a phase ended while nobody was there. Before anything due is done. */
  async makeUpFor(downtime: Downtime): Promise<void> {
    const { database } = this.#options;
    for (const { id } of await new ContestsTable(database).inStates(['scheduled', 'open', 'review', 'voting']))
      await database.transaction(async (transaction) => {
        const contest = await new ContestsTable(transaction).lock(id);
        const phase = contest && phaseDuring(contest, downtime);
        if (contest && phase) await this.#makeUp(contest, phase, downtime, transaction);
      });
  }

  async #makeUp(
    contest: Contest,
    phase: NonNullable<ReturnType<typeof phaseDuring>>,
    downtime: Downtime,
    transaction: Database,
  ): Promise<void> {
    if (isEndedByHand(contest, phase)) return;
    const end = extendedEnd(phase, downtime);
    if (!end) {
      if (wasAwayWithin(phase, downtime))
        await this.#options.announce(contest, { kind: 'away', downtime }, transaction);
      return;
    }
    if (contest.rules.missed === 'close') {
      const dueAt = new Date(downtime.to.getTime() + backlogMs);
      await new DueInstantsTable(transaction).set({ what: contestDue, key: contest.id, dueAt });
      return;
    }
    const times = movedBy(contest, phase.state, end.getTime() - phase.end.getTime());
    await this.change(contest, times, { kind: 'extended', downtime }, transaction);
  }

  async #transit(id: string, transaction: Database): Promise<void> {
    const contest = await new ContestsTable(transaction).lock(id);
    if (!contest) return;
    const undecidedCount = await new ContestEntriesTable(transaction).count(id, 'pending');
    const next = nextTransition({ ...contest, publishes: contest.rules.publishes, undecidedCount });
    if (!next) return;
    const now = this.#now;
    // It was moved after this instant was set.
    if (next.dueAt > now) return this.wind(contest, transaction);
    if (await this.#waitsForPlace(contest, now, transaction)) return;
    const change = await this.#changeTo(next.to, contest, now, transaction);
    const times = change.state === 'voting' && undecidedCount > 0 ? this.#lateVoting(contest) : {};
    await this.change(contest, { ...change, ...times }, { kind: 'state' }, transaction);
  }

  /** Where nobody can be told, nothing goes on: it is tried again now and then, and given up after a week. */
  async #waitsForPlace(contest: Contest, now: Date, transaction: Database): Promise<boolean> {
    const since = await new ContestsTable(transaction).nowhereSince(contest.id);
    if (!since) return false;
    if (now.getTime() - since.getTime() > longestNowhereMs) {
      await this.change(contest, { state: 'void', reason: nowhere }, { kind: 'state' }, transaction);
      return true;
    }
    const dueAt = new Date(now.getTime() + tryPlacesEveryMs);
    await new DueInstantsTable(transaction).set({ what: contestDue, key: contest.id, dueAt });
    await this.#options.announce(contest, { kind: 'edited' }, transaction);
    return true;
  }

  async #notify({ key, dueAt }: DueInstant, transaction: Database): Promise<void> {
    const contest = await new ContestsTable(transaction).lock(key);
    if (!contest) return;
    const notice = noticesOf(contest).find(({ at }) => at.getTime() === dueAt.getTime());
    const next = nextNotice(contest, dueAt > this.#now ? dueAt : this.#now);
    await setOrCancel(new DueInstantsTable(transaction), contestNoticeDue, contest, next?.at);
    if (notice) await this.#options.announce(contest, { kind: 'notice', ...notice }, transaction);
  }

  async #anonymise(id: string, transaction: Database): Promise<void> {
    const contest = await new ContestsTable(transaction).lock(id);
    if (!contest) return;
    await new ContestRemindersTable(transaction).takeAll(id);
    const ballots = new ContestBallotsTable(transaction);
    // Of what came to nothing nobody needs them.
    await (contest.state === 'published' ? ballots.anonymise(contest) : ballots.removeAll(id));
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

  /** Voting waited for it, and begins now. */
  async #isLastDecisionLate({ id, state, votingAt }: Contest, transaction: Database): Promise<boolean> {
    if (state !== 'review' || this.#now <= votingAt) return false;
    return (await new ContestEntriesTable(transaction).count(id, 'pending')) === 0;
  }

  /** What voting waited for takes none of its length. */
  #lateVoting(contest: Contest): ContestTimes {
    return movedBy(contest, 'review', this.#now.getTime() - contest.votingAt.getTime());
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

  get #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

const nowhere = { key: 'contests.reasons.nowhere', params: {} } as const;
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

/** From when on nothing of it is put right, or taken up, after a while; undefined where it goes on. */
function endOf({ state, publishedAt, cancelled }: Contest, now: Date): Date | undefined {
  if (state === 'published') return publishedAt;
  if (state === 'cancelled') return cancelled && new Date(cancelled.at);
  return state === 'void' ? now : undefined;
}

async function setOrCancel(
  instants: DueInstantsTable,
  what: string,
  { id: key }: Pick<Contest, 'id'>,
  dueAt: Date | undefined,
): Promise<void> {
  await (dueAt ? instants.set({ what, key, dueAt }) : instants.cancel({ what, key }));
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
    await peopleBehind(transaction),
  );
}
