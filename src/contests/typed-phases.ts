import { UserError } from '#src/core/errors.js';
import { type Instant, instantOf } from '#src/core/instants.js';
import type { ContestTimes } from './life-cycle.js';
import { readTime, type TypedTime } from './typed-time.js';

/** As a moderator types them: instants, or lengths. */
export interface TypedPhases {
  readonly opens?: string | undefined;
  readonly entriesFor?: string | undefined;
  readonly votingFor?: string | undefined;
}

export interface TypedIn {
  /** An IANA name. */
  readonly zone: string;
  readonly now: Date;
}

const hourMs = 3600_000;
const dayMs = 24 * hourMs;
const leastPhaseMs = hourMs;
const mostPhaseMs = 90 * dayMs;
/** Somebody who types slowly means now. */
const pastToleranceMs = 10 * 60_000;

/** Where nothing is typed. */
const usualEntriesMs = 5 * dayMs;
const usualVotingMs = 2 * dayMs;

/**
 * The times of a contest.
 * @param before as they were; what is not typed keeps its length
 * @throws UserError with the reading of what was typed
 */
export function readPhases(typed: TypedPhases, where: TypedIn, before?: ContestTimes): ContestTimes {
  const { now, zone } = where;
  const opensAt = typed.opens === undefined ? (before?.opensAt ?? now) : readFuture(typed.opens, where);
  const entriesMs = before ? before.entriesEndAt.getTime() - before.opensAt.getTime() : usualEntriesMs;
  const votingMs = before ? before.endsAt.getTime() - before.votingAt.getTime() : usualVotingMs;
  const entriesEndAt =
    typed.entriesFor === undefined ? later(opensAt, entriesMs) : readEnd(typed.entriesFor, opensAt, where);
  const endsAt =
    typed.votingFor === undefined ? later(entriesEndAt, votingMs) : readEnd(typed.votingFor, entriesEndAt, where);
  const times = { opensAt, entriesEndAt, votingAt: entriesEndAt, endsAt };
  // Waiting for it is a phase, too.
  if (typed.opens !== undefined && opensAt > later(now, mostPhaseMs)) assertPhase(now, opensAt, zone);
  assertPhase(opensAt, entriesEndAt, zone);
  assertPhase(entriesEndAt, endsAt, zone);
  // Of one that is open by now.
  if (typed.entriesFor !== undefined && entriesEndAt <= now)
    throw new UserError('timePast', { given: typed.entriesFor, at: instantIn(zone)(entriesEndAt) });
  return times;
}

/**
 * The times of a draft that is started: its ends stay as they were shown.
 * @throws UserError where hardly anything is left of a phase by now
 */
export function startedPhases(
  { opensAt, entriesEndAt, votingAt, endsAt }: ContestTimes,
  { zone, now }: TypedIn,
): ContestTimes {
  const times = { opensAt: opensAt > now ? opensAt : now, entriesEndAt, votingAt, endsAt };
  assertPhase(times.opensAt, times.entriesEndAt, zone, leastPhaseMs / 2);
  return times;
}

/** The end of a phase that is made longer: another instant, or as much more. @throws UserError */
export function readLaterEnd(
  typed: string,
  { begin, end }: { readonly begin: Date; readonly end: Date },
  where: TypedIn,
) {
  const read = readTyped(typed, where.zone);
  const until = read.kind === 'length' ? later(end, read.milliseconds) : read.at;
  const shown = instantIn(where.zone);
  if (until <= end) throw new UserError('contestNotLater', { given: typed, at: shown(until), end: shown(end) });
  assertPhase(begin, until, where.zone);
  return until;
}

/** When a phase ends that begins anew. @throws UserError */
export function readEndFromNow(typed: string, where: TypedIn): Date {
  const end = readFuture(typed, where);
  assertPhase(where.now, end, where.zone);
  return end;
}

/** @throws UserError */
function readFuture(typed: string, { zone, now }: TypedIn): Date {
  const read = readTyped(typed, zone);
  const at = read.kind === 'length' ? later(now, read.milliseconds) : read.at;
  if (at.getTime() < now.getTime() - pastToleranceMs)
    throw new UserError('timePast', { given: typed, at: instantIn(zone)(at) });
  return at > now ? at : now;
}

function readEnd(typed: string, begin: Date, { zone }: TypedIn): Date {
  const read = readTyped(typed, zone);
  return read.kind === 'length' ? later(begin, read.milliseconds) : read.at;
}

function readTyped(typed: string, zone: string): Extract<TypedTime, { kind: 'at' | 'length' }> {
  const read = readTime(typed, zone);
  if (read.kind === 'at' || read.kind === 'length') return read;
  throw read.kind === 'noSuchDay'
    ? new UserError('timeNoSuchDay', { given: typed })
    : new UserError('timeUnreadable', { given: typed, zone });
}

function assertPhase(begin: Date, end: Date, zone: string, leastMs = leastPhaseMs): void {
  const shown = instantIn(zone);
  const params = { begin: shown(begin), end: shown(end) };
  const lengthMs = end.getTime() - begin.getTime();
  if (lengthMs <= 0) throw new UserError('contestPhaseBackwards', params);
  if (lengthMs < leastMs) throw new UserError('contestPhaseTooShort', params);
  if (lengthMs > mostPhaseMs) throw new UserError('contestPhaseTooLong', params);
}

function instantIn(zone: string): (at: Date) => Instant {
  return (at) => instantOf(at, zone);
}

function later(at: Date, milliseconds: number): Date {
  return new Date(at.getTime() + milliseconds);
}
