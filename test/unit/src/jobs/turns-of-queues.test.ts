import { expect, test } from 'vitest';
import { TurnsOfQueues } from '#src/jobs/turns-of-queues.js';

test('jobs that need another checkpoint take turns among themselves, and everybody’s limits count them all', () => {
  const turns = new TurnsOfQueues({ sliceMs: 1000, checkpoint: 'usual' });
  const add = (id: string, person: string, checkpoint?: string) =>
    turns.add({ id, name: 'imagine', person, ...(checkpoint && { needs: { contract: 1, checkpoint } }) }, 0);
  for (const number of [1, 2, 3]) add(`a${number}`, 'anna', 'usual');
  for (const number of [1, 2, 3]) add(`o${number}`, 'anna', 'other');
  for (const number of [1, 2, 3]) turns.start(`a${number}`, number);
  // The others' round is still the first: whoever comes new goes before the second of those who wait.
  expect(add('o4', 'ben', 'other')).toBe(1);
  expect(['o1', 'o4', 'o2', 'o3'].map((id) => turns.positionOf(id))).toEqual([1, 2, 3, 4]);
  expect(add('a4', 'ben')).toBe(3);
  expect(turns.positionOf('a4')).toBe(4);
  expect(turns.next(2).map(({ id }) => id)).toEqual(['a4', 'o1', 'o4']);
  expect([turns.count, turns.countOf('anna'), turns.countOf('ben')]).toEqual([8, 6, 2]);
  turns.end('o1', 5);
  turns.end('o1', 5);
  expect([turns.count, turns.countOf('anna'), turns.positionOf('o2')]).toEqual([7, 5, 2]);
  expect(turns.get('o1')).toBeUndefined();
});
