import type { JobName } from './index.js';
import { isSliced, type Turn, type Turns } from './turns.js';

/** How long a job of this name takes, as far as that was measured. */
export type MeanMs = (name: JobName) => number | undefined;

/**
 * Milliseconds until an unfinished job has its result, if nobody else asks for anything. Workers are taken to be as many as are at work.
 * @returns undefined where a kind of job that counts was never measured
 */
export function estimateMs(turns: Turns, id: string, meanMs: MeanMs, now: number): number | undefined {
  const turn = turns.get(id);
  if (!turn) return undefined;
  const leftOf = (other: Turn): number => {
    const workedMs = other.workedMs + (other.startedAt === undefined ? 0 : now - other.startedAt);
    return Math.max(0, (meanMs(other.name) ?? Number.NaN) - workedMs);
  };
  const sliceLeftOf = (other: Turn) =>
    Math.max(0, turns.sliceMs - (other.startedAt === undefined ? 0 : now - other.startedAt));
  // A sliced job makes room for a quick one, and for no other.
  const delayBy = (other: Turn) =>
    isSliced(other) && !isSliced(turn) ? Math.min(leftOf(other), sliceLeftOf(other)) : leftOf(other);
  const own = leftOf(turn);
  if (turn.startedAt !== undefined) return Number.isNaN(own) ? undefined : own;
  const sum = [...turns.started, ...turns.before(turn)].reduce((total, other) => total + delayBy(other), 0);
  const total = sum / Math.max(1, turns.started.length) + own;
  return Number.isNaN(total) ? undefined : total;
}
