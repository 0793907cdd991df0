import { expect, test } from 'vitest';
import { UserError } from '#src/core/errors.js';
import { Delivery, type DeliveryOptions } from '#src/delivery/delivery.js';
import { stoppedFor } from '#src/delivery/tellings.js';
import type { JobRecord } from '#src/jobs/job-record.js';
import { Turns } from '#src/jobs/turns.js';
import { createLog } from '#src/operations/log.js';
import { waitFor } from '#test/helpers/wait-for.js';

const record = {
  id: 'w-1',
  name: 'train-pet',
  title: 'Biscuit',
  state: 'queued',
  person: { platform: 'web', id: 'anna', name: 'Anna' },
  place: { platform: 'web', channel: 'anna' },
} as unknown as JobRecord;
const banned = new UserError('banned');

test('a job that a worker hands back is looked at again: whoever asked may not be permitted it any more', async () => {
  const rechecked: string[] = [];
  const delivery = new Delivery({
    records: { get: async () => record },
    turns: new Turns({ sliceMs: 1000 }),
    platforms: new Map(),
    outbox: { register: () => {} },
    recheck: async ({ id }: JobRecord) => void rechecked.push(id),
    log: createLog({ level: 'silent', name: 'test' }),
  } as unknown as DeliveryOptions);
  delivery.onHandedBack('w-1');
  await waitFor('the look', () => rechecked.length > 0);
  expect(rechecked).toEqual(['w-1']);
  await delivery.stop();
});

test('what is not permitted any more was stopped, unless it came true before', () => {
  expect(stoppedFor(record, banned)).toEqual({
    kind: 'user',
    text: {
      key: 'delivery.cancelled',
      params: { title: { key: 'delivery.learningTitle', params: { pet: 'Biscuit' } } },
    },
    details: [banned.text],
  });
  const learnt = { ...record, outcome: { kind: 'completed', result: {} } } as JobRecord;
  expect(stoppedFor(learnt, banned)).toEqual({ kind: 'user', text: banned.text, details: [] });
});
