import { afterAll, beforeAll, expect, test } from 'vitest';
import { PetQuestionsTable } from '#src/command/pet-questions-table.js';
import { petQuestions } from '#src/command/tables.js';
import { type BlobKey, blobKeyOf } from '#src/core/blob-key.js';
import { text } from '#src/core/locale.js';
import type { OpenDatabase } from '#src/database/database.js';
import { Reports } from '#src/moderation/reports.js';
import { ServerMoves } from '#src/moderation/server-moves.js';
import { ServerRulesTable } from '#src/moderation/server-rules-table.js';
import { UsageTable } from '#src/moderation/usage-table.js';
import { PetSharesTable } from '#src/pets/pet-shares-table.js';
import { PetsTable } from '#src/pets/pets-table.js';
import type { TrainingDraft } from '#src/training/services.js';
import { trainingDrafts } from '#src/training/tables.js';
import { TrainingDraftsTable } from '#src/training/training-drafts-table.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

/** What people do in the same moment: the embedded database takes one after the other, a server all of it at once. */
let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

const anna = { platform: 'discord', id: 'anna', name: 'Anna' } as const;
const server = { platform: 'discord', server: 's' } as const;
const key: BlobKey = blobKeyOf(new Uint8Array([1]));
const many = Array.from({ length: 20 }, (_, index) => index);
const fulfilled = async (running: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(running)).filter(({ status }) => status === 'fulfilled').length;
const line = (words: string) => text('commands.admin.replies.auditLine', { line: words, moderator: '', date: '' });

test('twenty uses at once are as many as the day allows', async () => {
  const uses = many.map((index) =>
    opened.database.transaction((transaction) =>
      new UsageTable(transaction).count({ id: `use-${index}`, server, person: anna, activity: 'draw' }, { perDay: 3 }),
    ),
  );
  expect(await fulfilled(uses)).toBe(3);
  expect(await new UsageTable(opened.database).everythingOf(anna)).toHaveLength(3);
});

test('no rule is lost of twenty that are made at once, while one who is banned is forgotten', async () => {
  const table = new ServerRulesTable(opened.database);
  const ban = (id: string) =>
    table.change(server, anna, line('ban'), (rules) => ({ ...rules, banned: [...rules.banned, { id, name: id }] }), id);
  await ban('ben');
  await Promise.all([...many.map((index) => ban(`p${index}`)), table.forget({ platform: 'discord', id: 'ben' })]);
  const { banned } = await new ServerRulesTable(opened.database).of(server);
  expect(banned.map(({ id }) => id).toSorted()).toEqual(['ben', ...many.map((index) => `p${index}`)].toSorted());
  expect(banned.find(({ id }) => id === 'ben')).toEqual({ id: 'ben', name: '' });
});

test('what is ruled while a community moves goes along', async () => {
  const table = new ServerRulesTable(opened.database);
  const old = { platform: 'telegram', server: '-1' } as const;
  const mona = { platform: 'telegram', id: 'mona', name: 'Mona' } as const;
  const ban = (id: string) =>
    table.change(old, mona, line('ban'), (rules) => ({ ...rules, banned: [...rules.banned, { id, name: id }] }));
  const moves = new ServerMoves(opened.database, table, []);
  await Promise.all([
    ...many.slice(0, 10).map((index) => ban(`q${index}`)),
    moves.move({ platform: 'telegram', from: '-1', to: '-100' }),
    ...many.slice(10).map((index) => ban(`q${index}`)),
  ]);
  const { banned } = await new ServerRulesTable(opened.database).of({ platform: 'telegram', server: '-100' });
  expect(banned).toHaveLength(20);
});

test('twenty reports at once are five, each of another result, and what is to be told of them is added with them alone', async () => {
  const reports = new Reports(new ServerRulesTable(opened.database));
  const applicant = {
    person: anna,
    place: { ...server, channel: 'hall' },
    standing: async () => ({ isModerator: false, roles: [] }),
  };
  const told: string[] = [];
  const report = (job: string) =>
    reports.add(applicant, { job, person: { ...anna, id: 'ben', name: 'Ben' }, score: '–' }, async () => {
      told.push(job);
    });
  const same = await Promise.all(many.map(() => report('d-0')));
  expect(same.filter((isNew) => isNew)).toHaveLength(1);
  expect(await fulfilled(many.slice(1).map((index) => report(`d-${index}`)))).toBe(4);
  expect(new Set(told).size).toBe(5);
});

test('of drafts and questions no more are kept than one person may have', async () => {
  const drafts = new TrainingDraftsTable(opened.database);
  const draft = (index: number): TrainingDraft => ({
    id: `draft-${index}`,
    petName: `Pet ${index}`,
    className: 'dog',
    photos: [],
    set: [],
    isReplacing: false,
  });
  await Promise.all(many.map((index) => drafts.save(anna, draft(index))));
  expect(await opened.database.select().from(trainingDrafts)).toHaveLength(5);
  // Two of one name: one.
  await Promise.all(many.map((index) => drafts.save(anna, { ...draft(index), petName: 'Rex' })));
  expect((await opened.database.select().from(trainingDrafts)).filter(({ name }) => name === 'Rex')).toHaveLength(1);

  const questions = new PetQuestionsTable(opened.database);
  await Promise.all(
    many.map((index) => questions.save(anna, { id: `q-${index}`, command: 'imagine', options: {}, answers: [] })),
  );
  expect(await opened.database.select().from(petQuestions)).toHaveLength(10);
});

test('of two pets that take one name at once one has it', async () => {
  const pets = new PetsTable(opened.database);
  for (const index of many)
    await pets.save(anna, {
      id: `pet-${index}`,
      name: `Pet ${index}`,
      className: 'dog',
      lora: key,
      photos: [],
      previews: [],
    });
  const renamed = await Promise.all(many.map((index) => pets.rename(anna, `pet-${index}`, 'Biscuit')));
  expect(renamed.filter((isRenamed) => isRenamed)).toHaveLength(1);
  expect((await pets.list(anna)).filter(({ name }) => name === 'Biscuit')).toHaveLength(1);
});

test('an invitation works once', async () => {
  const pets = new PetsTable(opened.database);
  await pets.save(anna, { id: 'lent', name: 'Lent', className: 'dog', lora: key, photos: [], previews: [] });
  const shares = new PetSharesTable(opened.database);
  const code = await shares.invite('lent', 'Anna');
  const accepted = await Promise.all(
    many.map((index) => shares.accept({ platform: 'discord', id: `friend-${index}` }, code)),
  );
  expect(accepted.filter((pet) => pet !== undefined)).toHaveLength(1);
});
