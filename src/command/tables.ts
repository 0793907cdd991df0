import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Person } from '#src/core/place.js';
import { at } from '../database/columns.js';
import type { PetQuestion } from './pet-question.js';

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
