import { describe, expect, test } from 'vitest';
import { maskedFeatureDistance, maskedPsnr, maskedSsim } from '#models/evaluation/masked-similarity.js';
import { createGenerator } from '#models/tensors/random.js';

const width = 24;
const height = 16;
const everywhere = new Uint8Array(width * height).fill(1);

function noise(seed: number): Uint8Array {
  const generator = createGenerator(seed);
  return Uint8Array.from({ length: width * height * 3 }, () => generator.integer(256));
}

describe('maskedPsnr', () => {
  test('is 10·log10(255²/error) for a constant error', () => {
    const one = new Uint8Array(width * height * 3).fill(100);
    const other = one.map((value) => value + 10);
    expect(maskedPsnr({ one, other, width, height, counted: everywhere })).toBeCloseTo(28.1308, 4);
  });

  test('is 100 for equal pictures', () => {
    const one = noise(1);
    expect(maskedPsnr({ one, other: one, width, height, counted: everywhere })).toBe(100);
  });

  test('does not see what the mask leaves out', () => {
    const one = noise(1);
    const other = one.slice();
    other.fill(0, 0, 3 * width);
    const counted = everywhere.slice().fill(0, 0, width);
    expect(maskedPsnr({ one, other, width, height, counted })).toBe(100);
    expect(maskedPsnr({ one, other, width, height, counted: everywhere })).toBeLessThan(20);
  });

  test('is no number where nothing counts', () => {
    const counted = new Uint8Array(width * height);
    expect(maskedPsnr({ one: noise(1), other: noise(2), width, height, counted })).toBeNaN();
  });
});

describe('maskedSsim', () => {
  test('is 1 for equal pictures, and near 0 for unrelated noise', () => {
    const one = noise(1);
    expect(maskedSsim({ one, other: one, width, height, counted: everywhere })).toBeCloseTo(1, 12);
    expect(Math.abs(maskedSsim({ one, other: noise(2), width, height, counted: everywhere }))).toBeLessThan(0.1);
  });

  test('of two flat pictures is the term for brightness alone', () => {
    const one = new Uint8Array(width * height * 3).fill(100);
    const other = new Uint8Array(width * height * 3).fill(120);
    const expected = (2 * 100 * 120 + 6.5025) / (100 ** 2 + 120 ** 2 + 6.5025);
    expect(maskedSsim({ one, other, width, height, counted: everywhere })).toBeCloseTo(expected, 10);
  });

  test('counts only places inside the mask', () => {
    const one = noise(1);
    const other = one.slice();
    other.set(noise(2).subarray(0, 3 * width * 2));
    // Beyond the reach of the window, nothing has changed.
    const counted = everywhere.slice().fill(0, 0, width * 7);
    expect(maskedSsim({ one, other, width, height, counted })).toBeCloseTo(1, 12);
  });
});

describe('maskedFeatureDistance', () => {
  const map = (values: number[]) => ({ values: Float32Array.from(values), height: 1, width: 2, channels: 2 });
  const size = { width: 4, height: 2 };

  test('compares directions, not lengths', () => {
    const counted = new Uint8Array(8).fill(1);
    expect(maskedFeatureDistance([map([1, 0, 0, 1])], [map([5, 0, 0, 2])], { ...size, counted })).toBeCloseTo(0, 6);
    expect(maskedFeatureDistance([map([1, 0, 0, 1])], [map([0, 1, 0, 1])], { ...size, counted })).toBeCloseTo(1, 6);
    expect(maskedFeatureDistance([map([1, 0, 0, 1])], [map([-1, 0, 0, -1])], { ...size, counted })).toBeCloseTo(4, 6);
  });

  test('counts a place only where all its pixels count', () => {
    const counted = Uint8Array.from([1, 0, 1, 1, 1, 1, 1, 1]);
    expect(maskedFeatureDistance([map([1, 0, 0, 1])], [map([0, 1, 0, 1])], { ...size, counted })).toBeCloseTo(0, 6);
  });

  test('passes over a layer too coarse for the mask, and is no number where all are', () => {
    const counted = Uint8Array.from([1, 0, 0, 1, 1, 1, 1, 1]);
    const fine = { values: Float32Array.from([1, 0, 1, 0, 1, 0, 1, 0]), height: 1, width: 4, channels: 2 };
    const [coarse] = [map([1, 0, 0, 1])];
    const distance = maskedFeatureDistance([coarse, fine], [map([0, 1, 1, 0]), fine], { ...size, counted });
    expect(distance).toBeCloseTo(0, 6);
    expect(maskedFeatureDistance([coarse], [coarse], { ...size, counted })).toBeNaN();
  });
});
