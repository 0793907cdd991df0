import type { KeptData } from '#src/core/kept-data.js';
import type { Outbox } from './outbox.js';
import type { OutboxTable } from './outbox-table.js';
import { resultKinds } from './result-posts.js';

export interface KeptOutboxOptions {
  readonly posts: OutboxTable;
  readonly outbox: Pick<Outbox, 'forget'>;
}

/** What is on its way to people. Results wait for as long as their jobs do. */
export function keptOutbox({ posts, outbox }: KeptOutboxOptions): KeptData {
  return {
    name: 'outbox',
    everythingOf: async (person) => ({ rows: await posts.everythingOf(person) }),
    async forget(person) {
      await outbox.forget(person);
      return [];
    },
    sweep: async (_, before) => ({ removed: { posts: await posts.removeBefore(before, resultKinds) } }),
  };
}
