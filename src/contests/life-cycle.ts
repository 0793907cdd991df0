/** From the first word of a moderator to the result. */
export const contestStates = [
  'draft',
  'scheduled',
  'open',
  'review',
  'voting',
  'closed',
  'published',
  'cancelled',
  'void',
] as const;
export type ContestState = (typeof contestStates)[number];

/** What moderators do to a contest as a whole. */
export type HostAction = 'edit' | 'start' | 'extend' | 'end' | 'cancel' | 'reopen' | 'publish';

const permitted: Readonly<Record<ContestState, readonly HostAction[]>> = {
  draft: ['edit', 'start', 'cancel'],
  scheduled: ['edit', 'cancel'],
  open: ['edit', 'extend', 'end', 'cancel'],
  review: ['edit', 'cancel'],
  voting: ['edit', 'extend', 'end', 'cancel'],
  closed: ['publish', 'reopen'],
  published: [],
  cancelled: ['reopen'],
  void: [],
};

export function mayHost(state: ContestState, action: HostAction): boolean {
  return permitted[state].includes(action);
}

/** Where entries are taken, ballots are. A phase is half open: what happens exactly at its end is too late. */
export interface ContestTimes {
  readonly opensAt: Date;
  readonly entriesEndAt: Date;
  readonly votingAt: Date;
  readonly endsAt: Date;
}

/** What the clock needs to know of a contest. */
export interface ClockedContest extends ContestTimes {
  readonly state: ContestState;
  readonly publishes: 'at_once' | 'by_hand';
  readonly closedAt?: Date | undefined;
  /** Entries that nobody has reviewed yet. */
  readonly undecidedCount: number;
}

export interface Transition {
  readonly to: ContestState;
  readonly dueAt: Date;
}

/** What was done in time and is on its way counts: an end is acted on so much later. */
export const graceMs = 5000;
/** How long voting waits for the last entries to be reviewed. */
export const longestReviewMs = 24 * 3600_000;
/** A result that no moderator publishes is published. */
export const longestSecretMs = 7 * 24 * 3600_000;
/** A published result may be corrected, and a contest that was called off opened again, for so long. */
export const correctableMs = 7 * 24 * 3600_000;

/** What happens to a contest by itself, and when; undefined where nothing does. */
export function nextTransition(contest: ClockedContest): Transition | undefined {
  const { state, opensAt, entriesEndAt, votingAt, endsAt, undecidedCount, publishes, closedAt } = contest;
  switch (state) {
    case 'scheduled':
      return { to: 'open', dueAt: opensAt };
    case 'open':
      return { to: 'review', dueAt: later(entriesEndAt, graceMs) };
    case 'review':
      return { to: 'voting', dueAt: later(votingAt, undecidedCount === 0 ? graceMs : longestReviewMs) };
    case 'voting':
      return { to: 'closed', dueAt: later(endsAt, graceMs) };
    case 'closed':
      return { to: 'published', dueAt: later(closedAt ?? endsAt, publishes === 'at_once' ? 0 : longestSecretMs) };
    default:
      return undefined;
  }
}

/** An event's time is the service's own; a phase takes what happened in [from, to). */
export function takesEntriesAt(
  { state, opensAt, entriesEndAt }: Pick<ClockedContest, 'state' | keyof ContestTimes>,
  at: Date,
): boolean {
  return state === 'open' && at >= opensAt && at < entriesEndAt;
}

export function takesBallotsAt(
  { state, endsAt }: Pick<ClockedContest, 'state' | keyof ContestTimes>,
  at: Date,
): boolean {
  return state === 'voting' && at < endsAt;
}

/** Moves the end of the running phase, and everything after it along, so that what follows keeps its length. */
export function movedBy(times: ContestTimes, state: ContestState, milliseconds: number): ContestTimes {
  const { opensAt, entriesEndAt, votingAt, endsAt } = times;
  const moved = (at: Date) => later(at, milliseconds);
  switch (state) {
    case 'draft':
    case 'scheduled':
      return {
        opensAt: moved(opensAt),
        entriesEndAt: moved(entriesEndAt),
        votingAt: moved(votingAt),
        endsAt: moved(endsAt),
      };
    case 'open':
      return { opensAt, entriesEndAt: moved(entriesEndAt), votingAt: moved(votingAt), endsAt: moved(endsAt) };
    case 'review':
      return { opensAt, entriesEndAt, votingAt: moved(votingAt), endsAt: moved(endsAt) };
    case 'voting':
      return { opensAt, entriesEndAt, votingAt, endsAt: moved(endsAt) };
    default:
      throw new Error(`a contest that is ${state} has no running phase`);
  }
}

function later(at: Date, milliseconds: number): Date {
  return new Date(at.getTime() + milliseconds);
}
