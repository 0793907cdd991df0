import { keptDataOf } from '#src/bot-kept-data.js';
import type { Tables } from '#src/bot-tables.js';
import type { KeptData } from '#src/core/kept-data.js';

/** As the bot's, where nobody asks to be forgotten. */
export function keptIn(tables: Tables): readonly KeptData[] {
  const never = () => Promise.reject(new Error('nobody is forgotten here'));
  return keptDataOf(tables, {
    ledger: { cancel: never, recheckPet: never },
    queue: { forget: never },
    outbox: { forget: never },
  });
}
