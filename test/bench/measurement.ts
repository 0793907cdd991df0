/** What every topic of the benchmark returns, and how repeated runs become one number. */

export interface Measurement {
  readonly name: string;
  readonly unit: string;
  /** Median of the runs, unless the name says otherwise. */
  readonly value: number;
  readonly runs: number;
  /** What design and README promise for a 2-core machine, as an upper limit. */
  readonly budget?: number;
  /** Further figures of the same runs. */
  readonly details?: Readonly<Record<string, number>>;
}

export interface BenchContext {
  /** Fewer repetitions, shorter training. */
  readonly isQuick: boolean;
  /** Attention control and LoRA steps on a UNet of the size of Stable Diffusion 1.x. */
  readonly isFullSize: boolean;
  readonly onLine: (line: string) => void;
  readonly checkpointFolder: string;
  /** How much a crowd asks together; promises hold for 50. */
  readonly commandsPerSecond: number;
}

/** One file, one topic. A part that cannot run throws; its reason appears instead of numbers. */
export interface Topic {
  readonly name: string;
  readonly parts: Readonly<Record<string, (context: BenchContext) => Promise<readonly Measurement[]>>>;
}

/** @param fraction 0.5 for the median; the nearest value that was measured */
export function quantile(values: readonly number[], fraction: number): number {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))]!;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Milliseconds of each of several runs, after some that warm up. */
export async function repeatMs(work: () => Promise<unknown>, runs: number, warmUps = 2): Promise<number[]> {
  for (let run = 0; run < warmUps; run++) await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timeMs(work));
  return times;
}
