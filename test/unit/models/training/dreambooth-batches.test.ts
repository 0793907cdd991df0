import { describe, expect, it } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import {
  checkDreamBoothData,
  type DreamBoothBatchOptions,
  type DreamBoothData,
  drawDreamBoothBatch,
} from '#models/training/dreambooth-batches.js';

const alphasCumprod = Float64Array.from({ length: 1000 }, (_, index) => 0.999 ** (index + 1));
/** Photo i has mean 10·i and no deviation; class picture i is −i − 1. */
const data: DreamBoothData = {
  latentShape: [2, 3, 2],
  instances: Array.from({ length: 3 }, (_, index) => ({
    mean: new Float32Array(12).fill(10 * index),
    std: new Float32Array(12),
    embedding: new Float32Array([1, 2 + index]),
  })),
  classPictures: Array.from({ length: 4 }, (_, index) => ({
    latents: new Float32Array(12).fill(-index - 1),
    embedding: new Float32Array([3, -index - 1]),
  })),
  scalingFactor: 0.5,
  embeddingShape: [1, 2],
  alphasCumprod,
};
const options: DreamBoothBatchOptions = { seed: 9, instanceRows: 2, classRows: 1, priorLossWeight: 0.5 };
const firstOfRows = (values: Float32Array) => Array.from({ length: values.length / 12 }, (_, row) => values[row * 12]!);

describe('drawDreamBoothBatch', () => {
  it('fills instance rows first, then class rows, with their own embeddings and weights', () => {
    const batch = drawDreamBoothBatch(data, options, 0);
    const [a, b, c] = firstOfRows(batch.latents);
    expect([0, 5, 10]).toContain(a);
    expect([0, 5, 10]).toContain(b);
    expect(c).toBeLessThan(0);
    // Photo i has 10·i, halved, and the caption 2 + i; class picture i has −i − 1 twice.
    expect([...batch.encoderHiddenStates]).toEqual([1, 2 + a! / 5, 1, 2 + b! / 5, 3, c]);
    expect([...batch.rowWeights]).toEqual([0.5, 0.5, 0.5]);
  });

  it('gives each row a timestep and noise of its own, and the rates that belong to it', () => {
    const { timesteps, noise, signalRates, noiseRates } = drawDreamBoothBatch(data, options, 4);
    expect(new Set(timesteps).size).toBe(3);
    expect(new Set(firstOfRows(noise)).size).toBe(3);
    for (const [row, timestep] of timesteps.entries()) {
      expect(signalRates[row]).toBe(Math.fround(Math.sqrt(alphasCumprod[timestep]!)));
      expect(signalRates[row]! ** 2 + noiseRates[row]! ** 2).toBeCloseTo(1, 6);
    }
  });

  it('depends on the seed and the step alone', () => {
    expect(drawDreamBoothBatch(data, options, 7)).toEqual(drawDreamBoothBatch(data, options, 7));
    expect(drawDreamBoothBatch(data, options, 7)).not.toEqual(drawDreamBoothBatch(data, options, 8));
    expect(drawDreamBoothBatch(data, options, 7)).not.toEqual(drawDreamBoothBatch(data, { ...options, seed: 10 }, 7));
  });

  it('shows every photo once before any twice, in an order that changes', () => {
    const drawn = Array.from({ length: 30 }, (_, step) =>
      firstOfRows(drawDreamBoothBatch(data, options, step).latents).slice(0, 2),
    ).flat();
    const rounds = Array.from({ length: 20 }, (_, round) => drawn.slice(3 * round, 3 * round + 3));
    for (const round of rounds) expect([...round].sort((x, y) => x - y)).toEqual([0, 5, 10]);
    expect(new Set(rounds.map(String)).size).toBeGreaterThan(3);
  });

  it('draws timesteps evenly from the whole schedule, or from the range asked for', () => {
    const draw = (range?: readonly [number, number]) =>
      Array.from({ length: 400 }, (_, step) => [
        ...drawDreamBoothBatch(data, { ...options, timestepRange: range }, step).timesteps,
      ]).flat();
    const all = draw();
    expect(Math.min(...all)).toBeLessThan(10);
    expect(Math.max(...all)).toBeGreaterThan(989);
    expect(all.reduce((sum, value) => sum + value, 0) / all.length).toBeCloseTo(500, -2);
    expect(all.every(Number.isInteger)).toBe(true);
    const some = draw([100, 103]);
    expect(new Set(some)).toEqual(new Set([100, 101, 102]));
  });

  it('samples the posterior of a photo and multiplies with the scaling factor', () => {
    const uncertain = {
      ...data,
      instances: [{ ...data.instances[0]!, mean: new Float32Array(12).fill(3), std: new Float32Array(12).fill(2) }],
    };
    const values = Array.from({ length: 200 }, (_, step) => [
      ...drawDreamBoothBatch(uncertain, options, step).latents.subarray(0, 24),
    ]).flat();
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(1.5, 1);
    expect(variance).toBeCloseTo(1, 1);
  });

  it('mirrors half of the instance rows only when asked to', () => {
    const slope = Float32Array.from({ length: 12 }, (_, index) => Math.floor(index / 2) % 3); // grows along x
    const sloped = { ...data, instances: [{ ...data.instances[0]!, mean: slope }] };
    const firsts = (mirrorInstances: boolean) =>
      Array.from(
        { length: 100 },
        (_, step) => firstOfRows(drawDreamBoothBatch(sloped, { ...options, mirrorInstances }, step).latents)[0]!,
      );
    expect(new Set(firsts(false))).toEqual(new Set([0]));
    const mirrored = firsts(true).filter((value) => value === 1).length;
    expect(mirrored).toBeGreaterThan(30);
    expect(mirrored).toBeLessThan(70);
  });

  it('adds one offset per row and channel to the noise', () => {
    const plain = drawDreamBoothBatch({ ...data, latentShape: [1, 1, 12] }, options, 1);
    expect(plain.noise.length).toBe(36);
    const offset = drawDreamBoothBatch(data, { ...options, noiseOffset: 0.5 }, 1).noise;
    const without = drawDreamBoothBatch(data, options, 1).noise;
    const shifts = Array.from({ length: 12 }, (_, index) => offset[index]! - without[index]!);
    for (const [index, shift] of shifts.entries()) expect(shift).toBeCloseTo(shifts[index % 2]!, 5);
    expect(Math.abs(shifts[0]! - shifts[1]!)).toBeGreaterThan(1e-3);
  });

  it('weighs rows by their signal-to-noise ratio when asked to', () => {
    const { rowWeights, timesteps } = drawDreamBoothBatch(data, { ...options, snrGamma: 0.1 }, 3);
    for (const [row, weight] of rowWeights.entries()) {
      const alpha = alphasCumprod[timesteps[row]!]!;
      expect(weight).toBeCloseTo(0.5 * Math.min(1, (0.1 * (1 - alpha)) / alpha), 6);
    }
  });
});

describe('checkDreamBoothData', () => {
  it.each<[string, Partial<DreamBoothData>, Partial<DreamBoothBatchOptions>]>([
    ['no photos', { instances: [] }, {}],
    ['no instance rows', {}, { instanceRows: 0 }],
    ['class rows without class latents', { classPictures: [] }, {}],
    ['a photo of another size', { instances: [{ ...data.instances[0]!, mean: new Float32Array(11) }] }, {}],
    [
      'a class picture of another size',
      { classPictures: [{ ...data.classPictures[0]!, latents: createGenerator(1).normals(13) }] },
      {},
    ],
    [
      'an embedding of another size',
      { classPictures: [{ ...data.classPictures[0]!, embedding: new Float32Array(3) }] },
      {},
    ],
    ['timesteps beyond the schedule', {}, { timestepRange: [0, 1001] }],
    ['an empty range of timesteps', {}, { timestepRange: [5, 5] }],
  ])('refuses %s', (_, otherData, otherOptions) => {
    expect(() => checkDreamBoothData({ ...data, ...otherData }, { ...options, ...otherOptions })).toThrow(RangeError);
  });

  it('accepts training without class rows', () => {
    const alone = { ...options, classRows: 0 };
    expect(() => checkDreamBoothData({ ...data, classPictures: [] }, alone)).not.toThrow();
    expect(drawDreamBoothBatch({ ...data, classPictures: [] }, alone, 0).rowWeights).toHaveLength(2);
  });
});
