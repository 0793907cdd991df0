/** @file The loop of one stage of the recipe: schedule, curve, snapshots, stop and resume. */
import { existsSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensors } from '../tensors/engine/engine.js';
import { cosineLearningRate, type FullTraining } from './full-training.js';

export interface StageOptions {
  readonly training: FullTraining;
  readonly batch: (step: number) => HostTensors;
  readonly totalSteps: number;
  readonly peakLearningRate: number;
  readonly warmupSteps: number;
  /** Snapshots and curves go here. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Called now and then with what a person would look at. */
  readonly onMilestone?: (step: number) => Promise<void>;
  readonly onLine: (line: string) => void;
}

const LOG_EVERY_STEPS = 50;
const SNAPSHOT_EVERY_MS = 180_000;

/** @returns whether all steps are done (false after an abort, with a snapshot saved) */
export async function runStage(options: StageOptions): Promise<boolean> {
  const { training, totalSteps, folder, signal, onLine } = options;
  const { name } = training.task;
  await mkdir(folder, { recursive: true });
  const snapshotPath = join(folder, `${name}.snapshot.safetensors`);
  if (existsSync(snapshotPath)) {
    await training.resume(snapshotPath);
    onLine(`${name}: resumed at step ${training.step}`);
  }
  let savedAt = performance.now();
  let window: Record<string, number>[] = [];
  let windowStartedAt = performance.now();
  while (training.step < totalSteps && !signal.aborted) {
    const learningRate = cosineLearningRate(training.step, { ...options, peak: options.peakLearningRate });
    window.push(await training.train(options.batch(training.step), learningRate));
    if (training.step % LOG_EVERY_STEPS === 0 && window.length > 0) {
      const stepMs = (performance.now() - windowStartedAt) / window.length;
      const entry = { step: training.step, ...meansOf(window), learningRate, stepMs };
      await appendFile(join(folder, `${name}.curve.jsonl`), `${JSON.stringify(entry)}\n`);
      onLine(`${name} ${describe(entry)}`);
      window = [];
      windowStartedAt = performance.now();
    }
    if (performance.now() - savedAt > SNAPSHOT_EVERY_MS) {
      await training.save(snapshotPath);
      await options.onMilestone?.(training.step);
      savedAt = performance.now();
      window = [];
      windowStartedAt = performance.now();
    }
  }
  await training.save(snapshotPath);
  await options.onMilestone?.(training.step);
  return training.step >= totalSteps;
}

function meansOf(window: readonly Record<string, number>[]): Record<string, number> {
  const keys = Object.keys(window[0] ?? {});
  return Object.fromEntries(
    keys.map((key) => [key, window.reduce((sum, entry) => sum + entry[key]!, 0) / window.length]),
  );
}

const describe = (entry: Record<string, number>) =>
  Object.entries(entry)
    .map(([key, value]) => `${key} ${Number(value.toPrecision(4))}`)
    .join(', ');
