import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Person } from '#src/core/place.js';
import { at } from '../database/columns.js';

/** Accounts that have spoken with the bot. */
export const people = pgTable(
  'people',
  {
    platform: text('platform').$type<Person['platform']>().notNull(),
    id: text('id').notNull(),
    /** The person's own choice; empty: as the platform says. */
    locale: text('locale'),
    /** The language of the app that they spoke from last, as near as the bot speaks it; empty where no platform has said one. */
    appLocale: text('app_locale'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.id] })],
);

/** Archives of what is kept about a person, until they are handed over. */
export const dataExports = pgTable(
  'data_exports',
  {
    blob: text('blob').$type<BlobKey>().notNull(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.blob, table.platform, table.personId] })],
);
