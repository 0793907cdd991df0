import { describe, expect, it } from 'vitest';
import {
  decodeInversion,
  encodeInversion,
  type Inversion,
  InversionFileError,
} from '#models/editing/inversion/inversion.js';
import { encodeSafetensors } from '#models/tensors/files/safetensors.js';

const SHAPE = [2, 3, 4] as const;
const numbers = (count: number) => Float32Array.from({ length: count }, (_, index) => Math.sin(index));
const inversion: Inversion = {
  kind: 'ddim',
  prompt: 'ein Hund im Schnee, 犬',
  steps: 2,
  latentShape: SHAPE,
  latents: numbers(3 * 24),
};

describe('an inversion as bytes', () => {
  it.each([
    ['of DDIM', inversion],
    ['with a null text', { ...inversion, nullText: { embeddings: numbers(10), guidanceScale: 7.5 } }],
    ['that is edit-friendly', { ...inversion, kind: 'edit-friendly', noises: numbers(2 * 24), seed: 2n ** 64n - 1n }],
  ] as [string, Inversion][])('%s comes back as it was', (_, original) => {
    expect(decodeInversion(encodeInversion(original), SHAPE)).toEqual(original);
  });

  it.each([
    ['no file', new Uint8Array(3)],
    ['another file', encodeSafetensors({ latents: { shape: [1], data: numbers(1) } }, { format: 'pt' })],
    ['another size', encodeInversion({ ...inversion, latentShape: [2, 4, 3] })],
    ['other steps', encodeInversion(inversion).map((byte, i, all) => (isStepsDigit(all, i) ? 0x33 : byte))],
    ['numbers that are none', encodeInversion({ ...inversion, latents: numbers(72).fill(Number.NaN, 5, 6) })],
    ['a prompt without end', encodeInversion({ ...inversion, prompt: 'dog '.repeat(2000) })],
    ['noises of no seed', encodeInversion({ ...inversion, kind: 'edit-friendly', noises: numbers(2 * 24) })],
    ['no noises', encodeInversion({ ...inversion, kind: 'edit-friendly' })],
  ])('is refused with %s', (_, bytes) => {
    expect(() => decodeInversion(bytes, SHAPE)).toThrow(InversionFileError);
  });
});

/** The 2 of `"steps":"2"` in the header. */
function isStepsDigit(bytes: Uint8Array, index: number): boolean {
  const before = new TextDecoder().decode(bytes.subarray(Math.max(0, index - 9), index));
  return before === '"steps":"';
}
