import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { BlobKey } from '#src/core/blob-key.js';
import type { PlatformName } from '#src/core/place.js';
import { at } from './columns.js';

/** What rows may need a stored file for. */
export type BlobUse =
  | 'pet'
  | 'draft'
  | 'question'
  | 'export'
  | 'waiting'
  | 'done'
  | 'result'
  | 'entry'
  | 'sheet'
  | 'note';

/**
 * Stored files, and which rows name them, kept by triggers of the migrations in the transaction that changes the row. `id` is that of
 * the row. `waiting` and `done` jobs name files in what they were given, `result`s in what came of them.
 *
 * Each file has a row of the kind `stored` besides, whose `id` is empty: it is there before the bytes, and goes after them.
 */
export const blobUses = pgTable(
  'blob_uses',
  {
    blob: text('blob').$type<BlobKey>().notNull(),
    kind: text('kind').$type<BlobUse | 'stored'>().notNull(),
    id: text('id').notNull(),
    /** Of `stored` ones. */
    byteLength: bigint('byte_length', { mode: 'number' }),
    /** Of `stored` ones: when the bytes were last stored, or wanted again. */
    lastUsedAt: timestamp('last_used_at', { withTimezone: true, mode: 'date', precision: 3 }),
  },
  (table) => [
    primaryKey({ columns: [table.blob, table.kind, table.id] }),
    index('blob_uses_user').on(table.kind, table.id),
    check('blob_uses_stored', sql`("kind" = 'stored') = ("byte_length" IS NOT NULL AND "last_used_at" IS NOT NULL)`),
  ],
);

/** What platforms have noted: messages by key, updates under way, open drafts, conversations. */
export const platformNotes = pgTable(
  'platform_notes',
  {
    platform: text('platform').$type<PlatformName>().notNull(),
    kind: text('kind').notNull(),
    key: text('key').notNull(),
    /** The platform's id of whom it is about; null where it is about nobody. */
    personId: text('person_id'),
    notedAt: at('noted_at').notNull(),
    /** JSON as text: what people write may hold what Postgres takes in no JSON of its own. */
    value: text('value').notNull(),
    /** A stored file that it needs. */
    blob: text('blob').$type<BlobKey>(),
  },
  (table) => [
    primaryKey({ columns: [table.platform, table.kind, table.key] }),
    index('platform_notes_person').on(table.platform, table.personId, table.kind),
  ],
);
