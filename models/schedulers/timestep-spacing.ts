/**
 * @file Which of the training timesteps a sampler visits.
 *
 * Paper: Common Diffusion Noise Schedules and Sample Steps are Flawed, https://arxiv.org/abs/2305.08891, table 2
 */
import type { SchedulerConfig, TimestepSpacing } from './scheduler-config.js';

/** Halves go to the even neighbour, as in numpy; a timestep that differs by one is another noise level. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** `count` numbers from `start` to `stop`, both included. */
export function linspace(start: number, stop: number, count: number): number[] {
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) => (i === count - 1 && count > 1 ? stop : start + i * step));
}

/** @throws RangeError unless `steps` is an integer from 1 to the number of training timesteps */
export function checkSteps(steps: number, trainTimesteps: number): void {
  if (!Number.isInteger(steps) || steps < 1 || steps > trainTimesteps) {
    throw new RangeError(`steps must be an integer from 1 to ${trainTimesteps}, got ${steps}`);
  }
}

/** Timesteps from noisy to clean for DDIM and DDPM. */
export function spacedTimesteps(steps: number, spacing: TimestepSpacing, config: SchedulerConfig): Int32Array {
  const total = config.numTrainTimesteps;
  switch (spacing) {
    case 'leading': {
      const stride = Math.floor(total / steps);
      return Int32Array.from({ length: steps }, (_, i) => (steps - 1 - i) * stride + config.stepsOffset);
    }
    case 'linspace':
      return Int32Array.from(linspace(0, total - 1, steps).reverse(), roundHalfToEven);
    case 'trailing':
      return trailingTimesteps(steps, total);
  }
}

/** Timesteps from noisy to clean for a solver that takes one more grid point, the clean image, for granted. */
export function spacedSolverTimesteps(steps: number, spacing: TimestepSpacing, config: SchedulerConfig): Int32Array {
  const total = config.numTrainTimesteps;
  switch (spacing) {
    case 'leading': {
      const stride = Math.floor(total / (steps + 1));
      return Int32Array.from({ length: steps }, (_, i) => (steps - i) * stride + config.stepsOffset);
    }
    case 'linspace':
      return Int32Array.from(
        linspace(0, total - 1, steps + 1)
          .reverse()
          .slice(0, -1),
        roundHalfToEven,
      );
    case 'trailing':
      return trailingTimesteps(steps, total);
  }
}

const trailingTimesteps = (steps: number, total: number): Int32Array =>
  Int32Array.from({ length: steps }, (_, i) => roundHalfToEven(total - i * (total / steps)) - 1);
