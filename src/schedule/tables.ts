import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at } from '../database/columns.js';

/** What has to be done at an instant, whatever happens until then. */
export const dueInstants = pgTable(
  'due_instants',
  {
    what: text('what').notNull(),
    key: text('key').notNull(),
    dueAt: at('due_at').notNull(),
    /** The same, or later where it was tried and failed. */
    tryAt: at('try_at').notNull(),
    revision: integer('revision').notNull().default(1),
    attempts: integer('attempts').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.what, table.key] }), index('due_instants_try_at').on(table.tryAt)],
);
