/**
 * @file Learning-rate schedules as factors of the base rate.
 * Reference: diffusers.optimization (`get_scheduler`).
 */

export type LearningRateSchedule = 'constant' | 'constant_with_warmup' | 'linear' | 'cosine';

export interface LearningRateScheduleOptions {
  readonly schedule: LearningRateSchedule;
  /** Number of updates in all; `linear` and `cosine` reach zero there. */
  readonly steps: number;
  /** Updates during which the factor grows linearly from 0; ignored by `constant`. */
  readonly warmupSteps?: number;
}

/**
 * @param step number of updates done before this one, from 0; with a warm-up the first update has factor 0, as in diffusers
 * @returns what the base learning rate is multiplied with
 */
export function learningRateFactor(options: LearningRateScheduleOptions, step: number): number {
  const { schedule, steps, warmupSteps = 0 } = options;
  if (schedule === 'constant') return 1;
  if (step < warmupSteps) return step / Math.max(1, warmupSteps);
  if (schedule === 'constant_with_warmup') return 1;
  const remaining = Math.max(1, steps - warmupSteps);
  if (schedule === 'linear') return Math.max(0, (steps - step) / remaining);
  return Math.max(0, 0.5 * (1 + Math.cos((Math.PI * (step - warmupSteps)) / remaining)));
}
