import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '#src/core/durable-files.js';

/** How often an update that the bot did not survive is tried. */
const maxAttempts = 3;

/**
 * Updates that are not finished: written before Telegram is told that they arrived, removed when they are answered. So nothing
 * waits for the work, and nothing is lost when the bot ends in the middle of it.
 */
export class Inbox {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Inbox> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Inbox(folder);
  }

  async add(updateId: number, update: unknown, attempts = 1): Promise<void> {
    await writeDurably(this.#pathOf(updateId), JSON.stringify({ attempts, update }));
  }

  async remove(updateId: number): Promise<void> {
    await rm(this.#pathOf(updateId), { force: true });
  }

  /** What an earlier process left, oldest first; each is counted as tried once more. */
  async takeLeftovers(): Promise<{ readonly updateId: number; readonly update: unknown }[]> {
    const found: { updateId: number; update: unknown }[] = [];
    const names = await readdir(this.#folder);
    for (const name of names.filter((name) => name.endsWith('.tmp')))
      await rm(join(this.#folder, name), { force: true });
    const ids = names.flatMap((name) => (/^\d+\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
    for (const updateId of ids.sort((one, other) => one - other)) {
      try {
        const { attempts, update } = JSON.parse(await readFile(this.#pathOf(updateId), 'utf8')) as {
          attempts: number;
          update: unknown;
        };
        if (attempts >= maxAttempts) throw new Error('tried often enough');
        await this.add(updateId, update, attempts + 1);
        found.push({ updateId, update });
      } catch {
        await this.remove(updateId);
      }
    }
    return found;
  }

  #pathOf(updateId: number): string {
    return join(this.#folder, `${updateId}.json`);
  }
}
