import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { MessageReference } from '#src/core/place.js';
import { MessageEdits } from '#src/platforms/discord/message-edits.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { waitFor } from '#test/helpers/wait-for.js';

const reference: MessageReference = { place: { platform: 'discord', channel: '1' }, message: '2' };
const status = (text: string): OutgoingMessage => ({ kind: 'status', text, progress: 0.5 });
const result = (text: string): OutgoingMessage => ({ kind: 'result', text });

function createEdits({ takesMs = 0, intervalMs = 50, fails = (_: string): boolean => false } = {}) {
  const begun: string[] = [];
  const written: string[] = [];
  const failures: unknown[] = [];
  let running = 0;
  const edits = new MessageEdits({
    intervalMs,
    onFailure: (error) => failures.push(error),
    async edit(_, { text }) {
      expect(++running, 'one at a time').toBe(1);
      begun.push(text);
      await sleep(takesMs);
      running -= 1;
      if (fails(text)) throw new Error(text);
      written.push(text);
    },
  });
  return { edits, begun, written, failures };
}

test('of states that come faster than they may be written the newest is', async () => {
  const { edits, written } = createEdits();
  for (const text of ['a', 'b', 'c']) await edits.edit(reference, status(text));
  await waitFor('the first', () => written.length === 1);
  for (const text of ['d', 'e']) await edits.edit(reference, status(text));
  await waitFor('the second', () => written.length === 2);
  expect(written).toEqual(['c', 'e']);
});

test('states do not queue up behind a slow edit', async () => {
  const { edits, written } = createEdits({ takesMs: 300, intervalMs: 1 });
  for (let step = 0; step < 10; step++) {
    await edits.edit(reference, status(String(step)));
    await sleep(1);
  }
  await waitFor('the last', () => written.at(-1) === '9');
  expect(written.length).toBeLessThan(6);
});

test('the last word waits for no turn, and no state comes after it', async () => {
  const { edits, begun, written } = createEdits({ takesMs: 30, intervalMs: 5000 });
  await edits.edit(reference, status('a'));
  await waitFor('the first', () => begun.length === 1);
  await edits.edit(reference, status('b'));
  const started = Date.now();
  await edits.edit(reference, result('done'));
  expect(Date.now() - started).toBeLessThan(2000);
  await sleep(100);
  expect(written).toEqual(['a', 'done']);
});

test('a state that fails stops nothing; a last word that fails says so', async () => {
  const { edits, written, failures } = createEdits({ fails: (text) => text.startsWith('bad') });
  await edits.edit(reference, status('bad state'));
  await waitFor('the failure', () => failures.length === 1);
  await expect(edits.edit(reference, result('bad word'))).rejects.toThrow('bad word');
  await edits.edit(reference, result('good word'));
  expect(written).toEqual(['good word']);
});

test('stopping drops what waits and finishes what is on its way', async () => {
  const { edits, begun, written } = createEdits({ takesMs: 40 });
  await edits.edit(reference, status('a'));
  await waitFor('the first', () => begun.length === 1);
  await edits.edit(reference, status('b'));
  await edits.stop();
  await sleep(100);
  expect(written).toEqual(['a']);
});
