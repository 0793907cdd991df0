import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '#src/core/durable-files.js';

const State = z.object({
  /** Names what is copied from here, in the places that it is copied to. */
  id: z.string(),
  /** How many shelves are in a bucket, and were read again. */
  shelvesIn: z.record(z.string(), z.number().int().nonnegative()),
});

/** How far copies from a data folder have come, in that folder. */
export class TransferState {
  readonly #path: string;
  readonly #state: z.infer<typeof State>;

  private constructor(path: string, state: z.infer<typeof State>) {
    this.#path = path;
    this.#state = state;
  }

  static async open(folder: string): Promise<TransferState> {
    const path = join(folder, 'transfer.json');
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    const state = new TransferState(
      path,
      text === undefined ? { id: randomUUID(), shelvesIn: {} } : State.parse(JSON.parse(text)),
    );
    if (text === undefined) await state.#write();
    return state;
  }

  get id(): string {
    return this.#state.id;
  }

  shelvesIn(bucket: string): number {
    return this.#state.shelvesIn[bucket] ?? 0;
  }

  async setShelvesIn(bucket: string, count: number): Promise<void> {
    this.#state.shelvesIn[bucket] = count;
    await this.#write();
  }

  #write(): Promise<void> {
    return writeDurably(this.#path, `${JSON.stringify(this.#state)}\n`);
  }
}
