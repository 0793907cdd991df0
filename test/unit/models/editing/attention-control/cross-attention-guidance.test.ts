import { describe, expect, it } from 'vitest';
import { guidanceWeights, withoutReplacement } from '#models/editing/attention-control/cross-attention-guidance.js';

/** A token with a counterpart, a new one, one outside its window, and a new one that counts twice. */
const weights = {
  mapper: new Float32Array(16),
  sourceGain: Float32Array.of(1.5, 0, 0, 0),
  targetGain: Float32Array.of(0, 1, 1, 2),
  selfReplace: Float32Array.of(0),
};

describe('the weights of pix2pix-zero', () => {
  it('guide the tokens that Prompt-to-Prompt would replace, by their factors', () => {
    const { guided, sourceGain } = guidanceWeights(weights);
    expect([...guided]).toEqual([1, 0, 0, 0]);
    expect([...sourceGain]).toEqual([1.5, 0, 0, 0]);
  });

  it('leave the factors of all other tokens to the control, which replaces nothing', () => {
    const left = withoutReplacement(weights);
    expect([...left.sourceGain]).toEqual([0, 0, 0, 0]);
    expect([...left.targetGain]).toEqual([1, 1, 1, 2]);
    expect(left.mapper).toBe(weights.mapper);
  });
});
