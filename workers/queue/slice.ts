import { makesRoom } from '#src/jobs/slices.js';

export interface SliceOptions {
  readonly sliceMs: number;
  /** How often to look, once the slice is over. */
  readonly checkMs: number;
  /** Priority of the job that the queue would hand out next. */
  readonly nextPriority: () => Promise<number | undefined>;
  readonly onError: (error: unknown) => void;
}

/** A sliced job's time: `pause` is aborted when it has run for a slice and somebody waits who goes first. */
export function startSlice({ sliceMs, checkMs, nextPriority, onError }: SliceOptions) {
  const controller = new AbortController();
  const startedAt = performance.now();
  let timer = setTimeout(check, sliceMs);
  let isOver = false;
  async function check(): Promise<void> {
    try {
      const ranMs = performance.now() - startedAt;
      if (makesRoom({ ranMs, sliceMs, nextPriority: await nextPriority() })) return controller.abort();
    } catch (error) {
      onError(error);
    }
    if (!isOver) timer = setTimeout(check, checkMs);
  }
  return {
    pause: controller.signal,
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
