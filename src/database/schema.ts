import { sql } from 'drizzle-orm';
import {
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Text } from '#src/core/locale.js';
import type { Activity, MessageReference, Person, Place } from '#src/core/place.js';
import type { JobOutcome } from '#src/jobs/outcome.js';
import type { Rules } from '#src/moderation/rights.js';
import type { ShareScope } from '#src/pets/pet.js';
import type { PetQuestion } from '#src/pets/pet-question.js';
import type { JudgedPhoto, SetDoubt } from '#src/photos/coach/doubts.js';

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** Accounts that have spoken with the bot. */
export const people = pgTable(
  'people',
  {
    platform: text('platform').$type<Person['platform']>().notNull(),
    id: text('id').notNull(),
    /** The person's own choice; empty: as the platform says. */
    locale: text('locale'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.id] })],
);

export const pets = pgTable(
  'pets',
  {
    id: text('id').primaryKey(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    name: text('name').notNull(),
    /** The name as compared: lower case, one space between words. */
    nameKey: text('name_key').notNull(),
    className: text('class_name').notNull(),
    lora: text('lora').$type<BlobKey>().notNull(),
    photos: jsonb('photos').$type<readonly BlobKey[]>().notNull(),
    previews: jsonb('previews').$type<readonly BlobKey[]>().notNull(),
    /** The previews are covered, because photos were. */
    isSpoiler: boolean('is_spoiler').notNull().default(false),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('pets_owner_name').on(table.platform, table.personId, table.nameKey)],
);

/** Who else may draw a pet. */
export const petShares = pgTable(
  'pet_shares',
  {
    petId: text('pet_id')
      .notNull()
      .references(() => pets.id, { onDelete: 'cascade', onUpdate: 'cascade' }),
    scope: text('scope').$type<ShareScope>().notNull(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    /** Id of the channel, the server or the person. */
    target: text('target').notNull(),
    /** The owner's name, as it was then. */
    sharedBy: text('shared_by').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.petId, table.scope, table.platform, table.target] }),
    index('pet_shares_target').on(table.platform, table.scope, table.target),
  ],
);

/** Codes by which one other person may take part in a pet. */
export const petInvitations = pgTable('pet_invitations', {
  code: text('code').primaryKey(),
  petId: text('pet_id')
    .notNull()
    .references(() => pets.id, { onDelete: 'cascade', onUpdate: 'cascade' }),
  sharedBy: text('shared_by').notNull(),
  expiresAt: at('expires_at').notNull(),
});

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

/** What was asked for, and whether the answer has reached the person. */
export const jobs = pgTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    sequence: bigserial('sequence', { mode: 'number' }).notNull(),
    name: text('name').notNull(),
    data: jsonb('data').$type<unknown>().notNull(),
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
    deliveryAttempts: integer('delivery_attempts').notNull().default(0),
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

/** Commands that wait until the person has said which of several things is meant. */
export const petQuestions = pgTable(
  'pet_questions',
  {
    id: text('id').primaryKey(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    command: text('command').notNull(),
    options: jsonb('options').$type<PetQuestion['options']>().notNull(),
    answers: jsonb('answers').$type<PetQuestion['answers']>().notNull().default([]),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [index('pet_questions_person').on(table.platform, table.personId)],
);

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
