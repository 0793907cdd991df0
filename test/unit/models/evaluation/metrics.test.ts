import { describe, expect, it } from 'vitest';
import { clipDirection } from '#models/evaluation/clip-direction.js';
import { changedShare, decibels, psnr } from '#models/evaluation/psnr.js';

const picture = (...rgb: number[]) => ({ width: rgb.length / 3, height: 1, rgb: Uint8Array.from(rgb) });

describe('psnr', () => {
  it('is 10·log₁₀(255² / mean squared error)', () => {
    expect(psnr(picture(0, 0, 0), picture(255, 255, 255))).toBeCloseTo(0);
    expect(psnr(picture(10, 20, 30), picture(13, 16, 30))).toBeCloseTo(10 * Math.log10((255 ** 2 * 3) / 25));
  });

  it('is of the same error the same in bytes and in numbers from −1 to 1', () => {
    expect(decibels(5 ** 2, 255)).toBeCloseTo(decibels((5 / 127.5) ** 2, 2), 10);
  });

  it('is 100 for equal pictures, and refuses sizes that differ', () => {
    expect(psnr(picture(1, 2, 3), picture(1, 2, 3))).toBe(100);
    expect(() => psnr(picture(1, 2, 3), picture(1, 2, 3, 4, 5, 6))).toThrow(RangeError);
  });
});

describe('changedShare', () => {
  it('counts pixels of which one channel changed visibly', () => {
    expect(changedShare(picture(0, 0, 0, 0, 0, 0), picture(0, 24, 0, 23, 23, 23))).toBe(0.5);
  });
});

describe('clipDirection', () => {
  const point = (...values: number[]) => Float32Array.from(values);

  it('is 1 where the picture changed as its words did, −1 where it changed the other way', () => {
    const texts = [point(1, 0), point(0, 5)] as const;
    expect(clipDirection([point(3, 0), point(0, 1)], texts)).toBeCloseTo(1);
    expect(clipDirection([point(0, 1), point(3, 0)], texts)).toBeCloseTo(-1);
  });

  it('is 0 where nothing changed', () => {
    const same = [point(1, 1), point(1, 1)] as const;
    expect(clipDirection(same, [point(1, 0), point(0, 1)])).toBe(0);
  });
});
