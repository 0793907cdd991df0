import { readdirSync, readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterEach, expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { PhotoDecoder, type PhotoDecoderOptions } from '#src/photos/decoder/photo-decoder.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';

const MiB = 1024 * 1024;
const limits = { maxBytes: 30_000_000, maxPixels: 64_000_000 };
const personOf = (id: string) => ({ platform: 'web', id, name: id }) as const;
let started: PhotoDecoder | undefined;
afterEach(() => started?.stop());
const decoderWith = (changes: Partial<PhotoDecoderOptions> = {}) => {
  const limits = { maxMemoryBytes: 1536 * MiB, maxWorkMs: 60_000, timeoutMs: 60_000 };
  started = new PhotoDecoder({ maxProcesses: 2, ...limits, ...changes });
  return started;
};
const given = (bytes: Uint8Array) => async () => ({ bytes, limits, maxSide: 2048 });

test('a photo comes back as ours, and one that is no photo with the reason', async () => {
  const decode = decoderWith().for(personOf('anna'));
  expect(await decode('keep', given(await drawPhoto(1, 96, 80)))).toMatchObject({ width: 96, height: 80 });
  await expect(decode('keep', given(Buffer.from('no photo')))).rejects.toMatchObject({
    problem: { key: 'photoNotAPhoto' },
  });
});

test('a picture of ours that is too long and too large is made to fit', async () => {
  const read = () => drawPhoto(1, 4000, 80);
  const fitted = await decoderWith().fitPhoto(read, { maxSide: 2000, maxRatio: 20 });
  expect(await sharp(fitted).metadata()).toMatchObject({ format: 'jpeg', width: 2000, height: 100 });
});

test('sheets of contests are drawn there, and a picture that cannot be read is a fault', async () => {
  const decode = decoderWith().for(personOf('sheet'));
  const [picture, broken] = [await drawPhoto(1), new Uint8Array([0xff, 0xd8, 0xff, 1])];
  const sheet = await decode('drawNumbered', async () => [
    { number: 7, picture },
    { number: 8, picture: undefined },
  ]);
  expect(await sharp(sheet).metadata()).toMatchObject({ format: 'jpeg', width: 1024 });
  const card = await decode('drawWinners', async () => [{ rank: 1, number: 7, picture }]);
  expect(await sharp(card).metadata()).toMatchObject({ format: 'jpeg', width: 1024 });
  await expect(decode('drawNumbered', async () => [{ number: 7, picture: broken }])).rejects.toThrow('photos failed');
});

test('a HEIC is decoded there, too', async () => {
  const heic = readFileSync(join(packageRoot, 'test/golden/data/photos/sideways.heic'));
  const decode = decoderWith().for(personOf('anna'));
  expect(await decode('keep', given(heic))).toMatchObject({ width: 120, height: 160 });
});

test('one that takes too long or too much is given up, and the next one is decoded', async () => {
  const large = await sharp({ create: { width: 8000, height: 6000, channels: 3, background: '#336699' } })
    .png()
    .toBuffer();
  for (const limit of ['timeoutMs', 'maxWorkMs'] as const) {
    const hurried = decoderWith({ [limit]: 1 });
    await expect(hurried.for(personOf('anna'))('keep', given(large)), limit).rejects.toMatchObject({
      problem: { key: 'photoBroken' },
      cause: { message: expect.stringContaining('too long') },
    });
    hurried.stop();
  }
  const narrow = decoderWith({ maxMemoryBytes: 16 * MiB });
  await expect(narrow.for(personOf('anna'))('keep', given(large))).rejects.toMatchObject({
    problem: { key: 'photoBroken' },
  });
  narrow.stop();
  expect(await decoderWith().for(personOf('anna'))('keep', given(large))).toMatchObject({ width: 8000 });
});

test('whoever sends many waits for their own: somebody else’s photo is next', async () => {
  const decoder = decoderWith({ maxProcesses: 1 });
  const order: string[] = [];
  const photo = await drawPhoto(1);
  const send = async (id: string) => {
    await decoder.for(personOf(id))('keep', given(photo));
    order.push(id);
  };
  const many = Array.from({ length: 20 }, () => send('many'));
  await many[0];
  await send('few');
  expect(order.filter((id) => id === 'many').length).toBeLessThan(10);
  await Promise.all(many);
});

test('a person’s photos are fetched one at a time, when it is their turn', async () => {
  const decoder = decoderWith();
  let [atOnce, most] = [0, 0];
  const photo = await drawPhoto(1);
  const decode = decoder.for(personOf('anna'));
  await Promise.all(
    Array.from({ length: 5 }, () =>
      decode('keep', async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await sleep(20);
        atOnce -= 1;
        return { bytes: photo, limits, maxSide: 64 };
      }),
    ),
  );
  expect(most).toBe(1);
});

test('of thirty people who send at once a few photos are in memory, and one that comes slowly holds up nobody', async () => {
  const decoder = decoderWith();
  const photo = await drawPhoto(1);
  let open = () => {};
  const slowly = new Promise<void>((resolve) => {
    open = resolve;
  });
  const slow = decoder.for(personOf('slow'))('keep', async () => {
    await slowly;
    return { bytes: photo, limits, maxSide: 64 };
  });
  let [inMemory, most] = [0, 0];
  await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const kept = await decoder.for(personOf(`person-${index}`))('keep', async () => {
        inMemory += 1;
        most = Math.max(most, inMemory);
        return { bytes: photo, limits, maxSide: 64 };
      });
      inMemory -= 1;
      return kept;
    }),
  );
  expect(most).toBeLessThanOrEqual(6);
  open();
  await slow;
});

test.skipIf(process.platform !== 'linux')(
  'all that a process of pictures does comes after what people wait for',
  async () => {
    const others = new Set(childrenOf(process.pid));
    await decoderWith({ maxProcesses: 1 }).for(personOf('anna'))('keep', given(await drawPhoto(1)));
    const [decoder, ...more] = childrenOf(process.pid).filter((pid) => !others.has(pid));
    expect(more).toEqual([]);
    const threads = readdirSync(`/proc/${decoder}/task`).map((thread) => getPriority(Number(thread)));
    expect(threads.length).toBeGreaterThan(4);
    expect(new Set(threads)).toEqual(new Set([constants.priority.PRIORITY_BELOW_NORMAL]));
  },
);

test.skipIf(process.platform !== 'linux')(
  'while it is kept ready a process waits, and another one after one was given up',
  async () => {
    const others = new Set(childrenOf(process.pid));
    const own = () => childrenOf(process.pid).filter((pid) => !others.has(pid));
    const decoder = decoderWith({ maxProcesses: 1, idleMs: 1 });
    decoder.keepReady(true);
    const [first] = own();
    const decode = decoder.for(personOf('anna'));
    await decode('keep', given(await drawPhoto(1)));
    expect(own()).toEqual([first]);
    const broken = (await drawPhoto(1)).subarray(0, 200);
    await expect(decode('keep', given(broken))).rejects.toMatchObject({ problem: { key: 'photoBroken' } });
    await waitFor('another one', () => own().length === 1 && !own().includes(first!));
    decoder.keepReady(false);
    await waitFor('its end', () => own().length === 0);
  },
);

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

test('more than fifty of one person are not kept waiting, and nobody else is turned away', async () => {
  const decoder = decoderWith();
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const photo = await drawPhoto(1);
  const behindGate = async () => {
    await gate;
    return { bytes: photo, limits, maxSide: 64 };
  };
  const waiting = Array.from({ length: 50 }, () => decoder.for(personOf('many'))('keep', behindGate));
  await expect(decoder.for(personOf('many'))('keep', behindGate)).rejects.toMatchObject({
    text: { key: 'errors.queueFullForYou' },
  });
  await expect(decoder.for(personOf('few'))('keep', given(photo))).resolves.toMatchObject({ width: 96 });
  open();
  await Promise.all(waiting);
});

test('twelve large pictures do not hold up what else this process does', async () => {
  const hostile = await sharp({ create: { width: 7000, height: 7000, channels: 4, background: '#33669980' } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const decoder = decoderWith();
  await decoder.for(personOf('warm'))('keep', given(await drawPhoto(1)));
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: 12 }, (_, index) => decoder.for(personOf(`hostile-${index}`))('keep', given(hostile))),
  );
  const { user, system } = process.cpuUsage(before);
  // Decoding them takes many seconds of work; here it is handing over bytes.
  expect((user + system) / 1e6).toBeLessThan(2);
});
