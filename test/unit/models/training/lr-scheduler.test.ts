import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type LearningRateSchedule, learningRateFactor } from '#models/training/lr-scheduler.js';

interface Case {
  readonly schedule: LearningRateSchedule;
  readonly steps: number;
  readonly warmup: number;
  readonly factors: readonly number[];
}
const cases = JSON.parse(
  readFileSync(new URL('../../../golden/data/lora/schedules.json', import.meta.url), 'utf8'),
) as Case[];

it.each(cases)(
  '$schedule over $steps steps with $warmup of warm-up follows diffusers',
  ({ schedule, steps, warmup, factors }) => {
    for (const [step, factor] of factors.entries()) {
      // diffusers lets a cosine swing up again after its end.
      if (schedule === 'cosine' && step > steps) continue;
      expect(learningRateFactor({ schedule, steps, warmupSteps: warmup }, step)).toBeCloseTo(factor, 12);
    }
  },
);
