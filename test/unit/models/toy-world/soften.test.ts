import { describe, expect, it } from 'vitest';
import { soften } from '#models/toy-world/soften.js';

describe('soften', () => {
  it('leaves a flat picture as it is', () => {
    const flat = new Uint8Array(8 * 8 * 3).fill(137);
    expect(soften(flat, 8, 0.7)).toEqual(flat);
  });

  it('spreads a dot evenly to all four sides, channel by channel, and keeps its sum', () => {
    const picture = new Uint8Array(9 * 9 * 3);
    picture[(4 * 9 + 4) * 3 + 1] = 255;
    const soft = soften(picture, 9, 0.7);
    const green = (x: number, y: number) => soft[(y * 9 + x) * 3 + 1]!;
    expect(green(3, 4)).toBeGreaterThan(20);
    expect([green(5, 4), green(4, 3), green(4, 5)]).toEqual([green(3, 4), green(3, 4), green(3, 4)]);
    const sum = (channel: number) => soft.reduce((total, value, i) => total + (i % 3 === channel ? value : 0), 0);
    expect([sum(0), sum(2)]).toEqual([0, 0]);
    expect(Math.abs(sum(1) - 255)).toBeLessThan(6);
  });
});
