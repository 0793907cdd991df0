import { describe, expect, test } from 'vitest';
import { estimateMs, type MeanMs } from '#src/jobs/estimate.js';
import { Turns } from '#src/jobs/turns.js';

const sliceMs = 60_000;
const meanMs: MeanMs = (name) => ({ imagine: 3000, 'train-pet': 100_000 })[name as string];

function queueOf(...jobs: readonly ('imagine' | 'train-pet')[]) {
  const turns = new Turns({ sliceMs });
  for (const [index, name] of jobs.entries()) turns.add({ id: `j${index}`, name, person: `p${index}` }, 0);
  return turns;
}

describe('the time until a job is done', () => {
  test('is its own and that of those before it', () => {
    const turns = queueOf('imagine', 'imagine', 'imagine');
    expect(estimateMs(turns, 'j0', meanMs, 0)).toBe(3000);
    expect(estimateMs(turns, 'j2', meanMs, 0)).toBe(9000);
    turns.start('j0', 0);
    expect(estimateMs(turns, 'j0', meanMs, 1000)).toBe(2000);
    expect(estimateMs(turns, 'j2', meanMs, 1000)).toBe(8000);
  });

  test('holds for a picture no more than the rest of the slice of a training, for a training all of it', () => {
    const turns = queueOf('train-pet', 'imagine', 'train-pet');
    turns.start('j0', 0);
    expect(estimateMs(turns, 'j1', meanMs, 20_000)).toBe(40_000 + 3000);
    expect(estimateMs(turns, 'j2', meanMs, 20_000)).toBe(80_000 + 3000 + 100_000);
    expect(estimateMs(turns, 'j1', meanMs, 90_000)).toBe(3000);
    turns.handBack('j0', 90_000);
    expect(estimateMs(turns, 'j0', meanMs, 90_000)).toBe(3000 + 10_000);
  });

  test('is shared by as many workers as are at work', () => {
    const turns = queueOf('imagine', 'imagine', 'imagine', 'imagine');
    turns.start('j0', 0);
    turns.start('j1', 0);
    expect(estimateMs(turns, 'j3', meanMs, 0)).toBe((3000 + 3000 + 3000) / 2 + 3000);
  });

  test('is not told where it was never measured, nor of a job that has ended', () => {
    const turns = queueOf('imagine', 'train-pet');
    const onlyPictures: MeanMs = (name) => (name === 'imagine' ? 3000 : undefined);
    expect(estimateMs(turns, 'j0', onlyPictures, 0)).toBe(3000);
    expect(estimateMs(turns, 'j1', onlyPictures, 0)).toBeUndefined();
    turns.start('j1', 0);
    expect(estimateMs(turns, 'j0', onlyPictures, 0)).toBeUndefined();
    turns.end('j0', 0);
    expect(estimateMs(turns, 'j0', meanMs, 0)).toBeUndefined();
  });
});
