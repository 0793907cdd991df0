import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PacedEdits } from '#src/core/paced-edits.js';
import { waitFor } from '#test/helpers/wait-for.js';

const message = 'the message';

interface State {
  readonly text: string;
}

function createEdits({
  takesMs = 0,
  intervalMs = 50,
  fails = (_: string): boolean => false,
  turn = Promise.resolve(),
} = {}) {
  const begun: string[] = [];
  const written: string[] = [];
  const failures: unknown[] = [];
  let running = 0;
  const write = async (text: string) => {
    expect(++running, 'one at a time').toBe(1);
    begun.push(text);
    await sleep(takesMs);
    running -= 1;
    if (fails(text)) throw new Error(text);
    written.push(text);
  };
  const edits = new PacedEdits<string, State>({
    keyOf: (name) => name,
    intervalMs: () => intervalMs,
    onFailure: (error) => failures.push(error),
    async edit(_, take) {
      await turn;
      const state = take();
      if (state) await write(state.text);
    },
  });
  const show = (text: string) => edits.show(message, { text });
  const conclude = (text: string) => edits.conclude(message, () => write(text));
  return { edits, show, conclude, begun, written, failures };
}

test('of states that come faster than they may be written the newest is', async () => {
  const { show, written } = createEdits();
  for (const text of ['a', 'b', 'c']) show(text);
  await waitFor('the first', () => written.length === 1);
  for (const text of ['d', 'e']) show(text);
  await waitFor('the second', () => written.length === 2);
  expect(written).toEqual(['c', 'e']);
});

test('states do not queue up behind a slow edit', async () => {
  const { show, written } = createEdits({ takesMs: 300, intervalMs: 1 });
  for (let step = 0; step < 10; step++) {
    show(String(step));
    await sleep(1);
  }
  await waitFor('the last', () => written.at(-1) === '9');
  expect(written.length).toBeLessThan(6);
});

test('the last word waits for no turn, and no state comes after it', async () => {
  const { show, conclude, begun, written } = createEdits({ takesMs: 30, intervalMs: 5000 });
  show('a');
  await waitFor('the first', () => begun.length === 1);
  show('b');
  const started = Date.now();
  await conclude('done');
  expect(Date.now() - started).toBeLessThan(2000);
  await sleep(100);
  expect(written).toEqual(['a', 'done']);
});

test('a state that fails stops nothing; a last word that fails says so', async () => {
  const { show, conclude, written, failures } = createEdits({ fails: (text) => text.startsWith('bad') });
  show('bad state');
  await waitFor('the failure', () => failures.length === 1);
  await expect(conclude('bad word')).rejects.toThrow('bad word');
  await conclude('good word');
  expect(written).toEqual(['good word']);
});

test('stopping drops what waits and finishes what is on its way', async () => {
  const { edits, show, begun, written } = createEdits({ takesMs: 40 });
  show('a');
  await waitFor('the first', () => begun.length === 1);
  show('b');
  await edits.stop();
  await sleep(100);
  expect(written).toEqual(['a']);
});

test('a state that has waited for its turn is what is newest by then', async () => {
  let begin = () => {};
  const { show, written } = createEdits({
    turn: new Promise((resolve) => {
      begin = resolve;
    }),
  });
  show('a');
  await sleep(20);
  show('b');
  begin();
  await waitFor('the edit', () => written.length === 1);
  await sleep(100);
  expect(written).toEqual(['b']);
});

test('a message that was just posted is left alone for a moment', async () => {
  const { edits, show, written } = createEdits({ intervalMs: 100_000 });
  edits.notePosted(message);
  show('a');
  edits.show('another', { text: 'b' });
  await waitFor('the other', () => written.length === 1);
  await sleep(50);
  expect(written).toEqual(['b']);
  await edits.stop();
});

test('where states are dropped none comes after those on their way, until a new one is shown', async () => {
  const { edits, show, begun, written } = createEdits({ takesMs: 30, intervalMs: 1 });
  show('a');
  await waitFor('the first', () => begun.length === 1);
  show('b');
  await edits.drop(message);
  await sleep(50);
  expect(written).toEqual(['a']);
  show('c');
  await waitFor('the new one', () => written.length === 2);
  expect(written).toEqual(['a', 'c']);
});

test('once it is stopped no state is shown', async () => {
  const { edits, show, written } = createEdits({ intervalMs: 1 });
  await edits.stop();
  show('a');
  await sleep(50);
  expect(written).toEqual([]);
});
