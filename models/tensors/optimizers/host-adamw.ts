/**
 * @file AdamW over whole networks, on the host: one fused pass per tensor, where a graph would make a dozen passes and
 * hold old and new moments at once. Paper: Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2.
 */

import { ADAMW_DEFAULTS, type AdamWOptions } from './adamw-options.js';

export interface HostAdamWOptions extends AdamWOptions {
  /** Gradients are scaled down to this global norm. */
  readonly maxGradientNorm?: number;
  /** Decay of the running average of the parameters; none without it. */
  readonly averageDecay?: number;
}

export interface HostAdamWState {
  readonly value: Float32Array;
  /** Running mean of the gradient; zeros at first. */
  readonly m: Float32Array | Float64Array;
  /** Running mean of the squared gradient; zeros at first. */
  readonly v: Float32Array | Float64Array;
  readonly average?: Float32Array;
}

export interface ParameterState extends HostAdamWState {
  readonly m: Float32Array;
  readonly v: Float32Array;
  /** Exponential moving average of `value`, which is what a finished checkpoint ships. */
  readonly average: Float32Array;
}

export const createParameterState = (value: Float32Array): ParameterState => ({
  value,
  m: new Float32Array(value.length),
  v: new Float32Array(value.length),
  average: value.slice(),
});

/**
 * Updates `states` in place.
 * @param step counts from 1
 * @returns the norm of all gradients before clipping
 */
export function hostAdamWStep(
  states: readonly HostAdamWState[],
  gradients: readonly Float32Array[],
  step: number,
  learningRate: number,
  options: HostAdamWOptions = {},
): number {
  const { beta1, beta2, epsilon, weightDecay, maxGradientNorm, averageDecay = 0 } = { ...ADAMW_DEFAULTS, ...options };
  const norm = Math.sqrt(gradients.reduce((sum, gradient) => sum + sumOfSquares(gradient), 0));
  const clip = maxGradientNorm !== undefined && norm > maxGradientNorm ? maxGradientNorm / norm : 1;
  const correction1 = 1 - beta1 ** step;
  const correction2 = Math.sqrt(1 - beta2 ** step);
  const stepSize = learningRate / correction1;
  // A young average follows quickly: the warm-up of the decay, as diffusers' EMAModel has it.
  const decay = Math.min(averageDecay, (1 + step) / (10 + step));
  states.forEach(({ value, m, v, average }, index) => {
    const gradient = gradients[index]!;
    const shrink = value.length > 1 ? 1 - learningRate * weightDecay : 1;
    for (let i = 0; i < value.length; i++) {
      const g = gradient[i]! * clip;
      const first = beta1 * m[i]! + (1 - beta1) * g;
      const second = beta2 * v[i]! + (1 - beta2) * g * g;
      m[i] = first;
      v[i] = second;
      const updated = value[i]! * shrink - (stepSize * first) / (Math.sqrt(second) / correction2 + epsilon);
      value[i] = updated;
      if (average) average[i] = decay * average[i]! + (1 - decay) * updated;
    }
  });
  return norm;
}

function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}
