import { expect, test } from 'vitest';
import { progressBar } from '#src/core/progress-bar.js';

test.each([
  [0, '░░░░░░░░░░', 0],
  [0.449, '▓▓▓▓░░░░░░', 44],
  [0.999, '▓▓▓▓▓▓▓▓▓▓', 99],
  [1, '▓▓▓▓▓▓▓▓▓▓', 100],
])('a share of %f is a bar of ten blocks, and per cent that are full only at the end', (fraction, bar, percent) => {
  expect(progressBar(fraction)).toEqual({ bar, percent });
});
