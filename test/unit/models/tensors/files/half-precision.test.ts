import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from '#models/tensors/files/half-precision.js';

const ALL_BITS = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

describe('half precision', () => {
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ])('reads 0x%x as %d', (bits, value) => {
    expect(float16ToFloat32(Uint16Array.of(bits))[0]).toBe(value);
  });

  it('reads and writes all 65536 values without change, any NaN as a NaN', () => {
    const values = float16ToFloat32(ALL_BITS);
    const written = float32ToFloat16(values);
    const changed = ALL_BITS.filter((bits) => written[bits] !== bits && !Number.isNaN(values[bits]!));
    expect([...changed]).toEqual([]);
    expect(Number.isNaN(float16ToFloat32(float32ToFloat16(Float32Array.of(Number.NaN)))[0])).toBe(true);
  });

  it.each([
    ['a tie to the even neighbour below', 1 + 2 ** -11, 1],
    ['a tie to the even neighbour above', 1 + 3 * 2 ** -11, 1 + 2 ** -9],
    ['just above a tie upwards', 1 + 2 ** -11 + 2 ** -20, 1 + 2 ** -10],
    ['half of the smallest to zero', 2 ** -25, 0],
    ['more than half of the smallest to it', 1.5 * 2 ** -25, 2 ** -24],
    ['the largest subnormal tie into the normals', 1023.5 * 2 ** -24, 2 ** -14],
    ['65519 to the largest', 65519, 65504],
    ['65520 to infinity', 65520, Number.POSITIVE_INFINITY],
  ])('rounds %s', (_, value, expected) => {
    expect(float16ToFloat32(float32ToFloat16(Float32Array.of(value, -value)))).toEqual(
      Float32Array.of(expected, -expected),
    );
  });

  it('reads bfloat16 as the upper half of a float32', () => {
    expect([...bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc049, 0x7f80))]).toEqual([
      1,
      -3.140625,
      Number.POSITIVE_INFINITY,
    ]);
  });
});
