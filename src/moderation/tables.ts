import { bigserial, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Text } from '#src/core/locale.js';
import type { Activity, Person } from '#src/core/place.js';
import { at } from '../database/columns.js';
import type { Rules } from './rights.js';

/** What moderators decided for a community. */
export const serverRules = pgTable(
  'server_rules',
  {
    platform: text('platform').$type<Person['platform']>().notNull(),
    server: text('server').notNull(),
    rules: jsonb('rules').$type<Rules>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.server] })],
);

/** Communities that go on under another id. */
export const serverMoves = pgTable(
  'server_moves',
  {
    platform: text('platform').$type<Person['platform']>().notNull(),
    server: text('server').notNull(),
    movedTo: text('moved_to').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.server] })],
);

/** What moderators did, for the other moderators. */
export const audit = pgTable(
  'audit',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    server: text('server').notNull(),
    personId: text('person_id').notNull(),
    personName: text('person_name').notNull(),
    /** Whom it was done to. */
    aboutId: text('about_id'),
    text: jsonb('text').$type<Text>().notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [index('audit_server').on(table.platform, table.server, table.id)],
);

/** What counts towards a limit, for a day. */
export const usage = pgTable(
  'usage',
  {
    id: text('id').primaryKey(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    server: text('server').notNull(),
    personId: text('person_id').notNull(),
    activity: text('activity').$type<Activity | 'export'>().notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [index('usage_person').on(table.platform, table.server, table.personId, table.activity, table.at)],
);
