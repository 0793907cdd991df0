import { UserError } from '#src/core/errors.js';
import { instantOf } from '#src/core/instants.js';
import type { Contest, ContestEntry, EntryState } from './contest.js';
import type { ContestRules, EntrySource } from './contest-rules.js';
import { type ContestState, takesEntriesAt } from './life-cycle.js';
import type { Method } from './tally/ballots.js';

/** Of all pictures of one contest. */
export const maxContestBytes = 2 * 1024 ** 3;

const usualMaxEntries = 5000;
/** Where each is compared with each. */
const maxEntriesOf: Partial<Record<Method, number>> = { ranked: 100, duels: 500 };

export function maxEntries({ method }: Pick<ContestRules, 'method'>): number {
  return maxEntriesOf[method] ?? usualMaxEntries;
}

/** @throws UserError which says since when, or from when on */
export function assertTakesEntries(contest: Contest, at: Date): void {
  if (takesEntriesAt(contest, at)) return;
  const { title, state, zone, opensAt, entriesEndAt } = contest;
  if (state === 'scheduled' || (state === 'open' && at < opensAt))
    throw new UserError('contestNotOpen', { title, at: instantOf(opensAt, zone) });
  if (state === 'cancelled' || state === 'void') throw new UserError('contestCalledOff', { title });
  throw new UserError('contestEntriesOver', { title, at: instantOf(entriesEndAt, zone) });
}

const notAccepted = {
  drawn: 'entryNoDrawn',
  edits: 'entryNoEdits',
  photos: 'entryNoPhotos',
} as const satisfies Record<EntrySource, string>;

/**
 * @param madeAt as our records say; undefined where they do not, as of a photo
 * @throws UserError which says what the contest takes instead
 */
export function assertAccepts(
  { title, rules, zone, opensAt }: Contest,
  { source, madeAt }: { readonly source: EntrySource; readonly madeAt: Date | undefined },
): void {
  if (!rules.accepts.includes(source)) throw new UserError(notAccepted[source], { title });
  if (rules.isFresh && source !== 'photos' && !(madeAt && madeAt >= opensAt))
    throw new UserError('entryNotFresh', { title, at: instantOf(opensAt, zone) });
}

/** Whether somebody has to look at it before it counts. */
export function needsReview({ review }: ContestRules, source: EntrySource, placeCount: number): boolean {
  if (review === 'uploads') return source === 'photos' || placeCount > 1;
  return review === 'always';
}

const reviewed: readonly ContestState[] = ['open', 'review'];

/** What was never accepted has no number, and takes no part once voting has begun. */
export function restoredState(
  { state }: Pick<Contest, 'state'>,
  { becomes, number }: Pick<ContestEntry, 'becomes' | 'number'>,
): EntryState {
  if (!reviewed.includes(state)) return number === undefined ? 'unreviewed' : 'accepted';
  return becomes ?? 'accepted';
}

/** So many bits of 64 may differ in pictures that look alike; those of different ones differ in 32 on average. */
const maxHashDistance = 10;

/** @param hashes of 16 hexadecimal digits */
export function lookAlike(one: string, other: string): boolean {
  return distanceOf(one, other) <= maxHashDistance;
}

function distanceOf(one: string, other: string): number {
  let bits = 0;
  for (let rest = BigInt(`0x${one}`) ^ BigInt(`0x${other}`); rest !== 0n; rest &= rest - 1n) bits += 1;
  return bits;
}
