/** Rounds of each lane. Quick jobs have priorities up to this, sliced ones beyond; those of BullMQ end at 2 097 151. */
export const lastRound = 1_000_000;

/** Whether a job of this priority is one that sliced jobs make room for. */
export function isQuick(priority: number): boolean {
  return priority <= lastRound;
}

export interface SliceState {
  readonly ranMs: number;
  readonly sliceMs: number;
  /** Of the job that the queue would hand out next. */
  readonly nextPriority: number | undefined;
}

/** A sliced job runs for a slice, and on for as long as no quick one waits. */
export function makesRoom({ ranMs, sliceMs, nextPriority }: SliceState): boolean {
  return ranMs >= sliceMs && nextPriority !== undefined && isQuick(nextPriority);
}
