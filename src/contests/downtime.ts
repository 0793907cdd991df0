import type { Contest } from './contest.js';
import type { ContestState, ContestTimes } from './life-cycle.js';

const leastExtensionMs = 15 * 60_000;
const mostExtensionMs = 24 * 3600_000;
/** Shorter ones, as of a restart, are hardly noticed. */
const leastToldMs = 15 * 60_000;

/** When nobody was there to take what people sent. */
export interface Downtime {
  readonly from: Date;
  readonly to: Date;
}

/** Half open. */
export interface Phase {
  readonly begin: Date;
  readonly end: Date;
}

/** The phase that ran, or would have begun, while nobody was there, and the state that it belongs to. */
export function phaseDuring(
  { state, opensAt, entriesEndAt, votingAt, endsAt }: ContestTimes & { readonly state: ContestState },
  { to }: Downtime,
): (Phase & { readonly state: 'open' | 'voting' }) | undefined {
  const entering = { state: 'open', begin: opensAt, end: entriesEndAt } as const;
  const voting = { state: 'voting', begin: votingAt, end: endsAt } as const;
  if (state === 'open' || (state === 'scheduled' && opensAt < to)) return entering;
  if (state === 'voting' || (state === 'review' && votingAt < to)) return voting;
  return undefined;
}

/**
 * The end of a phase that nobody was there for: as long after the return as people had left when the bot went away, a quarter of
 * an hour at least and a day at most.
 * @returns undefined where the end stays
 */
export function extendedEnd(phase: Phase, { from, to }: Downtime): Date | undefined {
  const [begin, end, away, back] = [phase.begin, phase.end, from, to].map((at) => at.getTime()) as Four;
  if (away >= end || end > back) return undefined;
  const leftMs = end - Math.max(away, begin);
  return new Date(back + Math.min(Math.max(leftMs, leastExtensionMs), mostExtensionMs));
}

/** Whether a phase that goes on was without us for so long that moderators may want to make it longer. */
export function wasAwayWithin({ begin, end }: Phase, { from, to }: Downtime): boolean {
  const lostMs = to.getTime() - Math.max(from.getTime(), begin.getTime());
  return to < end && lostMs >= leastToldMs;
}

/** What moderators leave behind who end a phase, with the moment of its end. */
export const endedNote = 'contests.notes.ended';

/** Whoever ended it was there, and nobody is to have more time. */
export function isEndedByHand({ notes }: Pick<Contest, 'notes'>, { end }: Phase): boolean {
  return notes.some(({ at, text }) => text.key === endedNote && Date.parse(at) === end.getTime());
}

type Four = [number, number, number, number];
