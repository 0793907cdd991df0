import { expect, test } from 'vitest';
import { decodeAction, encodeAction } from '#src/action.js';
import { jobIdOf } from '#src/dispatch.js';

test('a button comes back as the command that it stands for', () => {
  const button = { command: 'cancel', options: { job: 'w-a b&c=d' } } as const;
  expect(decodeAction(encodeAction(button))).toEqual(button);
  expect(decodeAction(encodeAction({ command: 'queue', options: {} }))).toEqual({ command: 'queue', options: {} });
});

test('the longest job id fits into a button of every platform', () => {
  const id = jobIdOf('telegram', 'x'.repeat(200));
  expect(encodeAction({ command: 'cancel', options: { job: id } }).length).toBeLessThanOrEqual(64);
  expect(() => encodeAction({ command: 'cancel', options: { job: 'x'.repeat(64) } })).toThrow('expected at most 64');
});

test('forged actions decode to something that dispatch can refuse', () => {
  for (const forged of ['', '?', '?job=1', 'cancel?', '%', 'cancel?%ff', '__proto__?__proto__=1', 'x'.repeat(10_000)]) {
    expect(() => decodeAction(forged)).not.toThrow();
  }
});

test('a job’s id is the event’s, of letters that the queue allows', () => {
  expect(jobIdOf('web', 'abc-1')).toBe('w-abc-1');
  expect(jobIdOf('discord', '123')).toBe('d-123');
  for (const event of ['a:b', '', 'ä', 'x'.repeat(50)]) expect(jobIdOf('web', event)).toMatch(/^w-[0-9a-f]{38}$/);
  expect(jobIdOf('web', 'a:b')).not.toBe(jobIdOf('web', 'a:c'));
});
