import { bigserial, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Person, Place } from '#src/core/place.js';
import { at } from '../database/columns.js';

/** What has to be posted, until it is known to be there. */
export const outbox = pgTable(
  'outbox',
  {
    /** By which the platform posts it once, however often it is asked. */
    key: text('key').primaryKey(),
    sequence: bigserial('sequence', { mode: 'number' }).notNull(),
    /** Rows of one lane are posted one after the other. */
    lane: text('lane').notNull(),
    /** Who puts it into words. */
    kind: text('kind').notNull(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    place: jsonb('place').$type<Place>().notNull(),
    /** Whom it is for, where it is not for everybody there. */
    personId: text('person_id'),
    personName: text('person_name'),
    payload: jsonb('payload').$type<unknown>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAt: at('next_at').notNull().defaultNow(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('outbox_due').on(table.platform, table.nextAt),
    index('outbox_lane').on(table.lane, table.sequence),
    index('outbox_person').on(table.platform, table.personId),
  ],
);
