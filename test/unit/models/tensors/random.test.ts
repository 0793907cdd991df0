import { describe, expect, it } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';

// The pinned numbers come from a second implementation, test/golden/make/generator.py.
describe('createGenerator', () => {
  it('gives the pinned bits, which every platform must give', () => {
    const generator = createGenerator(42);
    expect(Array.from({ length: 6 }, () => generator.nextUint32())).toEqual([
      1776835114, 4165204688, 17111135, 2317295270, 2792088233, 2554630222,
    ]);
  });

  it('gives the pinned normal numbers', () => {
    expect(Array.from(createGenerator(0).normals(4))).toEqual([
      -0.9758715629577637, -1.7697570323944092, 0.054684631526470184, -0.9459248185157776,
    ]);
  });

  it('gives the pinned bits of a fork', () => {
    const generator = createGenerator(0).fork('picture 0');
    expect(Array.from({ length: 3 }, () => generator.nextUint32())).toEqual([432113210, 2935728692, 3220081481]);
  });

  it('starts xoshiro128** from splitmix64, whose first outputs for seed 0 are published', () => {
    // splitmix64(0) = e220a8397b1dcdaf, 6e789e6aa1b965f4: s0 = 7b1dcdaf, s1 = e220a839.
    const s1 = 0xe220a839;
    const product = Math.imul(s1, 5) >>> 0;
    const rotated = ((product << 7) | (product >>> 25)) >>> 0;
    expect(createGenerator(0).nextUint32()).toBe(Math.imul(rotated, 9) >>> 0);
  });

  it('draws uniform numbers in [0, 1) with mean 1/2 and variance 1/12', () => {
    const generator = createGenerator(1);
    const values = Array.from({ length: 20_000 }, () => generator.uniform());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const { mean, variance } = moments(values);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  it('draws normal numbers with the first four moments of a normal distribution', () => {
    const values = Array.from(createGenerator(2).normals(50_000));
    const { mean, variance, skewness, kurtosis } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    expect(Math.abs(skewness)).toBeLessThan(0.05);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.1);
  });

  it('gives the same numbers one by one as in a block of odd length', () => {
    const one = createGenerator(7);
    const block = createGenerator(7);
    const expected = Float32Array.from({ length: 7 }, () => one.normal());
    expect(block.normals(7)).toEqual(expected);
    expect(block.normal()).toBe(one.normal());
  });

  it('draws every integer below the limit about equally often', () => {
    const generator = createGenerator(3);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 12_000; i++) counts[generator.integer(6)]! += 1;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('refuses integer(%s)', (limit) => {
    expect(() => createGenerator(0).integer(limit)).toThrow(RangeError);
  });

  it('forks by seed and label, whatever has been drawn before', () => {
    const fresh = createGenerator(5).fork('picture 0').normals(4);
    const parent = createGenerator(5);
    parent.normals(100);
    expect(parent.fork('picture 0').normals(4)).toEqual(fresh);
    expect(parent.fork('picture 1').normals(4)).not.toEqual(fresh);
    expect(createGenerator(6).fork('picture 0').normals(4)).not.toEqual(fresh);
    expect(parent.fork('a').fork('b').seed).not.toBe(parent.fork('b').fork('a').seed);
  });

  it('draws uncorrelated numbers from neighbouring seeds and from forks', () => {
    const pairs: [Float32Array, Float32Array][] = [
      [createGenerator(10).normals(20_000), createGenerator(11).normals(20_000)],
      [createGenerator(10).normals(20_000), createGenerator(10).fork('x').normals(20_000)],
    ];
    for (const [a, b] of pairs) {
      const correlation = a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length;
      expect(Math.abs(correlation)).toBeLessThan(0.03);
    }
  });

  it('takes the lowest 64 bits of any integer and refuses everything else', () => {
    expect(createGenerator(-1).seed).toBe(2n ** 64n - 1n);
    expect(createGenerator(2n ** 64n + 9n).nextUint32()).toBe(createGenerator(9).nextUint32());
    for (const seed of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      expect(() => createGenerator(seed)).toThrow(/seed must be an integer/);
    }
  });
});

function moments(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const central = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  const variance = central(2);
  return { mean, variance, skewness: central(3) / variance ** 1.5, kurtosis: central(4) / variance ** 2 };
}
