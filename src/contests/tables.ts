import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Text } from '#src/core/locale.js';
import type { MessageReference, Person, Place } from '#src/core/place.js';
import { at } from '../database/columns.js';
import type { Cancelled, CodeKind, Consent, ContestNote, ContestResult, EntryState, Provenance } from './contest.js';
import type { ContestRules, EntrySource } from './contest-rules.js';
import type { ContestState } from './life-cycle.js';
import type { ContestSeries } from './series.js';
import type { SeriesPeriod } from './series-periods.js';
import type { MarksOf, Method } from './tally/ballots.js';

/** JSON knows no dates. */
export type KeptProvenance = Omit<Provenance, 'madeAt' | 'accountCreatedAt' | 'joinedAt'> & {
  readonly madeAt?: string | undefined;
  readonly accountCreatedAt?: string | undefined;
  readonly joinedAt?: string | undefined;
};

export const contests = pgTable(
  'contests',
  {
    id: text('id').primaryKey(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    server: text('server').notNull(),
    title: text('title').notNull(),
    theme: text('theme'),
    /** That it belongs to. */
    series: text('series'),
    rules: jsonb('rules').$type<ContestRules>().notNull(),
    zone: text('zone').notNull(),
    state: text('state').$type<ContestState>().notNull(),
    revision: integer('revision').notNull().default(1),
    opensAt: at('opens_at').notNull(),
    entriesEndAt: at('entries_end_at').notNull(),
    votingAt: at('voting_at').notNull(),
    endsAt: at('ends_at').notNull(),
    closedAt: at('closed_at'),
    publishedAt: at('published_at'),
    reason: jsonb('reason').$type<Text>(),
    result: jsonb('result').$type<ContestResult>(),
    notes: jsonb('notes').$type<readonly ContestNote[]>().notNull().default([]),
    cancelled: jsonb('cancelled').$type<Cancelled>(),
    /** Ids of people who have the role of its prize. */
    prizeHolders: jsonb('prize_holders').$type<readonly string[]>(),
    tieSeed: text('tie_seed').notNull(),
    shuffleKey: text('shuffle_key').notNull(),
    /** Of the link to its page; null where it has none, or none any more. */
    galleryToken: text('gallery_token'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('contests_server').on(table.platform, table.server, table.state),
    index('contests_series').on(table.series),
    uniqueIndex('contests_gallery_token').on(table.galleryToken),
  ],
);

/** The communities in which a contest is seen. */
export const contestPlaces = pgTable(
  'contest_places',
  {
    contest: text('contest')
      .notNull()
      .references(() => contests.id, { onDelete: 'cascade' }),
    platform: text('platform').$type<Person['platform']>().notNull(),
    server: text('server').notNull(),
    place: jsonb('place').$type<Place>().notNull(),
    locale: text('locale').notNull(),
    isHost: boolean('is_host').notNull(),
    post: jsonb('post').$type<MessageReference>(),
    /** Posted in the running phase, beside the post itself. */
    messageCount: integer('message_count').notNull().default(0),
    /** Nothing can be posted there since then. */
    unreachableSince: at('unreachable_since'),
    joinedAt: at('joined_at').notNull().defaultNow(),
    leftAt: at('left_at'),
  },
  (table) => [
    primaryKey({ columns: [table.contest, table.platform, table.server] }),
    index('contest_places_server').on(table.platform, table.server),
  ],
);

export const contestEntries = pgTable(
  'contest_entries',
  {
    id: text('id').primaryKey(),
    contest: text('contest')
      .notNull()
      .references(() => contests.id, { onDelete: 'cascade' }),
    number: integer('number'),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    personName: text('person_name').notNull(),
    server: text('server').notNull(),
    state: text('state').$type<EntryState>().notNull(),
    reason: jsonb('reason').$type<Text>(),
    source: text('source').$type<EntrySource>().notNull(),
    job: text('job'),
    /** Null: taken away. */
    picture: text('picture').$type<BlobKey>(),
    isSpoiler: boolean('is_spoiler').notNull().default(false),
    hash: text('hash'),
    provenance: jsonb('provenance').$type<KeptProvenance>().notNull(),
    before: text('before').$type<BlobKey>(),
    alt: text('alt').notNull(),
    title: text('title'),
    consent: jsonb('consent').$type<Consent>().notNull(),
    submittedAt: at('submitted_at').notNull().defaultNow(),
    decidedAt: at('decided_at'),
    /** What it is once its author has agreed, or once it is let in again. */
    becomes: text('becomes').$type<EntryState>(),
    /** Of an `asked` one: which entry it takes the place of. */
    replaces: text('replaces'),
  },
  (table) => [
    uniqueIndex('contest_entries_number').on(table.contest, table.number),
    // Read at each press on a ballot: few of many.
    index('contest_entries_out')
      .on(table.contest)
      .where(sql`${table.number} IS NOT NULL AND ${table.state} <> 'accepted'`),
    // The same picture once, whoever sends it.
    uniqueIndex('contest_entries_picture')
      .on(table.contest, table.picture)
      .where(sql`${table.state} IN ('pending', 'accepted')`),
    index('contest_entries_person').on(table.platform, table.personId),
    index('contest_entries_job').on(table.job),
  ],
);

export const contestBallots = pgTable(
  'contest_ballots',
  {
    contest: text('contest')
      .notNull()
      .references(() => contests.id, { onDelete: 'cascade' }),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    isPanel: boolean('is_panel').notNull().default(false),
    marks: jsonb('marks').$type<MarksOf[Method]>().notNull(),
    /** The presses that changed it last: the same ones again change nothing. */
    lastEvent: text('last_event').notNull(),
    /** Taken out by moderators, and why. */
    voidReason: jsonb('void_reason').$type<Text>(),
    server: text('server').notNull(),
    changedAt: at('changed_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.contest, table.platform, table.personId, table.isPanel] }),
    index('contest_ballots_person').on(table.platform, table.personId),
  ],
);

/**
 * Personal links to a ballot on the page, and browsers that were signed in by one. By digests, so that what is stored signs nobody
 * in.
 */
export const contestBallotLinks = pgTable(
  'contest_ballot_links',
  {
    digest: text('digest').primaryKey(),
    kind: text('kind').$type<'link' | 'session'>().notNull(),
    contest: text('contest')
      .notNull()
      .references(() => contests.id, { onDelete: 'cascade' }),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    /** The community that it was asked for in. */
    server: text('server').notNull(),
    isPanel: boolean('is_panel').notNull(),
    expiresAt: at('expires_at').notNull(),
  },
  (table) => [
    index('contest_ballot_links_person').on(table.platform, table.personId, table.contest),
    index('contest_ballot_links_expiry').on(table.expiresAt),
  ],
);

/** Sheets and winners' cards as they were drawn last. */
export const contestSheets = pgTable(
  'contest_sheets',
  {
    /** Digest of what is on it. */
    id: text('id').primaryKey(),
    contest: text('contest')
      .notNull()
      .references(() => contests.id, { onDelete: 'cascade' }),
    blob: text('blob').$type<BlobKey>().notNull(),
    usedAt: at('used_at').notNull(),
  },
  (table) => [index('contest_sheets_used').on(table.contest, table.usedAt)],
);

/** Who votes for the panel. */
export const contestJudges = pgTable(
  'contest_judges',
  {
    contest: text('contest')
      .notNull()
      .references(() => contests.id, { onDelete: 'cascade' }),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    personName: text('person_name').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.contest, table.platform, table.personId] }),
    index('contest_judges_person').on(table.platform, table.personId),
  ],
);

/** Accounts that their person has linked, so that they have one ballot. */
export const accountLinks = pgTable(
  'account_links',
  {
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    group: text('group').notNull(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.personId] }), index('account_links_group').on(table.group)],
);

/** What whoever was given it hands on, and somebody else types in time. */
export const contestCodes = pgTable(
  'contest_codes',
  {
    code: text('code').primaryKey(),
    kind: text('kind').$type<CodeKind>().notNull(),
    /** Empty where it is about none. */
    contest: text('contest').notNull(),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    expiresAt: at('expires_at').notNull(),
  },
  (table) => [uniqueIndex('contest_codes_giver').on(table.kind, table.contest, table.platform, table.personId)],
);

/** Contests that follow one another. */
export const contestSeries = pgTable('contest_series', {
  id: text('id').primaryKey(),
  platform: text('platform').$type<Person['platform']>().notNull(),
  server: text('server').notNull(),
  title: text('title').notNull(),
  themes: jsonb('themes').$type<readonly string[]>().notNull(),
  rules: jsonb('rules').$type<ContestRules>().notNull(),
  zone: text('zone').notNull(),
  period: text('period').$type<SeriesPeriod>().notNull(),
  anchor: at('anchor').notNull(),
  phasesMs: jsonb('phases_ms').$type<ContestSeries['phasesMs']>().notNull(),
  places: jsonb('places').$type<ContestSeries['places']>().notNull(),
  lastPeriod: integer('last_period').notNull(),
  madeCount: integer('made_count').notNull(),
  pausedAt: at('paused_at'),
  createdAt: at('created_at').notNull().defaultNow(),
});
/** Who wants to be reminded of the end of a voting. */
export const contestReminders = pgTable(
  'contest_reminders',
  {
    contest: text('contest')
      .notNull()
      .references(() => contests.id, { onDelete: 'cascade' }),
    platform: text('platform').$type<Person['platform']>().notNull(),
    personId: text('person_id').notNull(),
    personName: text('person_name').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.contest, table.platform, table.personId] }),
    index('contest_reminders_person').on(table.platform, table.personId),
  ],
);

/** When the bot was last seen alive: one row. */
export const presence = pgTable('presence', {
  id: text('id').primaryKey(),
  at: at('at').notNull(),
});
