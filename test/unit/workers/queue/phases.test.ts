import { expect, test } from 'vitest';
import { type Phase, Phases, phaseOf } from '#workers/queue/phases.js';

test('a job is prepared until something is told of it, and each phase takes until the next one', () => {
  let now = 0;
  const ended: [Phase, number][] = [];
  const phases = new Phases(
    (...phase) => ended.push(phase),
    () => now,
  );
  for (const [at, step] of [
    [5, 0],
    [7, 1],
    [9, 2],
  ] as const) {
    now = at;
    phases.enter(phaseOf('edit', { phase: step === 2 ? 'editing' : 'inversion', step, steps: 2 }));
  }
  now = 12;
  phases.end();
  expect(ended).toEqual([
    ['preparing', 5],
    ['inversion', 4],
    ['editing', 3],
  ]);
});

test('a training prepares as long as it draws others of the kind', () => {
  expect(phaseOf('train-pet', { step: 0, steps: 9, classPictures: { done: 1, total: 2 } })).toBe('preparing');
  expect(phaseOf('train-pet', { step: 1, steps: 9 })).toBe('learning');
  expect(phaseOf('imagine', { step: 1, steps: 9 })).toBe('drawing');
  expect(phaseOf('upscale', { fraction: 0.5 })).toBe('drawing');
});
