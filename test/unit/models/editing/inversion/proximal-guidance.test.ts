import { describe, expect, it } from 'vitest';
import { guideProximally, pullToInversion } from '#models/editing/inversion/proximal-guidance.js';

describe('proximal guidance', () => {
  it('guides only where the difference is large', () => {
    const unconditional = new Float32Array(5).fill(1);
    const conditional = Float32Array.from([1, 1.1, 0.8, 3, -2]);
    const { noise, isLarge } = guideProximally(unconditional, conditional, 2, { quantile: 0.5 });
    expect([...isLarge]).toEqual([0, 0, 0, 1, 1]); // above the median 0.2
    expect([...noise]).toEqual([1, 1, 1, 5, -5]);
  });

  it('pulls latents back where no neighbour in the same channel was large', () => {
    const isLarge = new Uint8Array(3 * 4 * 2);
    isLarge[(0 * 4 + 0) * 2 + 1] = 1; // top left, second channel
    const pulled = pullToInversion(new Float32Array(24).fill(2), new Float32Array(24), isLarge, [3, 4, 2], {
      pullRate: 0.5,
    });
    expect([...pulled].filter((_, index) => index % 2 === 0)).toEqual(Array(12).fill(1));
    expect([...pulled].filter((_, index) => index % 2 === 1)).toEqual([2, 2, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1]);
  });
});
