import { expect, test } from 'vitest';
import { jobIdOf } from '#src/command/asked.js';
import { askerTagOf, decodeAction, encodeAction, maxActionBytes } from '#src/core/action.js';

const anna = { platform: 'discord', id: '9223372036854775807', name: 'Anna' } as const;

test('a button comes back as the command that it stands for', () => {
  const call = { command: 'cancel', options: { job: 'w-a b&c=d~e' } } as const;
  expect(decodeAction(encodeAction({ for: 'everybody', ...call }, anna))).toEqual(call);
  const plain = { for: 'everybody', command: 'queue', options: {} } as const;
  expect(decodeAction(encodeAction(plain, anna))).toEqual({ command: 'queue', options: {} });
});

test('a button of one person comes back with whose it is', () => {
  const call = { command: 'cancel', options: { job: 'w-a b&c=d~e' } } as const;
  const action = encodeAction({ for: 'asker', ...call }, anna);
  expect(decodeAction(action)).toEqual({ ...call, asker: askerTagOf(anna) });
  expect(askerTagOf(anna)).not.toBe(askerTagOf({ ...anna, id: '9223372036854775806' }));
  expect(askerTagOf(anna)).not.toBe(askerTagOf({ ...anna, platform: 'telegram' }));
});

test('the longest job id fits into a button of every platform, with whose it is', () => {
  const id = jobIdOf('telegram', 'x'.repeat(200));
  const cancel = (job: string) => encodeAction({ for: 'asker', command: 'cancel', options: { job } }, anna);
  expect(cancel(id).length).toBeLessThanOrEqual(maxActionBytes);
  expect(() => cancel('x'.repeat(64))).toThrow('expected at most 64');
});

test('forged actions decode to something that dispatch can refuse', () => {
  for (const forged of [
    '',
    '?',
    '~',
    '~?',
    'cancel~~',
    '?job=1',
    'cancel?',
    '%',
    'cancel?%ff',
    '__proto__?__proto__=1',
    'x'.repeat(10_000),
  ]) {
    expect(() => decodeAction(forged)).not.toThrow();
  }
});

test('a job’s id is the event’s, of letters that the queue allows', () => {
  expect(jobIdOf('web', 'abc-1')).toBe('w-abc-1');
  expect(jobIdOf('discord', '123')).toBe('d-123');
  for (const event of ['a:b', '', 'ä', 'x'.repeat(50)]) expect(jobIdOf('web', event)).toMatch(/^w-[0-9a-f]{38}$/);
  expect(jobIdOf('web', 'a:b')).not.toBe(jobIdOf('web', 'a:c'));
});
