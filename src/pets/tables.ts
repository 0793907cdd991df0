import { boolean, index, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Person } from '#src/core/place.js';
import { at } from '../database/columns.js';
import type { ShareScope } from './pet.js';

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
    /** That it was learnt with, or tried with; empty where nobody noted it. */
    checkpoint: text('checkpoint'),
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
