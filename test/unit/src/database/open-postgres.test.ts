import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
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
