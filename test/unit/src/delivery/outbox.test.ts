import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Person, Place, PlatformName } from '#src/core/place.js';
import type { OpenDatabase } from '#src/database/database.js';
import { migrationsFolder } from '#src/database/open-database.js';
import { Outbox, type OutboxOptions } from '#src/delivery/outbox.js';
import { moveOutbox, OutboxTable } from '#src/delivery/outbox-table.js';
import type { NewPost, PostKind } from '#src/delivery/post.js';
import { outbox as outboxRows } from '#src/delivery/tables.js';
import { JobRecords } from '#src/jobs/job-records.js';
import { jobs } from '#src/jobs/tables.js';
import { ServerMoves } from '#src/moderation/server-moves.js';
import { createLog } from '#src/operations/log.js';
import { people } from '#src/privacy/tables.js';
import { FakeChat, FakePlatform } from '#test/helpers/fake-platform.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let table: OutboxTable;
/** As the services keep them, whatever becomes of the bot. */
let chats: Record<'discord' | 'telegram', FakeChat>;
let platforms: Map<PlatformName, FakePlatform>;
let now: number;
let logLines: string[];
const running: Outbox[] = [];

beforeAll(async () => {
  opened = await openTestDatabase();
  table = new OutboxTable(opened.database);
});
beforeEach(async () => {
  for (const rows of [outboxRows, people, jobs]) await opened.database.delete(rows);
  chats = { discord: new FakeChat(), telegram: new FakeChat() };
  platforms = new Map([connect('discord'), connect('telegram')]);
  // Later than any row that is added.
  now = Date.now() + minuteMs;
  logLines = [];
});
afterEach(async () => {
  for (const outbox of running.splice(0)) await outbox.stop();
});
afterAll(() => opened.close());

const minuteMs = 60_000;
const anna: Person = { platform: 'discord', id: 'anna', name: 'Anna' };
const hall: Place = { platform: 'discord', server: 'club', channel: 'hall' };
const note = (key: string, more: Partial<NewPost> = {}): NewPost => ({
  key,
  kind: 'note',
  place: hall,
  payload: { note: key },
  ...more,
});
const connect = (name: 'discord' | 'telegram') => [name, new FakePlatform(chats[name], name)] as const;
const add = (post: NewPost) => table.add(post, new Date());
const said = (name: 'discord' | 'telegram' = 'discord') => [...chats[name].messages.keys()];
const notedIds = async () => (await opened.database.select({ id: people.id }).from(people)).map(({ id }) => id);

/** Says the note, and leaves a row, so that it shows how often that came true. */
const noting: PostKind = {
  what: 'a note',
  otherwise: 'nobody misses it',
  compose: async ({ payload }) => ({ message: { kind: 'info', text: (payload as { note: string }).note } }),
  onPosted: async ({ key }, _, transaction) => {
    await transaction.insert(people).values({ platform: 'web', id: key });
  },
  onGivenUp: async ({ key }, transaction) => {
    await transaction.insert(people).values({ platform: 'web', id: `no ${key}` });
  },
};

/** A bot that has just begun. */
async function start(kinds: Readonly<Record<string, PostKind>> = { note: noting }, more: Partial<OutboxOptions> = {}) {
  const outbox = new Outbox({
    database: opened.database,
    platforms,
    intervalMs: 3600_000,
    retries: { firstDelayMs: 15_000, now: () => now },
    now: () => new Date(now),
    log: createLog({ level: 'debug', name: 'test', destination: { write: (line) => void logLines.push(line) } }),
    ...more,
  });
  for (const [name, kind] of Object.entries(kinds)) outbox.register(name, kind);
  running.push(outbox);
  await outbox.start();
  await outbox.settled();
  return outbox;
}

async function pass(outbox: Outbox, forMs: number): Promise<void> {
  now += forMs;
  outbox.wake();
  await outbox.settled();
}

describe('what is to be posted', () => {
  test('is there exactly when its cause is, and is posted once', async () => {
    const outbox = await start();
    const undone = opened.database.transaction(async (transaction) => {
      await outbox.add(note('undone'), transaction);
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    await opened.database.transaction((transaction) => outbox.add(note('done'), transaction));
    await add(note('done'));
    await pass(outbox, 0);
    expect(said()).toEqual(['done']);
    expect(await notedIds()).toEqual(['done']);
    expect(await table.depths()).toEqual([]);
  });

  test('says what has changed while it was on its way', async () => {
    let words = 'eight entries';
    const compose: PostKind['compose'] = async () => {
      const text = words;
      words = 'seven entries';
      // As when an entry is withdrawn while the sheet goes.
      if (text !== words) await add(note('sheet', { isRenewed: true }));
      return { message: { kind: 'info', text } };
    };
    const outbox = await start({ note: { what: 'a sheet', otherwise: 'nobody misses it', compose } });
    await add(note('sheet', { isRenewed: true, lane: 'contest' }));
    await pass(outbox, 0);
    expect(said()).toEqual(['sheet']);
    expect(chats.discord.last?.text).toBe('seven entries');
    expect(await table.depths()).toEqual([]);
  });

  test('is there once where the bot ends after the post and before its note, and its note comes true once', async () => {
    await add(note('n-1'));
    let ends = 1;
    const first = await start({
      note: {
        ...noting,
        onPosted: async (row, sent, transaction) => {
          await noting.onPosted?.(row, sent, transaction);
          if (ends-- > 0) throw new Error('the end');
        },
      },
    });
    await first.stop();
    expect(said()).toEqual(['n-1']);
    expect(await notedIds()).toEqual([]);
    now += minuteMs;
    platforms = new Map([connect('discord')]);
    await pass(await start(), minuteMs);
    expect(said()).toEqual(['n-1']);
    expect(chats.discord.messages.get('n-1')!.contents).toHaveLength(2);
    expect(await notedIds()).toEqual(['n-1']);
  });

  test('is there once where the answer of the platform was lost', async () => {
    await add(note('n-1'));
    platforms.get('discord')!.faults.push('after');
    const outbox = await start();
    expect(await notedIds()).toEqual([]);
    await pass(outbox, minuteMs);
    expect(said()).toEqual(['n-1']);
    expect(await notedIds()).toEqual(['n-1']);
  });

  test('goes in order within its lane, and holds up no other', async () => {
    for (const key of ['l-1', 'l-2', 'l-3']) await add(note(key, { lane: 'l' }));
    await add(note('other'));
    const platform = platforms.get('discord')!;
    const send = platform.send.bind(platform);
    let refusals = 1;
    platform.send = async (place, message, options) => {
      if (options.key === 'l-1' && refusals-- > 0) throw new Error('the platform does not answer');
      return send(place, message, options);
    };
    const outbox = await start();
    expect(said()).toEqual(['other']);
    expect(await outbox.post('l-2')).toEqual({ kind: 'waits' });
    await pass(outbox, minuteMs);
    expect(said()).toEqual(['other', 'l-1', 'l-2', 'l-3']);
  });

  test('is for everybody where it names nobody', async () => {
    const whom: (Person | undefined)[] = [];
    const platform = platforms.get('discord')!;
    const send = platform.send.bind(platform);
    platform.send = (place, message, options) => {
      whom.push(options.person);
      return send(place, message, options);
    };
    await add(note('all'));
    await add(note('one', { person: anna }));
    await start();
    expect(whom.toSorted()).toEqual([anna, undefined]);
  });

  test('takes the place of an earlier message, and is a new one, once, where that is gone', async () => {
    const composed = (replaces: string): PostKind => ({
      ...noting,
      compose: async ({ key }) => ({
        message: { kind: 'info', text: key },
        replaces: { place: hall, message: replaces },
      }),
    });
    await add(note('before'));
    const outbox = await start({ note: noting, edit: composed('before'), lost: composed('nowhere') });
    await add(note('e-1', { kind: 'edit' }));
    await add(note('l-1', { kind: 'lost' }));
    await pass(outbox, 0);
    expect(said()).toEqual(['before', 'l-1-again']);
    expect(chats.discord.messages.get('before')!.contents.at(-1)!.text).toBe('e-1');
  });

  test('waits, uncounted, where only a newer version has its words', async () => {
    await add(note('n-1'));
    const older = await start({ note: { ...noting, compose: async () => 'later' } }, { maxAttempts: 2 });
    for (let step = 0; step < 5; step += 1) await pass(older, minuteMs);
    expect(await older.post('n-1')).toEqual({ kind: 'waits' });
    expect((await table.get('n-1'))!.attempts).toBe(0);
    await older.stop();
    await pass(await start(), minuteMs);
    expect(said()).toEqual(['n-1']);
  });

  test('is left unsaid where nothing is to be said any more', async () => {
    await add(note('n-1'));
    await start({ note: { ...noting, compose: async () => undefined } });
    expect(said()).toEqual([]);
    expect(await table.depths()).toEqual([]);
    expect(await notedIds()).toEqual([]);
  });
});

describe('what cannot be posted', () => {
  test('is given up at once where it is refused for good, and what comes true then is noted with it', async () => {
    platforms.get('discord')!.closedChannels.add('hall');
    await add(note('n-1'));
    await start();
    expect(await notedIds()).toEqual(['no n-1']);
    expect(await table.depths()).toEqual([]);
    expect(logLines.filter((line) => line.includes('a note could not be delivered; nobody misses it'))).toHaveLength(1);
  });

  test('is tried ever later while its service is away, and given up after the last try', async () => {
    const sends: number[] = [];
    platforms.get('discord')!.send = async () => {
      sends.push(now);
      throw new Error('the service is away');
    };
    await add(note('n-1'));
    const outbox = await start({ note: noting }, { maxAttempts: 5 });
    for (let step = 0; step < 60; step += 1) await pass(outbox, 15_000);
    expect(sends).toHaveLength(5);
    const waits = sends.slice(1).map((moment, index) => moment - sends[index]!);
    expect(waits).toEqual(waits.toSorted((one, other) => one - other));
    expect(await notedIds()).toEqual(['no n-1']);
  });

  test('waits untried while its platform is switched off, in nobody’s way', async () => {
    platforms.delete('telegram');
    const there: Place = { platform: 'telegram', channel: '5' };
    for (let count = 0; count < 60; count += 1) await add(note(`t-${count}`, { place: there }));
    await add(note('d-1'));
    const outbox = await start();
    expect(said()).toEqual(['d-1']);
    expect(await table.depths()).toMatchObject([{ platform: 'telegram', count: 60, oldestAt: expect.any(Date) }]);
    expect((await table.get('t-0'))!.attempts).toBe(0);
    platforms.set(...connect('telegram'));
    // What was never tried goes at once, however many there are.
    await pass(outbox, 0);
    expect(said('telegram')).toHaveLength(60);
  });

  test('waits for a bot that knows its kind', async () => {
    await add(note('n-1', { kind: 'contest' }));
    const outbox = await start();
    expect(await outbox.post('n-1')).toEqual({ kind: 'waits' });
    expect(said()).toEqual([]);
    await pass(await start({ contest: noting }), 0);
    expect(said()).toEqual(['n-1']);
  });

  test('waits, without a tumult, for a database that takes nothing for now', async () => {
    for (let count = 0; count < 30; count += 1) await add(note(`n-${count}`, { lane: 'l' }));
    await opened.database.execute(sql`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'no space left on device'; END $$`);
    await opened.database.execute(
      sql`CREATE TRIGGER full_disk BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    const outbox = await start();
    await pass(outbox, 15_000);
    expect(logLines.filter((line) => line.includes('could not be noted'))).toHaveLength(2);
    await opened.database.execute(sql`DROP FUNCTION refuse CASCADE`);
    await pass(outbox, 15_000);
    expect(said()).toHaveLength(30);
  });

  test('is not tried all at once after a restart, and to one platform no more than so many in a minute', async () => {
    for (let count = 0; count < 120; count += 1) await add(note(`d-${count}`));
    await add(note('t-1', { place: { platform: 'telegram', channel: '5' } }));
    await opened.database.update(outboxRows).set({ attempts: 5 });
    const outbox = await start();
    expect([...said(), ...said('telegram')]).toEqual([]);
    const counts: number[] = [];
    for (let minute = 0; minute < 5; minute += 1) {
      for (let step = 0; step < 4; step += 1) await pass(outbox, 15_000);
      counts.push(said().length);
    }
    const perMinute = counts.map((count, index) => count - (counts[index - 1] ?? 0));
    expect(Math.max(...perMinute)).toBe(20);
    expect(said('telegram')).toEqual(['t-1']);
  });

  test('is tried again when its person speaks, and forgotten with them, also while it is on its way', async () => {
    await add(note('n-1', { person: anna }));
    await add(note('n-2', { person: { ...anna, id: 'ben', name: 'Ben' } }));
    platforms.get('discord')!.faults.push('before', 'before');
    const outbox = await start();
    expect(await outbox.catchUp(anna, 5)).toBe(1);
    expect(said()).toEqual(['n-1']);

    await add(note('n-3', { person: anna }));
    await add(note('n-4', { person: anna, lane: 'l' }));
    let arrive = () => {};
    const platform = platforms.get('discord')!;
    const send = platform.send.bind(platform);
    platform.send = async (place, message, options) => {
      await new Promise<void>((resolve) => {
        arrive = resolve;
      });
      return send(place, message, options);
    };
    const posting = outbox.post('n-3');
    while (arrive.name === 'arrive') await new Promise((resolve) => setTimeout(resolve, 5));
    const forgetting = outbox.forget(anna).then(() => said());
    arrive();
    expect(await forgetting).toContain('n-3');
    expect(await posting).toMatchObject({ kind: 'posted' });
    expect(await table.everythingOf(anna)).toEqual([]);
    expect(await table.get('n-2')).toBeDefined();
  });

  test('goes when it is too old, but for what lasts as long as something else', async () => {
    await add(note('old'));
    await add(note('kept', { kind: 'result' }));
    expect(await table.removeBefore(new Date(now), ['result'])).toBe(1);
    expect(await table.get('kept')).toBeDefined();
  });
});

test('a community that goes on under another id finds what waits for it there, also what is added late', async () => {
  const group = (id: string): Place => ({ platform: 'telegram', server: id, channel: id });
  await add(note('early', { place: group('-40') }));
  await opened.database.transaction(async (transaction) => {
    const move = { platform: 'telegram', from: '-40', to: '-1009' } as const;
    await new ServerMoves(transaction, { readAgain: () => {} }, [moveOutbox]).move(move);
  });
  await add(note('late', { place: group('-40') }));
  for (const key of ['early', 'late']) expect((await table.get(key))!.place).toEqual(group('-1009'));
});

test('what had ended in an older database and was not told yet is told', async () => {
  const { database } = opened;
  const records = new JobRecords(database);
  const job = { data: {}, title: '', person: anna, place: hall, locale: 'en' } as const;
  for (const id of ['d-2', 'd-1', 'd-told', 'd-waiting'])
    await records.insert({ ...job, id, name: id === 'd-1' ? 'train-pet' : 'imagine' }, id === 'd-1' ? 1 : 2);
  for (const id of ['d-1', 'd-2', 'd-told']) await records.settle(id, { kind: 'completed', result: {} });
  await records.finishDelivery('d-told', 'delivered');
  const statements = (await readFile(join(migrationsFolder, '0018_outbox.sql'), 'utf8')).split(
    '--> statement-breakpoint',
  );
  await database.execute(sql`ALTER TABLE jobs ADD COLUMN delivery_attempts integer NOT NULL DEFAULT 3`);
  for (const statement of statements.filter((each) => each.includes('INSERT')))
    await database.execute(sql.raw(statement));
  await database.execute(sql`ALTER TABLE jobs DROP COLUMN delivery_attempts`);
  const rows = await database.select().from(outboxRows).orderBy(outboxRows.sequence);
  expect(rows).toMatchObject([
    { key: 'd-1', lane: 'job-d-1', kind: 'result', attempts: 3, personId: 'anna', place: hall },
    { key: 'd-2', lane: 'job-d-2', kind: 'result', payload: { job: 'd-2', name: 'imagine' } },
    { key: 'd-1-announcement', lane: 'job-d-1', kind: 'announcement', attempts: 0 },
  ]);
});
