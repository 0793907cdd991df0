import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Journal } from '#src/core/journal.js';
import type { Note, Notes } from '#src/core/notes.js';
import type { Person } from '#src/core/place.js';

const line = z.object({
  key: z.string(),
  channel: z.string(),
  /** Whom it is for. */
  person: z.string().optional(),
  at: z.number(),
  /** The message, once Discord has told its id. */
  message: z.string().optional(),
  /** Of what was being posted, by which to find it again. */
  content: z.string().optional(),
});

/** One message: tried, or known to be there. */
export type SentMessage = z.infer<typeof line>;

interface Owned {
  readonly key: string;
  readonly person?: Pick<Person, 'id'>;
}

const kind = 'sent';
const keptMs = 30 * 24 * 3600_000;
const defaultMaxKept = 20_000;

/**
 * Which message belongs to which key, so that a message whose answer was lost is found instead of posted again, also by the next
 * process: an attempt is noted before it is made.
 */
export class SentMessages {
  readonly #journal: Journal<SentMessage>;
  readonly #now: () => number;

  private constructor(journal: Journal<SentMessage>, now: () => number) {
    this.#journal = journal;
    this.#now = now;
  }

  static async open(notes: Notes, now: () => number, maxKept = defaultMaxKept): Promise<SentMessages> {
    const journal = await Journal.open<SentMessage>({
      notes,
      kind,
      maxEntries: maxKept,
      parse: (json) => line.safeParse(json).data,
      isKept: ({ at }) => at > now() - keptMs,
      personOf: ({ person }) => person,
    });
    return new SentMessages(journal, now);
  }

  find(key: string): SentMessage | undefined {
    return this.#journal.get(key);
  }

  /** Whether this message is known to belong to a key. */
  has(message: string): boolean {
    return this.#journal.entries().some((sent) => sent.message === message);
  }

  /** To be noted before the attempt. */
  async noteAttempt({ key, person }: Owned, channel: string, content: string): Promise<void> {
    await this.#journal.put({ key, person: person?.id, channel, at: this.#now(), content: digestOf(content) });
  }

  /** Nobody waits for it: without it the message would be looked for. */
  noteMessage({ key, person }: Owned, channel: string, message: string): void {
    this.#journal.put({ key, person: person?.id, channel, at: this.#now(), message }, 'soon').catch(() => {});
  }

  everythingOf(person: string): SentMessage[] {
    return this.#journal.entries().filter((sent) => sent.person === person);
  }

  /** Leaves nothing of one person. */
  async forgetPerson(person: string): Promise<void> {
    await this.#journal.remove(this.everythingOf(person).map(({ key }) => key));
  }

  /** It was deleted; the key is free again. */
  forget(key: string): void {
    this.#journal.remove([key], 'soon').catch(() => {});
  }
}

/** A line of the file that an earlier version kept, as a note. */
export function noteOfLine(json: unknown): Note | undefined {
  const sent = line.safeParse(json).data;
  return sent && { kind, key: sent.key, person: sent.person, at: sent.at, value: sent };
}

/** Discord takes blanks from both ends. */
export function digestOf(content: string): string {
  return createHash('sha256').update(content.trim()).digest('base64url').slice(0, 22);
}
