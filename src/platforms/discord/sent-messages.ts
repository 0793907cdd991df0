import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
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
  readonly person: Pick<Person, 'id'>;
}

const keptMs = 30 * 24 * 3600_000;
const defaultMaxKept = 20_000;

/**
 * Which message belongs to which key, on disk, so that a message whose answer was lost is found instead of posted again, also
 * after a restart: an attempt is noted before it is made.
 */
export class SentMessages {
  readonly #path: string;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #maxKept: number;
  readonly #byKey = new Map<string, SentMessage>();
  readonly #messages = new Set<string>();
  #writing: Promise<void> = Promise.resolve();
  #lineCount = 0;

  constructor(folder: string, now: () => number, maxKept = defaultMaxKept) {
    this.#folder = folder;
    this.#maxKept = maxKept;
    this.#path = join(folder, 'sent.jsonl');
    this.#now = now;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    for (const each of text.split('\n')) {
      const sent = parseLine(each);
      if (sent && sent.at > this.#now() - keptMs) this.#remember(sent);
    }
    await this.#rewrite();
  }

  async close(): Promise<void> {
    await this.#writing;
  }

  find(key: string): SentMessage | undefined {
    return this.#byKey.get(key);
  }

  /** Whether this message is known to belong to a key. */
  has(message: string): boolean {
    return this.#messages.has(message);
  }

  /** To be noted before the attempt. */
  async noteAttempt({ key, person }: Owned, channel: string, content: string): Promise<void> {
    await this.#write({ key, person: person.id, channel, at: this.#now(), content: digestOf(content) });
  }

  async noteMessage({ key, person }: Owned, channel: string, message: string): Promise<void> {
    await this.#write({ key, person: person.id, channel, at: this.#now(), message });
  }

  everythingOf(person: string): SentMessage[] {
    return [...this.#byKey.values()].filter((sent) => sent.person === person);
  }

  /** Leaves nothing of one person, in the file either. */
  async forgetPerson(person: string): Promise<void> {
    for (const { key } of this.everythingOf(person)) this.forget(key);
    await this.#inTurn(() => this.#rewrite());
  }

  /** It was deleted; the key is free again. */
  forget(key: string): void {
    const known = this.#byKey.get(key);
    if (known?.message !== undefined) this.#messages.delete(known.message);
    this.#byKey.delete(key);
  }

  async #write(sent: SentMessage): Promise<void> {
    this.#remember(sent);
    await this.#inTurn(async () => {
      if (this.#lineCount >= 2 * this.#maxKept) return this.#rewrite();
      this.#lineCount += 1;
      await appendFile(this.#path, `${JSON.stringify(sent)}\n`);
    });
  }

  async #inTurn(write: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.catch(() => {}).then(write);
    await this.#writing;
  }

  async #rewrite(): Promise<void> {
    const kept = [...this.#byKey.values()];
    this.#lineCount = kept.length;
    await writeFile(`${this.#path}.tmp`, kept.map((sent) => `${JSON.stringify(sent)}\n`).join(''), { mode: 0o600 });
    await rename(`${this.#path}.tmp`, this.#path);
  }

  #remember(sent: SentMessage): void {
    this.forget(sent.key);
    this.#byKey.set(sent.key, sent);
    if (sent.message !== undefined) this.#messages.add(sent.message);
    // The oldest goes.
    if (this.#byKey.size > this.#maxKept) this.forget(this.#byKey.keys().next().value!);
  }
}

/** Discord takes blanks from both ends. */
export function digestOf(content: string): string {
  return createHash('sha256').update(content.trim()).digest('base64url').slice(0, 22);
}

function parseLine(text: string): SentMessage | undefined {
  try {
    const parsed = line.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
