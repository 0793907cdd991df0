import { z } from 'zod';
import type { Note, Notes } from '#src/core/notes.js';

const kind = 'update';
/** How often an update that the bot did not survive is tried. */
const maxAttempts = 3;

const waitingSchema = z.object({ attempts: z.number(), update: z.unknown() });

export interface Leftover {
  readonly updateId: number;
  readonly update: unknown;
  /** Whatever became of the process that got it. */
  readonly receivedAt: Date;
}

/**
 * Updates that are not finished: noted before Telegram is told that they arrived, removed when they are answered. So nothing
 * waits for the work, and nothing is lost when the bot ends in the middle of it.
 */
export class Inbox {
  readonly #notes: Notes;

  constructor(notes: Notes) {
    this.#notes = notes;
  }

  add(updateId: number, update: unknown, receivedAt: Date): Promise<void> {
    return this.#notes.put(noteOf(updateId, { attempts: 1, update }, receivedAt.getTime()));
  }

  /** Once what came of it is noted, too; in the same order. */
  remove(updateId: number): Promise<void> {
    return this.#notes.remove(kind, [String(updateId)], 'soon');
  }

  /** What an earlier process left, oldest first; each is counted as tried once more. */
  async takeLeftovers(): Promise<Leftover[]> {
    const found = await this.#notes.read(kind);
    const left = found.flatMap(({ key, at, value }) => {
      const waiting = waitingSchema.safeParse(value).data;
      const isTried = waiting && waiting.attempts < maxAttempts;
      return isTried ? { updateId: Number(key), receivedAt: new Date(at), ...waiting } : [];
    });
    left.sort((one, other) => one.updateId - other.updateId);
    const ids = new Set(left.map(({ updateId }) => String(updateId)));
    const given = found.map(({ key }) => key).filter((key) => !ids.has(key));
    await Promise.all([
      this.#notes.remove(kind, given),
      ...left.map(({ updateId, receivedAt, attempts, update }) =>
        this.#notes.put(noteOf(updateId, { attempts: attempts + 1, update }, receivedAt.getTime())),
      ),
    ]);
    return left;
  }
}

/** @param json what the file of an update held in an earlier version */
export function noteOfFile(updateId: number, json: unknown): Note | undefined {
  const waiting = waitingSchema.safeParse(json).data;
  return waiting && noteOf(updateId, waiting);
}

function noteOf(updateId: number, value: z.infer<typeof waitingSchema>, at = Date.now()): Note {
  return { kind, key: String(updateId), at, value };
}
