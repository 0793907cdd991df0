import { setImmediate as breathe } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGenerator } from '#models/tensors/random.js';
import { HeldBlobs } from '#src/blobs/held-blobs.js';
import { type BlobKey, blobKeyOf } from '#src/core/blob-key.js';

/** Rows and files that take their time, in an order that a seed decides. */
class Stage {
  readonly rows = new Map<number, BlobKey>();
  readonly stored = new Set<BlobKey>();
  readonly blobs: HeldBlobs;
  readonly #random: () => number;

  constructor(seed: number) {
    const generator = createGenerator(seed);
    this.#random = () => generator.uniform();
    this.blobs = new HeldBlobs({
      files: {
        put: async (bytes, key = blobKeyOf(bytes)) => {
          // What is there already is not written again.
          const isThere = await this.#later(() => this.stored.has(key));
          if (!isThere) await this.#later(() => this.stored.add(key));
          return key;
        },
        putStream: async (chunks, beforeNamed) => {
          const parts: Uint8Array[] = [];
          for await (const chunk of chunks) parts.push(chunk);
          const key = blobKeyOf(Buffer.concat(parts));
          await beforeNamed?.(key);
          const isThere = await this.#later(() => this.stored.has(key));
          if (!isThere) await this.#later(() => this.stored.add(key));
          return key;
        },
        get: () => Promise.reject(new Error('not asked for here')),
        open: () => Promise.reject(new Error('not asked for here')),
        has: (key) => this.#later(() => this.stored.has(key)),
        delete: async (key) => void (await this.#later(() => this.stored.delete(key))),
        olderThan: () => {
          throw new Error('not asked for here');
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
    const how = stage.choose(['put', 'putStream', 'has'] as const)!;
    if (how === 'put') await stage.blobs.put(bytes);
    else if (how === 'putStream') await stage.blobs.putStream(inOnePiece(bytes));
    else if (!(await stage.blobs.has(blobKeyOf(bytes)))) return;
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
