import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { BlobKey } from '#src/core/blob-key.js';

/**
 * Which stored files rows name, kept by triggers of the migrations in the transaction that changes the row. `id` is that of the row.
 * `waiting` and `done` jobs name files in what they were given, `result`s in what came of them.
 */
export const blobUses = pgTable(
  'blob_uses',
  {
    blob: text('blob').$type<BlobKey>().notNull(),
    kind: text('kind').$type<'pet' | 'draft' | 'question' | 'export' | 'waiting' | 'done' | 'result'>().notNull(),
    id: text('id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.blob, table.kind, table.id] }),
    index('blob_uses_user').on(table.kind, table.id),
  ],
);
