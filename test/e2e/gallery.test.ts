import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { BallotBox } from '#src/contests/ballot-box.js';
import type { LinkedVoter } from '#src/contests/ballot-links-table.js';
import type { Contest } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestGallery } from '#src/contests/contest-gallery.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { RunningEntries } from '#src/contests/running-entries.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { OpenDatabase } from '#src/database/database.js';
import { createLog } from '#src/operations/log.js';
import { GalleryServer } from '#src/platforms/web/gallery/gallery-server.js';
import { objectionsTo } from '#test/helpers/axe.js';
import { noBrowserReason, type OpenedBrowser, openBrowser } from '#test/helpers/browser.js';
import { addContest, addEntry, contestServer, december } from '#test/helpers/contests.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const heading = noBrowserReason === undefined ? 'the page' : `the page (skipped: ${noBrowserReason})`;
const { gallery: texts } = locales.en.contests;
const authors = Array.from({ length: 26 }, (_, index) => `author${index + 1}`);
const voter = { platform: 'discord', id: 'zoe' } as const;
const title = 'شتاء 2026';

describe.skipIf(noBrowserReason !== undefined)(`${heading} of a contest`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'petbooth-gallery-'));
  const blobs = new FileBlobStore({ folder, maxBytes: 1e6 });
  let opened: OpenDatabase;
  let gallery: ContestGallery;
  let server: GalleryServer;
  let browser: OpenedBrowser;
  let page: Page;
  let problems: string[];
  let covered: BlobKey | undefined;

  beforeAll(async () => {
    opened = await openTestDatabase();
    const box = new BallotBox(opened.database);
    const publicUrl = new URL('http://localhost/');
    gallery = new ContestGallery({
      database: opened.database,
      running: new RunningEntries(opened.database),
      publicUrl,
      thumbnail: (picture) => blobs.get(picture),
      coverOf: async (_, picture) => (picture === covered ? 'covered' : undefined),
      cast: (press) => box.cast(press),
      now: () => december(6),
    });
    const log = createLog({ level: 'silent', name: 'test' });
    server = new GalleryServer({ source: gallery, blobs, publicUrl, host: '127.0.0.1', port: 0, log });
    await server.start();
    browser = await openBrowser({ locale: 'en-US', viewport: { width: 390, height: 800 }, hasTouch: true });
  });
  beforeEach(async () => {
    problems = [];
    page = await browser.context.newPage();
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    return async () => {
      await page.close();
      expect(problems).toEqual([]);
    };
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await opened?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function voting(rules: object = {}, count = authors.length): Promise<Contest> {
    const contest = await addContest(opened.database, {
      title,
      state: 'voting',
      rules: ContestRules.parse({ hasPage: true, ...rules }),
    });
    for (const [index, author] of authors.slice(0, count).entries()) {
      const picture = await blobs.put(await drawPhoto(index));
      if (index === 0) covered = picture;
      await addEntry(opened.database, contest, author, { number: index + 1, picture, alt: `dog ${index + 1}`, title });
    }
    return contest;
  }
  const visit = async (link: string | undefined) => {
    await page.goto(link!.replace('http://localhost', `http://localhost:${server.port}`));
    await page.locator('body[data-ready]').waitFor();
  };
  const visitBallot = async (
    { id: contest }: Contest,
    who: Pick<LinkedVoter, 'voter' | 'isPanel'> = { voter, isPanel: false },
  ) => visit(await gallery.ballotLink({ contest, ...who, server: contestServer.server }));
  const says = (words: string) => page.locator('#ballot', { hasText: words }).waitFor();
  const focused = () => page.evaluate<string>("document.activeElement?.closest('.entry')?.id");
  const numberOf = async (place: number) => Number(await page.locator('.entry').nth(place).getAttribute('data-number'));

  test('is a ballot for somebody with a keyboard alone, which tells what was saved', async () => {
    const contest = await voting();
    await visitBallot(contest);
    expect(new URL(page.url()).pathname).toBe(`/v/${contest.id}`);
    expect(await page.locator('.entry').count()).toBe(24);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe(`entry-${await numberOf(0)}`);
    await page.keyboard.press('Enter');
    await says('1 of 3 marks given');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('1');
    await says('2 of 3');
    // Saved presses mean what they say: once more changes nothing.
    await page.keyboard.press('1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('1');
    await says('3 of 3');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('1');
    await says('All 3 marks are given');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('0');
    await says('2 of 3');
    const marked = [await numberOf(0), await numberOf(1)];
    await page.reload();
    const pressed = page.locator('[aria-pressed=true]');
    await pressed.nth(1).waitFor();
    expect(await pressed.count()).toBe(2);
    for (const number of marked) await page.locator(`#entry-${number} [aria-pressed=true]`).waitFor();
    expect(await page.locator('#left').textContent()).toBe('2 of 3 marks given');
    expect(await objectionsTo(page)).toEqual([]);
  });

  test('gives stars by digits, and has more to show', async () => {
    await visitBallot(await voting({ method: 'stars' }));
    await page.locator('.mark').first().focus();
    await page.keyboard.press('4');
    await says('Rated: 1 · For your ballot to count, rate so many more: 4.');
    const [first] = await page.locator('.controls').first().locator('button').allTextContents();
    expect(first).toBe('★');
    expect(await page.locator('.mark[aria-pressed=true]').getAttribute('aria-label')).toContain('4 of 5 stars');
    expect(await objectionsTo(page)).toEqual([]);
    await page.locator('#more').focus();
    await page.keyboard.press('Enter');
    await page.locator('.entry').nth(25).waitFor();
    expect(await page.locator('#more').isHidden()).toBe(true);
    expect(await focused()).toBe(`entry-${await numberOf(24)}`);
  });

  test('gives places in a list, and shows what is there where a place was refused', async () => {
    const contest = await voting({ method: 'podium', marks: 2 });
    await visitBallot(contest);
    const places = page.locator('.controls select');
    for (const place of [0, 1]) await places.nth(place).selectOption(String(place + 1));
    await says('2 of 2');
    await places.nth(2).selectOption('1');
    await says('All 2 marks are given');
    expect(await places.nth(2).inputValue()).toBe('0');
    expect([await places.nth(0).inputValue(), await places.nth(1).inputValue()]).toEqual(['1', '2']);
    expect(await objectionsTo(page)).toEqual([]);
  });

  test('compares pairs by digits, one after the other, and goes back to what was decided', async () => {
    await visitBallot(await voting({ method: 'duels' }));
    expect(await page.locator('.entry').count()).toBe(2);
    expect(await page.locator('#left').textContent()).toBe('Pair 1 of 30; decided: 0');
    const first = await numberOf(0);
    await page.locator('.mark').first().focus();
    await page.keyboard.press('1');
    await says('Pair 2 of 30; decided: 1');
    expect(await focused()).toBe(`entry-${await numberOf(0)}`);
    await page.keyboard.press('0');
    await says('Pair 3 of 30; decided: 2');
    const before = page.locator('#pairs button').first();
    await before.click();
    await page.locator('#pairs [aria-pressed=true]', { hasText: texts.alike }).waitFor();
    await before.click();
    expect(await page.locator('.entry [aria-pressed=true]').textContent()).toBe(`✓ ${texts.better}`);
    expect(await numberOf(0)).toBe(first);
    expect(await objectionsTo(page)).toEqual([]);
    const sizes = await page
      .locator('#pairs button')
      .evaluateAll((elements) => elements.map((element) => Math.min(element.clientWidth, element.clientHeight)));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(42);
  });

  test('takes the marks of judges on ballots of the panel, each their own, beside those of everybody else', async () => {
    const contest = await voting({ panel: 40 }, 4);
    const judges = ['judy', 'jim'].map((id) => ({ voter: { platform: 'discord', id } as const, isPanel: true }));
    const everybody = [...judges, { voter, isPanel: false }];
    for (const [index, who] of everybody.entries()) {
      await visitBallot(contest, who);
      expect(await page.locator('[aria-pressed=true]').count()).toBe(0);
      await page.locator(`#entry-${index + 1} .mark`).tap();
      await says('1 of 3 marks given');
    }
    await visitBallot(contest, judges[0]!);
    expect(await page.locator('.entry', { has: page.locator('[aria-pressed=true]') }).getAttribute('id')).toBe(
      'entry-1',
    );
    const numberOf = new Map(
      (await new ContestEntriesTable(opened.database).ofContest(contest.id, ['accepted'])).map(({ id, number }) => [
        id,
        number,
      ]),
    );
    const ballots = await new ContestBallotsTable(opened.database).ofContest(contest.id);
    const cast = ballots.map(({ personId, isPanel, marks }) => [
      personId,
      isPanel,
      numberOf.get((marks as string[])[0]!),
    ]);
    expect(cast.toSorted()).toEqual([
      ['jim', true, 2],
      ['judy', true, 1],
      ['zoe', false, 3],
    ]);
  });

  test('is large enough for a thumb, and says by more than colour what is marked, named, and covered', async () => {
    // All at once, or the covered one might be on the next page.
    const contest = await voting({}, 9);
    await visitBallot(contest);
    const sizes = await page
      .locator('.entry button, .entry select')
      .evaluateAll((elements) => elements.map((element) => Math.min(element.clientWidth, element.clientHeight)));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(42);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    const unnamed = await page
      .locator('button, select, img')
      .evaluateAll(
        (elements) =>
          elements.filter(
            (element) =>
              !element.closest('dialog') &&
              !element.getAttribute('aria-label') &&
              !element.textContent &&
              !element.hasAttribute('alt'),
          ).length,
      );
    expect(unnamed).toBe(0);
    expect(await page.evaluate("getComputedStyle(document.querySelector('#title')).direction")).toBe('rtl');
    await page.locator('.mark').first().click();
    await says('Saved.');
    expect(await page.locator('.mark').first().textContent()).toBe(`✓ ${texts.marked}`);
    const hidden = page.locator('#entry-1 .picture');
    expect(await hidden.getAttribute('aria-label')).toBe('Number 1 is covered; press to see it');
    expect(await page.locator('#entry-1 img').getAttribute('alt')).toBe('');
    expect(await hidden.innerText()).toBe('Number 1 is covered; press to see it');
    await hidden.click();
    expect(await hidden.innerText()).toBe('');
    expect(await page.locator('#entry-1 img').getAttribute('alt')).toBe('dog 1');
    await hidden.click();
    await page.locator('#viewer[open]').waitFor();
    expect(await objectionsTo(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('#viewer:not([open])').waitFor({ state: 'attached' });
    expect(await focused()).toBe('entry-1');
  });

  test('shows whoever has its link names with the result alone, in their language', async () => {
    const contest = await voting();
    const link = await gallery.renewLink(contest);
    await visit(link);
    expect(await page.locator('.entry .controls').count()).toBe(0);
    expect(await page.content()).not.toContain('author1');
    const [entry] = await page.locator('.entry').evaluateAll((items) => items.map(({ id }) => id));
    expect(entry).toBe('entry-1');
    const table = new ContestsTable(opened.database);
    const ranks = [{ entry: 'none', number: 7, rank: 1 }];
    await table.change(contest, { state: 'published', publishedAt: december(9), result: { voters: 1, ranks } });
    await page.setExtraHTTPHeaders({ 'accept-language': 'de' });
    await visit(link);
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    expect(await page.locator('#phase').textContent()).toBe(locales.de.contests.gallery.published);
    expect(await page.locator('#entry-1').textContent()).toContain('author1');
    expect(await objectionsTo(page)).toEqual([]);
    const address = page.url();
    // What it still loads would be missed.
    await page.goto('about:blank');
    await gallery.revokeLink(contest);
    const response = await page.request.get(address);
    expect(response.status()).toBe(404);
    expect(await response.text()).not.toContain(title);
  });
});
