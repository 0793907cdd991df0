import { boolean, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Person } from '#src/core/place.js';
import type { JudgedPhoto, SetDoubt } from '#src/photos/coach/doubts.js';
import { at } from '../database/columns.js';

/** Trainings that wait until the person has said what to do about doubtful photos. */
export const trainingDrafts = pgTable(
  'training_drafts',
  {
    id: text('id').primaryKey(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    name: text('name').notNull(),
    /** The name as compared, as with pets. */
    nameKey: text('name_key').notNull(),
    /** Class noun in English. */
    kind: text('kind').notNull(),
    photos: jsonb('photos').$type<readonly JudgedPhoto[]>().notNull(),
    /** What is doubtful about the photos together. */
    setDoubts: jsonb('set_doubts').$type<readonly SetDoubt[]>().notNull(),
    /** The contact sheet. */
    sheet: text('sheet').$type<BlobKey>(),
    isReplacing: boolean('is_replacing').notNull().default(false),
    /** Whoever sent the photos has covered one. */
    isSpoiler: boolean('is_spoiler').notNull().default(false),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('training_drafts_owner_name').on(table.platform, table.personId, table.nameKey)],
);
