import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { OpenDatabase } from '#src/database/database.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { migratePostgres } from '#src/database/open-postgres.js';
import { PeopleTable } from '#src/privacy/people-table.js';
import { startTestPostgres, type TestPostgres } from '#test/helpers/postgres.js';
import { createDatabase } from '#test/helpers/test-database.js';
import { waitFor } from '#test/helpers/wait-for.js';

const anna = { platform: 'web', id: 'anna', name: 'Anna' } as const;

describe('bots on one server', () => {
  const newDatabase = () => createDatabase(inject('postgresUrl')!);

  test('a second one waits, and leads as soon as the first has ended', async () => {
    const url = await newDatabase();
    const first = await openDatabase({ url, migrationsFolder });
    await new PeopleTable(first.database).setLocale(anna, 'de');
    const onWaiting = vi.fn();
    let isSecondOpen = false;
    const opening = openDatabase({ url, migrationsFolder, onWaiting }).then((opened) => {
      isSecondOpen = true;
      return opened;
    });
    await waitFor('the second bot to wait', () => onWaiting.mock.calls.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(isSecondOpen).toBe(false);
    await first.close();
    const second = await opening;
    expect(await new PeopleTable(second.database).localeOf(anna)).toBe('de');
    await second.close();
  });

  test('one that waits can be stopped', async () => {
    const url = await newDatabase();
    const first = await openDatabase({ url, migrationsFolder });
    const stopping = new AbortController();
    const opening = openDatabase({
      url,
      migrationsFolder,
      stopping: stopping.signal,
      onWaiting: () => stopping.abort(),
    });
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    await first.close();
  });

  test('one of whom the server hears nothing loses its leadership and all that it has open', async () => {
    const url = await newDatabase();
    const onUnsafe = vi.fn();
    const silent = { beatMs: 3_600_000, validMs: 3_600_000, expiresMs: 1000 };
    const first = await openDatabase({ url, migrationsFolder, leadership: silent, onUnsafe });
    await first.assertLeading();
    let second: OpenDatabase | undefined;
    const unfinished = first.database.transaction(async (transaction) => {
      await new PeopleTable(transaction).setLocale(anna, 'de');
      second = await openDatabase({ url, migrationsFolder });
      await new PeopleTable(transaction).setLocale(anna, 'fr');
    });
    await expect(unfinished).rejects.toThrow();
    expect(onUnsafe).toHaveBeenCalledTimes(1);
    await expect(first.assertLeading()).rejects.toThrow('was lost');
    await new PeopleTable(second!.database).setLocale(anna, 'ja');
    await second!.assertLeading();
    await Promise.all([first.close(), second!.close()]);
  });

  test('one that was held up asks whether it leads before it goes on', async () => {
    const url = await newDatabase();
    const leadership = { beatMs: 3_600_000, validMs: 100, expiresMs: 3_600_000 };
    const { assertLeading, close } = await openDatabase({ url, migrationsFolder, leadership });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await assertLeading();
    await close();
  });

  test('one that waits outlives what cuts its connection', async () => {
    const url = await newDatabase();
    const first = await openDatabase({ url, migrationsFolder });
    const onWaiting = vi.fn();
    const opening = openDatabase({ url, migrationsFolder, onWaiting });
    await waitFor('it to wait', () => onWaiting.mock.calls.length > 0);
    const cut = sql`select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_try_advisory_lock%' and pid <> pg_backend_pid()`;
    await waitFor(
      'its connection to be cut',
      async () => ((await first.database.execute(cut)) as unknown as { rows: unknown[] }).rows.length > 0,
    );
    await first.close();
    const second = await opening;
    await second.assertLeading();
    await second.close();
    expect(onWaiting).toHaveBeenCalledTimes(1);
  });

  test('tables are brought up to date by several at once, and beside a bot that leads', async () => {
    const url = await newDatabase();
    await Promise.all([1, 2, 3].map(() => migratePostgres(url, migrationsFolder)));
    const bot = await openDatabase({ url, migrationsFolder });
    await migratePostgres(url, migrationsFolder);
    await new PeopleTable(bot.database).remember(anna);
    await bot.close();
  });
});

describe('a server that goes away', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(() => server.stop());

  test('ends the leadership at once, and a bot that starts waits until it is back', async () => {
    const url = await createDatabase(server.url);
    const onUnsafe = vi.fn();
    const onConnectionLost = vi.fn();
    const opened = await openDatabase({ url, migrationsFolder, onUnsafe, onConnectionLost });
    await new PeopleTable(opened.database).setLocale(anna, 'ja');
    await server.kill();
    await waitFor('the loss to be told', () => onUnsafe.mock.calls.length > 0);
    expect(onUnsafe).toHaveBeenCalledTimes(1);
    await opened.close();

    const opening = openDatabase({ url, migrationsFolder });
    await server.restart();
    const again = await opening;
    expect(await new PeopleTable(again.database).localeOf(anna)).toBe('ja');
    await again.close();
  });
});

test('an address that nobody answers at is told without its password', async () => {
  const opening = openDatabase({
    url: 'postgres://anna:hunter2@127.0.0.1:1/pets?connect_timeout=1',
    migrationsFolder,
    startTimeoutMs: 0,
  });
  await expect(opening).rejects.toThrow(/^DATABASE_URL: (?!.*hunter2)/);
});
