import { sql } from 'drizzle-orm';
import { bigserial, boolean, doublePrecision, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { MessageReference, Person, Place } from '#src/core/place.js';
import { at } from '../database/columns.js';
import type { Needs } from './needs.js';
import type { JobOutcome } from './outcome.js';

/** What was asked for, and whether the answer has reached the person. */
export const jobs = pgTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    sequence: bigserial('sequence', { mode: 'number' }).notNull(),
    name: text('name').notNull(),
    data: jsonb('data').$type<unknown>().notNull(),
    /** Empty in rows of versions that said nothing. */
    needs: jsonb('needs').$type<Needs>(),
    title: text('title').notNull(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    personName: text('person_name').notNull(),
    locale: text('locale').notNull(),
    place: jsonb('place').$type<Place>().notNull(),
    /** The status message that becomes the result. */
    message: jsonb('message').$type<MessageReference>(),
    /** Priority that it was first given; smaller goes first. */
    round: integer('round').notNull(),
    /** queued → settled (outcome known) → delivered (the person has it) or undeliverable. */
    state: text('state').$type<'queued' | 'settled' | 'delivered' | 'undeliverable'>().notNull(),
    cancelRequested: boolean('cancel_requested').notNull().default(false),
    outcome: jsonb('outcome').$type<JobOutcome>(),
    /** How likely the most explicit of its pictures is explicit, 0…1; empty where nobody looked. */
    pictureScore: doublePrecision('picture_score'),
    /** A moderator has seen that nothing is wrong with its pictures. */
    isUncovered: boolean('is_uncovered').notNull().default(false),
    createdAt: at('created_at').notNull().defaultNow(),
    settledAt: at('settled_at'),
    deliveredAt: at('delivered_at'),
  },
  (table) => [
    index('jobs_state_turn').on(table.state, table.round, table.sequence),
    index('jobs_person').on(table.platform, table.personId, table.state),
    index('jobs_sequence').on(table.sequence),
    index('jobs_owner').on(table.platform, table.personId, table.sequence),
    index('jobs_channel').on(table.platform, sql`(${table.place}->>'channel')`),
  ],
);

/** How long jobs take, from a worker's start to their end. */
export const jobDurations = pgTable('job_durations', {
  name: text('name').primaryKey(),
  meanMs: doublePrecision('mean_ms').notNull(),
  count: integer('count').notNull(),
});
