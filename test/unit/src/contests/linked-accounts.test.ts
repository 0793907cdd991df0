import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Account, AccountLinksTable } from '#src/contests/account-links-table.js';
import { ContestCodesTable } from '#src/contests/contest-codes-table.js';
import { keptAccountLinks } from '#src/contests/kept-account-links.js';
import { isSameVoter, LinkedAccounts, peopleBehind } from '#src/contests/linked-accounts.js';
import { accountLinks, contestCodes } from '#src/contests/tables.js';
import type { OpenDatabase } from '#src/database/database.js';
import { december } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const ann: Account = { platform: 'discord', id: '1' };
const annOnTelegram: Account = { platform: 'telegram', id: '1' };
const annOnThePage: Account = { platform: 'web', id: 'a' };
const bob: Account = { platform: 'telegram', id: '2' };

let opened: OpenDatabase;
let now: Date;
let linked: LinkedAccounts;

beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  for (const table of [accountLinks, contestCodes]) await opened.database.delete(table);
  now = december(1);
  linked = new LinkedAccounts(opened.database, () => now);
});
afterAll(() => opened.close());

const link = async (one: Account, other: Account) => linked.link(other, await linked.giveCode(one));
const accountsOf = (account: Account) => new AccountLinksTable(opened.database).accountsOf(account);

test('two accounts are one person by a code that one is given and the other types', async () => {
  const code = await linked.giveCode(ann);
  await linked.link(annOnTelegram, ` ${code.toUpperCase()} `);
  expect(await accountsOf(annOnTelegram)).toEqual([annOnTelegram, ann]);
  const isAnn = (other: Account) => isSameVoter(ann, other, opened.database);
  expect(await Promise.all([ann, annOnTelegram, bob].map(isAnn))).toEqual([true, true, false]);
  const personOf = await peopleBehind(opened.database);
  expect(personOf('discord:1')).toBe(personOf('telegram:1'));
  expect(personOf('telegram:2')).toBe('telegram:2');
});

test('a code works once, for ten minutes, and not for the account that it was given to', async () => {
  const code = await linked.giveCode(ann);
  await expect(linked.link(ann, code)).rejects.toMatchObject({ text: { key: 'errors.contestCodeOwn' } });
  await linked.link(annOnTelegram, code);
  await expect(linked.link(bob, code)).rejects.toMatchObject({ text: { key: 'errors.contestCodeUnknown' } });
  const late = await linked.giveCode(bob);
  now = new Date(now.getTime() + 10 * 60_000);
  await expect(linked.link(annOnThePage, late)).rejects.toMatchObject({ text: { key: 'errors.contestCodeUnknown' } });
});

test('a new code takes the place of the one before', async () => {
  const first = await linked.giveCode(ann);
  const second = await linked.giveCode(ann);
  await expect(linked.link(annOnTelegram, first)).rejects.toMatchObject({ text: { key: 'errors.contestCodeUnknown' } });
  await linked.link(annOnTelegram, second);
});

test('whoever is linked with somebody who is linked is the same person, too', async () => {
  await link(ann, annOnTelegram);
  await link(annOnThePage, bob);
  await link(bob, ann);
  expect(await accountsOf(annOnTelegram)).toHaveLength(4);
});

test('a person who leaves takes their account along, and the last one is linked with nobody', async () => {
  await link(ann, annOnTelegram);
  await link(ann, annOnThePage);
  const kept = keptAccountLinks({
    links: new AccountLinksTable(opened.database),
    codes: new ContestCodesTable(opened.database),
  });
  const person = { ...ann, name: 'Ann' };
  expect((await kept.everythingOf!(person)).rows).toEqual([annOnTelegram, annOnThePage]);
  await kept.forget(person);
  expect(await accountsOf(ann)).toEqual([ann]);
  expect(await accountsOf(annOnTelegram)).toHaveLength(2);
  await kept.forget({ ...annOnTelegram, name: 'Ann' });
  expect(await accountsOf(annOnThePage)).toEqual([annOnThePage]);
  expect(await new AccountLinksTable(opened.database).groups()).toEqual(new Map());
});
