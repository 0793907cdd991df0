import { expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { askerTagOf, decodeAction, encodeAction } from '#src/core/action.js';
import type { Button } from '#src/core/reply.js';
import { createFuzz, type Fuzz } from '#test/helpers/fuzz.js';

const seed = Number(process.env.TEST_SEED ?? 5);
const asker = { platform: 'web', id: 'anna', name: 'Anna' } as const;

/** What dispatch does with an action before it runs anything: a known command, only options that it has, and the presser's own. */
function verdictOf(action: string): 'accepted' | 'refused' {
  const { command, options, asker: owner } = decodeAction(action);
  if (owner !== undefined && owner !== askerTagOf(asker)) return 'refused';
  const declared = commands.find(({ name }) => name === command);
  if (!declared) return 'refused';
  return Object.keys(options).every((name) => Object.hasOwn(declared.options, name)) ? 'accepted' : 'refused';
}

function buttonOf(fuzz: Fuzz): Pick<Button, 'for' | 'command' | 'options'> {
  const job = `${fuzz.pick(['d', 't', 'w'])}-${fuzz.text(12).replace(/[^\w-]/g, '') || '1'}`;
  return fuzz.pick<Pick<Button, 'for' | 'command' | 'options'>>([
    { for: 'everybody', command: 'again', options: { job } },
    { for: 'asker', command: 'cancel', options: { job } },
    { for: 'everybody', command: 'imagine', options: { count: 1 + fuzz.integer(4), seed: fuzz.integer(2 ** 31) } },
    { for: 'asker', command: 'queue', options: {} },
  ]);
}

const spoilers: readonly ((action: string, fuzz: Fuzz) => string)[] = [
  (action, fuzz) => `${fuzz.pick(['x', ' ', '/', '?', '🐶', 'draft:go:'])}${action}`,
  (action) => action.toUpperCase(),
  (action, fuzz) =>
    `${action}${action.includes('?') ? '&' : '?'}${fuzz.pick(['admin', '__proto__', 'constructor', '%F0%9F%90%B6'])}=1`,
  (action) => action.slice(action.indexOf('?')),
  (action) => action.replace(/^[a-z]+/, '__proto__'),
];

test('5 000 buttons come back as they were made', () => {
  const fuzz = createFuzz(seed);
  for (let count = 0; count < 5000; count++) {
    const button = buttonOf(fuzz);
    const { command, options } = button;
    const action = encodeAction(button, asker);
    const written = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)]));
    const owner = button.for === 'asker' ? { asker: askerTagOf(asker) } : {};
    expect(decodeAction(action)).toEqual({ command, options: written, ...owner });
    expect(verdictOf(action)).toBe('accepted');
  }
});

test('3 000 spoilt ones are refused', () => {
  const fuzz = createFuzz(seed + 1);
  for (let count = 0; count < 3000; count++) {
    const button = buttonOf(fuzz);
    const action = encodeAction(button, asker);
    // Without options the fourth would leave the last letter, a name of its own.
    const spoilt = fuzz.pick(action.includes('?') ? spoilers : spoilers.slice(0, 3))(action, fuzz);
    expect(verdictOf(spoilt), spoilt).toBe('refused');
  }
});

test('2 000 actions of anything decode to names and words, and none to a prototype', () => {
  const fuzz = createFuzz(seed + 2);
  for (let count = 0; count < 2000; count++) {
    const action = fuzz.pick(['', 'cancel?', 'again?job=', '__proto__?__proto__=', '%', '?']) + fuzz.text();
    const { command, options } = decodeAction(action);
    expect(typeof command).toBe('string');
    for (const value of Object.values(options)) expect(typeof value).toBe('string');
    expect(({} as Record<string, unknown>)[fuzz.pick(['1', 'job'])]).toBeUndefined();
  }
});
