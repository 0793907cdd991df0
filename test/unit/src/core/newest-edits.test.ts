import { expect, test } from 'vitest';
import { NewestEdits } from '#src/core/newest-edits.js';

/** Edits that end when the test says so, and what was made, in order. */
function play() {
  const edits = new NewestEdits<string>();
  const made: string[] = [];
  const ends: (() => void)[] = [];
  const make = (order: number, name = String(order), message = 'm') =>
    edits.make(message, order, () => {
      made.push(name);
      return new Promise((resolve) => ends.push(() => resolve(name)));
    });
  const soon = () => new Promise(setImmediate);
  return { make, made, ends, soon };
}

test('one edit of a message is made at a time, and of those that wait only the newest', async () => {
  const { make, made, ends, soon } = play();
  const outcomes = [make(1), make(2), make(3), make(4)];
  await soon();
  // All four came in one moment, so only the last was made.
  expect(made).toEqual(['4']);
  const [later, latest] = [make(5), make(6)];
  await soon();
  expect(made).toEqual(['4']);
  ends.shift()!();
  await soon();
  expect(made).toEqual(['4', '6']);
  ends.shift()!();
  expect(await Promise.all([...outcomes, later, latest])).toEqual(['4', '4', '4', '4', '6', '6']);
});

test('an older edit that comes late is left out, whether the newer one waits, is made, or is done', async () => {
  const { make, made, ends, soon } = play();
  const waiting = [make(5), make(4)];
  await soon();
  const beside = make(3);
  ends.shift()!();
  expect(await Promise.all([...waiting, beside])).toEqual(['5', '5', '5']);
  expect(await make(2)).toBe('5');
  expect(made).toEqual(['5']);
});

test('other messages do not wait, and a failed edit keeps no later one', async () => {
  const edits = new NewestEdits<string>();
  const failing = edits.make('m', 1, () => Promise.reject(new Error('no')));
  expect(await edits.make('other', 2, async () => 'other')).toBe('other');
  await expect(failing).rejects.toThrow('no');
  expect(await edits.make('m', 3, async () => 'again')).toBe('again');
});
