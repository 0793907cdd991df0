import { keptDataOf } from '#src/bot-kept-data.js';
import type { Tables } from '#src/bot-tables.js';
import type { KeptData } from '#src/core/kept-data.js';
import type { Database } from '#src/database/database.js';

/** As the bot's, where nobody asks to be forgotten. */
export function keptIn(tables: Tables, database: Database): readonly KeptData[] {
  const never = () => Promise.reject(new Error('nobody is forgotten here'));
  return keptDataOf(tables, {
    contestDays: 365,
    ledger: { cancel: never, recheckPet: never },
    queue: { forget: never },
    outbox: { forget: never },
    database,
    clock: { entriesChanged: never },
  });
}
