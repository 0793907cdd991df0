import { setImmediate as breathe } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { HeldBlobs } from '#src/blobs/held-blobs.js';
import { type BlobKey, blobKeyOf } from '#src/core/blob-key.js';

/** Rows and files that take their time, in an order that a seed decides. */
class Stage {
  readonly rows = new Map<number, BlobKey>();
  readonly stored = new Set<BlobKey>();
  readonly noted = new Set<BlobKey>();
  /** For the next file that is stored. */
  failure: Error | undefined;
  readonly blobs: HeldBlobs;
  readonly #random: () => number;

  constructor(seed: number) {
    const generator = createGenerator(seed);
    this.#random = () => generator.uniform();
    this.blobs = new HeldBlobs({
      files: {
        put: async (bytes, key = blobKeyOf(bytes)) => {
          expect(this.noted).toContain(key);
          if (this.failure) throw this.failure;
          // What is there already is not written again.
          const isThere = await this.#later(() => this.stored.has(key));
          if (!isThere) await this.#later(() => this.stored.add(key));
          return key;
        },
        putStream: async (chunks, beforeNamed) => {
          const parts: Uint8Array[] = [];
          for await (const chunk of chunks) parts.push(chunk);
          const key = blobKeyOf(Buffer.concat(parts));
          await beforeNamed?.(key, parts.length);
          expect(this.noted).toContain(key);
          const isThere = await this.#later(() => this.stored.has(key));
          if (!isThere) await this.#later(() => this.stored.add(key));
          return key;
        },
        get: () => Promise.reject(new Error('not asked for here')),
        open: () => Promise.reject(new Error('not asked for here')),
        has: (key) => this.#later(() => this.stored.has(key)),
        byteLengthOf: (key) => this.#later(() => (this.stored.has(key) ? 1 : undefined)),
        delete: async (key) => void (await this.#later(() => this.stored.delete(key))),
      },
      register: {
        note: async (files) => {
          await this.#later(() => {
            for (const { key } of files) this.noted.add(key);
          });
        },
        remove: async (keys) => {
          await this.#later(() => {
            for (const key of keys) this.noted.delete(key);
          });
        },
      },
      findUnused: (keys) => this.#later(() => keys.filter((key) => ![...this.rows.values()].includes(key))),
    });
  }

  choose<Value>(values: readonly Value[]): Value | undefined {
    return values[Math.floor(this.#random() * values.length)];
  }

  /** Before, in between and after it others may go on. */
  async #later<Value>(work: () => Value): Promise<Value> {
    await this.pause();
    const value = work();
    await this.pause();
    return value;
  }

  async pause(): Promise<void> {
    for (let turns = Math.floor(this.#random() * 4); turns > 0; turns -= 1) await breathe();
  }
}

const contents = [1, 2].map((content) => new Uint8Array([content]));

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A photo that is sent, or one of before that is used again. */
async function use(stage: Stage, id: number): Promise<void> {
  await stage.blobs.during(async () => {
    const bytes = stage.choose(contents)!;
    const how = stage.choose(['put', 'putStream', 'has', 'missingOf'] as const)!;
    if (how === 'put') await stage.blobs.put(bytes);
    else if (how === 'putStream') await stage.blobs.putStream(inOnePiece(bytes));
    else if (how === 'missingOf') {
      if ((await stage.blobs.missingOf([blobKeyOf(bytes)])).length > 0) return;
    } else if (!(await stage.blobs.has(blobKeyOf(bytes)))) return;
    await stage.pause();
    stage.rows.set(id, blobKeyOf(bytes));
    expect(stage.stored, 'when a row names it').toContain(blobKeyOf(bytes));
    await stage.pause();
  });
}

async function giveUp(stage: Stage): Promise<void> {
  await stage.pause();
  const [id, key] = stage.choose([...stage.rows]) ?? [];
  if (id === undefined || key === undefined) return;
  stage.rows.delete(id);
  if (id % 4 === 0) await stage.blobs.delete(key);
  else await stage.blobs.deleteAll(contents.map(blobKeyOf));
}

test('however storing, using and giving up interleave, what a row names is there, and what none names is gone', async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const stage = new Stage(seed);
    await Promise.all(
      Array.from({ length: 30 }, async (_, id) => {
        await stage.pause();
        await (id % 2 === 0 ? use(stage, id) : giveUp(stage));
      }),
    );
    expect(stage.stored, `seed ${seed}`).toEqual(new Set(stage.rows.values()));
    expect(stage.noted, `seed ${seed}`).toEqual(stage.stored);
  }
});

test('what is given up while a piece of work holds it is removed at the end of that work', async () => {
  const stage = new Stage(1);
  const key = blobKeyOf(contents[0]!);
  await stage.blobs.during(async () => {
    await stage.blobs.put(contents[0]!);
    await stage.blobs.delete(key);
    expect(stage.stored).toContain(key);
  });
  expect(stage.stored).not.toContain(key);
});

test('what could not be stored is not noted, and a row that has the same file keeps it', async () => {
  const stage = new Stage(1);
  const [first, second] = contents as [Uint8Array, Uint8Array];
  stage.rows.set(1, await stage.blobs.put(first));
  stage.failure = new Error('no space');
  for (const bytes of [first, second]) await expect(stage.blobs.put(bytes)).rejects.toThrow('no space');
  expect(stage.noted).toEqual(new Set([blobKeyOf(first)]));
  expect(stage.stored).toEqual(stage.noted);
});
