/** @file Mean and spread of numbers. */

export interface Moments {
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
}

/** Of all numbers there are, not of a sample: the sum of squares is divided by their count. */
export function momentsOf(values: Float32Array): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
