import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { AnnouncingBlobs } from '#src/blobs/announced-blobs.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { HeldBlobs } from '#src/blobs/held-blobs.js';
import { blobKeyOf, shelfOf } from '#src/core/blob-key.js';
import { BlobRegister } from '#src/database/blob-register.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { OpenDatabase } from '#src/database/database.js';
import { blobUses } from '#src/database/tables.js';
import { createLog } from '#src/operations/log.js';
import {
  announcedFilesHandler,
  inventory,
  inventoryHandler,
  type StoredFilesOptions,
} from '#src/privacy/stored-files.js';
import { DueInstantsTable } from '#src/schedule/due-instants.js';
import { type DueHandler, Schedule } from '#src/schedule/schedule.js';
import { dueInstants } from '#src/schedule/tables.js';
import { startTestRedis, type TestRedis } from '#test/helpers/redis.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
let server: TestRedis;
let redis: Redis;
let folder: string;
let files: FileBlobStore;
let options: StoredFilesOptions;
let register: BlobRegister;
let instants: DueInstantsTable;
let migrated: readonly (typeof dueInstants.$inferSelect)[];
beforeAll(async () => {
  [opened, server] = await Promise.all([openTestDatabase(), startTestRedis()]);
  redis = new Redis({ path: server.url });
  instants = new DueInstantsTable(opened.database);
  migrated = await opened.database.select().from(dueInstants);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-stored-'));
  files = new FileBlobStore({ folder, maxBytes: 1000 });
  const findUnused: HeldBlobs['missingOf'] = (keys) => findUnusedBlobs(opened.database, keys);
  register = new BlobRegister(opened.database);
  options = { files, blobs: new HeldBlobs({ files, register, findUnused }), register, redis };
  await opened.database.delete(blobUses);
  await opened.database.delete(dueInstants);
  await redis.flushall();
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(async () => {
  redis.disconnect();
  await Promise.all([opened.close(), server.stop()]);
});

const bytesOf = (words: string) => new TextEncoder().encode(words);
const log = createLog({ level: 'silent', name: 'test' });
const lookOf = (handler: DueHandler) => (key: string) => {
  if (!('outside' in handler)) throw new Error('files are not in the database');
  return handler.outside({ what: '', key, dueAt: new Date(), revision: 1, attempts: 0 });
};
async function noted(): Promise<Record<string, number>> {
  const all: Record<string, number> = {};
  for await (const some of register.all()) for (const { blob, byteLength } of some) all[blob] = byteLength;
  return all;
}

test('what a worker stored and nobody recorded is noted, and what it removed is not', async () => {
  const worker = new AnnouncingBlobs({ files, redis });
  const kept = await worker.put(bytesOf('a picture'));
  const removed = await worker.put(bytesOf('a preview'));
  const look = lookOf(announcedFilesHandler(options, instants));
  await look('look');
  expect(await noted(), 'it may still be on its way').toEqual({});
  await look('look');
  expect(await noted()).toEqual({ [kept]: 9, [removed]: 9 });
  await worker.delete(removed);
  await redis.sadd('petbooth:files', blobKeyOf(bytesOf('never stored, as its worker died')), 'no key of a file');
  await look('look');
  await look('look');
  expect(await noted()).toEqual({ [kept]: 9 });
  expect(await redis.keys('petbooth:files*')).toEqual([]);
  expect(await instants.nextAt()).toBeInstanceOf(Date);
});

test('files are announced before they have a name, and looked at again where the database was away', async () => {
  const worker = new AnnouncingBlobs({ files, redis });
  async function* pieces() {
    yield bytesOf('an archive');
  }
  const key = await worker.putStream(pieces());
  const look = lookOf(announcedFilesHandler(options, instants));
  await look('look');
  const isAway = vi.spyOn(BlobRegister.prototype, 'note').mockRejectedValue(new Error('the database is away'));
  await expect(look('look')).rejects.toThrow('away');
  isAway.mockRestore();
  await look('look');
  expect(await noted()).toEqual({ [key]: 10 });
});

test('older files are noted once, shelf by shelf, and a bot that is stopped goes on with the next shelf', async () => {
  expect(migrated.map(({ what, key }) => [what, key])).toEqual([[inventory, '00']]);
  const keys = await Promise.all(Array.from({ length: 60 }, (_, index) => files.put(bytesOf(`file ${index}`))));
  await register.note([{ key: keys[0]!, byteLength: 6 }]);
  const shelves: string[] = [];
  const listed = files.listed.bind(files);
  files.listed = (shelf) => {
    shelves.push(shelf);
    return listed(shelf);
  };
  await lookOf(inventoryHandler(options, instants))('00');
  const first = keys.map(shelfOf).toSorted()[0]!;
  expect(shelves.at(-1)).toBe(first);
  const next = await instants.next(new Date(Date.now() + 1000));
  expect(next?.key).toBe((Number.parseInt(first, 16) + 1).toString(16).padStart(2, '0'));

  const handlers = { [inventory]: inventoryHandler(options, instants) };
  const schedule = new Schedule({ database: opened.database, handlers, log });
  schedule.wake();
  await schedule.settled();
  await schedule.stop();
  expect(shelves).toEqual(Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0')));
  expect(await noted()).toEqual(
    Object.fromEntries(keys.map((key, index) => [key, bytesOf(`file ${index}`).byteLength])),
  );
  expect(await opened.database.select().from(dueInstants)).toEqual([]);
});
