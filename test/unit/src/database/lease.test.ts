import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Lease, LeaseLostError } from '#src/database/lease.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { people } from '#src/privacy/tables.js';
import { type Child, startChild } from '#test/helpers/child-process.js';
import type { DatabaseProcessSettings } from '#test/helpers/database-process.js';
import { waitFor } from '#test/helpers/wait-for.js';

/** Shorter than in production, and long enough for a busy machine. */
const times = { beatMs: 200, validMs: 2000, expiresMs: 6000 };

let folder: string;
let path: string;
const children: Child[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-lease-'));
  path = join(folder, 'a.lease');
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  await rm(folder, { recursive: true, force: true });
});

const acknowledgedPathOf = (place: string) => join(folder, `${place}.acknowledged`);
const acknowledgedBy = (place: string) =>
  existsSync(acknowledgedPathOf(place))
    ? readFileSync(acknowledgedPathOf(place), 'utf8').split('\n').filter(Boolean)
    : [];

const waitForRows = (place: string, count: number) =>
  waitFor(`${count} rows of ${place}`, () => acknowledgedBy(place).length > count, 60_000);

async function startBot(place: string): Promise<Child> {
  const settings = {
    folder,
    place,
    times,
    acknowledgedPath: acknowledgedPathOf(place),
  } satisfies DatabaseProcessSettings;
  const child = await startChild('database-process', [JSON.stringify(settings)], {
    logPath: join(folder, `${place}.log`),
  });
  children.push(child);
  return child;
}

async function storedIds(): Promise<Set<string>> {
  const { database, close } = await openDatabase({
    folder,
    migrationsFolder,
    lease: { times },
  });
  const rows = await database.select({ id: people.id }).from(people);
  await close();
  return new Set(rows.map(({ id }) => id));
}

test('of two bots on one volume the second waits, says for whom, and goes on when the first has ended', async () => {
  const first = await startBot('one');
  const starting = startBot('two');
  const said = () => readFile(join(folder, 'two.log'), 'utf8').catch(() => '');
  await waitFor('the second bot to say that it waits', said, 60_000);
  const before = acknowledgedBy('one').length;
  await waitForRows('one', before + 20);
  expect(acknowledgedBy('two')).toEqual([]);
  await first.stop();
  const second = await starting;
  await waitForRows('two', 20);
  await second.stop();
  expect(await said()).toMatch(new RegExp(`^waiting for process \\d+ on ${hostname()}\\n$`));
  expect(await storedIds()).toEqual(new Set([...acknowledgedBy('one'), ...acknowledgedBy('two')]));
  expect(existsSync(join(folder, 'postgres.lease'))).toBe(false);
});

test('of several that wait one takes over what stands still, and the others go on waiting', async () => {
  await writeFile(path, 'of somebody who is gone');
  const taken: Lease[] = [];
  const lost = vi.fn();
  const stopping = new AbortController();
  const waiting = ['one', 'two', 'three'].map((place) =>
    Lease.acquire(path, { place, times: { ...times, expiresMs: 300 }, onLost: lost, stopping: stopping.signal }).then(
      (lease) => taken.push(lease),
    ),
  );
  await Promise.any(waiting);
  await sleep(1000);
  expect(taken).toHaveLength(1);
  taken[0]!.release();
  await waitFor('the next one to take it', () => taken.length === 2);
  taken[1]!.check();
  stopping.abort();
  await Promise.allSettled(waiting);
  taken[1]!.release();
  expect(lost).not.toHaveBeenCalled();
});

test('the wait can be ended', async () => {
  const lease = await Lease.acquire(path, { place: 'there', times });
  const stopping = new AbortController();
  const waiting = Lease.acquire(path, {
    place: 'here',
    times,
    stopping: stopping.signal,
    onWaiting: () => stopping.abort(),
  });
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  lease.check();
  lease.release();
});

test('of a bot that was killed in its container one that waits takes over, with every acknowledged row', async () => {
  const first = await startBot('one');
  const starting = startBot('two');
  await waitForRows('one', 20);
  await first.kill();
  const second = await starting;
  await waitForRows('two', 20);
  await second.stop();
  const stored = await storedIds();
  for (const id of [...acknowledgedBy('one'), ...acknowledgedBy('two')]) expect(stored).toContain(id);
});

test('a bot that was stopped for longer than its lease ends when it goes on, and has written nothing', async () => {
  const first = await startBot('one');
  await waitForRows('one', 20);
  first.signal('SIGSTOP');
  const second = await startBot('two');
  await waitForRows('two', 20);
  const before = acknowledgedBy('one');
  first.signal('SIGCONT');
  expect(await first.ended).not.toBe(0);
  expect(await readFile(join(folder, 'one.log'), 'utf8')).toMatch(/another process has taken over/);
  // It may not have been told of the last row that it wrote before it was stopped.
  expect(acknowledgedBy('one').slice(0, before.length + 1)).toEqual(acknowledgedBy('one'));
  const soFar = acknowledgedBy('two').length;
  await waitForRows('two', soFar + 20);
  await second.stop();
  const stored = await storedIds();
  for (const id of [...acknowledgedBy('one'), ...acknowledgedBy('two')]) expect(stored).toContain(id);
});

test('a bot that was stopped goes on where nobody has taken over', async () => {
  const first = await startBot('one');
  first.signal('SIGSTOP');
  await sleep(times.expiresMs + times.validMs);
  first.signal('SIGCONT');
  const before = acknowledgedBy('one').length;
  await waitForRows('one', before + 20);
  await first.stop();
  expect(await storedIds()).toEqual(new Set(acknowledgedBy('one')));
});

test('where process ids mean the same, the lease of a dead process is free at once', async () => {
  await startBot('one').then((child) => child.kill());
  const held = JSON.parse(await readFile(join(folder, 'postgres.lease'), 'utf8')) as { process: string };
  await writeFile(path, JSON.stringify({ ...held, place: 'here' }));
  const lease = await Lease.acquire(path, { place: 'here', times: { ...times, expiresMs: 3_600_000 } });
  lease.check();
  lease.release();
});

test.each([-1, 1])('clocks that are a day apart (%i) change nothing: what moves is held', async (sign) => {
  const lease = await Lease.acquire(path, { place: 'there', times });
  const day = new Date(Date.now() + sign * 86_400_000);
  const touching = setInterval(() => void utimes(path, day, day).catch(() => {}), 20);
  const stopping = new AbortController();
  const holder = await new Promise((resolve, reject) => {
    const options = { place: 'here', times, stopping: stopping.signal, onWaiting: resolve };
    Lease.acquire(path, options).then(
      () => reject(new Error('it was taken over')),
      () => {},
    );
  });
  expect(holder).toContain(hostname());
  stopping.abort();
  clearInterval(touching);
  lease.check();
  lease.release();
});

test('whoever lost it is told once, and may write no more', async () => {
  const told: Error[] = [];
  const lease = await Lease.acquire(path, { times: { ...times, validMs: -1 }, onLost: (error) => told.push(error) });
  lease.check();
  await rm(path);
  expect(() => lease.check()).toThrow(LeaseLostError);
  expect(() => lease.check()).toThrow(LeaseLostError);
  expect(told).toHaveLength(1);
  await writeFile(path, 'of somebody else');
  lease.release();
  expect(await readFile(path, 'utf8')).toBe('of somebody else');
});

test('a file that says nothing, as after a power failure, is taken over once it has stood still', async () => {
  await writeFile(path, '');
  const lease = await Lease.acquire(path, { times: { ...times, expiresMs: 300 } });
  lease.check();
  lease.release();
});
