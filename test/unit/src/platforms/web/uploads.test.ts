import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileBlobStore } from '#src/blobs/blobs.js';
import { type UploadLimits, Uploads, type UploadsOptions } from '#src/platforms/web/uploads.js';
import { holdingAll } from '#test/helpers/holding-all.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';

const limits: UploadLimits = {
  maxPhotoBytes: 1000,
  maxPhotos: 4,
  maxWaitingBytes: 3000,
  maxAgeMs: 3600_000,
  perAddress: { photos: 20, bytes: 5000 },
  inAll: { photos: 50, bytes: 20_000 },
  maxPerMinutePerAddress: 10_000,
};
let folder: string;
let notes: MemoryNotes;
let blobs: UploadsOptions['blobs'];
beforeEach(() => {
  notes = new MemoryNotes();
  folder = mkdtempSync(join(tmpdir(), 'petbooth-uploads-'));
  blobs = holdingAll(new FileBlobStore({ folder, maxBytes: 1e6 }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (changed: Partial<UploadLimits> = {}) => Uploads.open({ notes, blobs, limits: { ...limits, ...changed } });
const countNow = async () => (await notes.read('upload')).length;

/** Each photo from a person of its own, as whoever throws cookies away. @returns how often which code came */
async function attack(uploads: Uploads, count: number, addressOf: (index: number) => string, bytes = 100) {
  const outcomes: Record<string, number> = {};
  for (let index = 0; index < count; index += 1) {
    const sender = { personId: `person-${index}`, address: addressOf(index) };
    const outcome = await uploads.receive(sender, 'a.jpg', undefined, Readable.from([Buffer.alloc(bytes)])).then(
      () => 'taken',
      (error: { code?: string }) => error.code ?? 'a fault',
    );
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

describe('photos that wait', () => {
  test('are so many from one address, however many people it says it is', async () => {
    const uploads = await open();
    expect(await attack(uploads, 300, () => '203.0.113.7')).toEqual({ taken: 20, 'photos-address': 280 });
    expect(await attack(uploads, 1, () => '203.0.113.8')).toEqual({ taken: 1 });
    expect(await countNow()).toBe(21);
  });

  test('are so many bytes from one address', async () => {
    const uploads = await open();
    expect(await attack(uploads, 100, () => '203.0.113.7', 900)).toEqual({ taken: 5, 'photos-address': 95 });
    expect(await countNow()).toBe(5);
  });

  test('are so many in all, from however many addresses', async () => {
    const uploads = await open();
    expect(await attack(uploads, 300, (index) => `198.51.100.${index}`)).toEqual({ taken: 50, 'photos-full': 250 });
    notes = new MemoryNotes();
    const others = await open();
    expect(await attack(others, 300, (index) => `198.51.100.${index}`, 1000)).toEqual({
      taken: 20,
      'photos-full': 280,
    });
  });

  test('are so many within a minute', async () => {
    const uploads = await open({ maxPerMinutePerAddress: 7 });
    expect(await attack(uploads, 50, () => '203.0.113.7', 1)).toEqual({ taken: 7, 'photo-rate': 43 });
  });

  test('count until the command that took them has read them, and make room then', async () => {
    const uploads = await open({ perAddress: { photos: 1, bytes: 5000 } });
    const sender = { personId: 'anna', address: '203.0.113.7' };
    const send = () => uploads.receive(sender, 'a.jpg', undefined, Readable.from([Buffer.alloc(10)]));
    for (let round = 0; round < 3; round += 1) {
      const { release } = uploads.take('anna', [await send()]);
      await expect(send()).rejects.toMatchObject({ code: 'photos-address' });
      await release();
    }
    const id = await send();
    await uploads.remove('anna', id);
    await expect(
      uploads.receive(sender, 'a.jpg', undefined, Readable.from([Buffer.alloc(1001)])),
    ).rejects.toMatchObject({ code: 'photo-size' });
    await send();
    expect(await countNow()).toBe(1);
  });

  test('are known to the next process, count there, and go when they are old', async () => {
    const sender = { personId: 'anna', address: '203.0.113.7' };
    const before = await open();
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1)
      ids.push(await before.receive(sender, `${count}.jpg`, undefined, Readable.from([Buffer.alloc(10, count)])));
    const after = await open({ inAll: { photos: 4, bytes: 20_000 } });
    await expect(
      after.receive({ ...sender, personId: 'ben' }, 'a.jpg', undefined, Readable.from([Buffer.alloc(1)])),
    ).rejects.toMatchObject({ code: 'photos-full' });
    const { images, release } = after.take('anna', ids.slice(0, 1));
    expect(await images[0]!.read(10)).toEqual(new Uint8Array(10));
    await release();
    expect(await countNow()).toBe(3);
    await after.removeOld(Date.now() + 2 * limits.maxAgeMs);
    expect(await countNow()).toBe(0);
  });

  test('of somebody on this machine are bound by the limits of a person and of all', async () => {
    const uploads = await open();
    const send = () =>
      uploads.receive({ personId: 'anna', address: undefined }, 'a.jpg', undefined, Readable.from([Buffer.alloc(1)]));
    for (let count = 0; count < 4; count += 1) await send();
    await expect(send()).rejects.toMatchObject({ code: 'photo-count' });
    expect(await attack(uploads, 20, () => '203.0.113.7')).toEqual({ taken: 20 });
  });
});
