import { z } from 'zod';
import { BoundedMap } from '#src/core/bounded-map.js';
import { Journal } from '#src/core/journal.js';
import type { Note, Notes } from '#src/core/notes.js';

const entrySchema = z.object({
  key: z.string(),
  chat: z.string(),
  /** Whom it was for, where the chat does not say so. */
  person: z.string().optional(),
  /** `sending` is written before the request, so that a crash or a lost answer leaves its trace. */
  state: z.enum(['sending', 'sent', 'refused']),
  ids: z.array(z.number().int()).default([]),
  /** The highest message id known when it was sent: ours came later. */
  afterId: z.number().int().default(0),
  /** What it consists of, where a key can stand for different contents. */
  content: z.string().optional(),
  at: z.number(),
});
export type SentEntry = z.infer<typeof entrySchema>;

const kind = 'sent';
const keptMs = 60 * 24 * 3600_000;
const maxEntries = 100_000;
const maxKnownIds = 1000;
/** Groups of which ids are known; whoever puts the bot into more makes it forget the quietest. */
const maxBoxes = 1000;

/** Of the further pictures below a message. */
export function albumKeyOf(chat: string, id: number): string {
  return `album:${chat}/${id}/`;
}

/** Private chats and basic groups share one count of message ids, each supergroup has its own. */
function boxOf(chat: string): string {
  return chat.startsWith('-100') ? chat : 'account';
}

/** Which message was posted under which key, also by an earlier process. */
export class SentMessages {
  readonly #journal: Journal<SentEntry>;
  readonly #highest = new BoundedMap<string, number>(maxBoxes);
  /** Ids of messages that are certainly something else than what is looked for. */
  readonly #known = new BoundedMap<string, Set<number>>(maxBoxes);

  private constructor(journal: Journal<SentEntry>) {
    this.#journal = journal;
    for (const { chat, afterId, ids } of journal.entries()) for (const id of [afterId, ...ids]) this.noteSeen(chat, id);
  }

  static async open(notes: Notes): Promise<SentMessages> {
    const journal = await Journal.open<SentEntry>({
      notes,
      kind,
      maxEntries,
      parse: (json) => entrySchema.safeParse(json).data,
      isKept: ({ state, at }) => state !== 'refused' && Date.now() - at < keptMs,
      personOf,
    });
    return new SentMessages(journal);
  }

  get(key: string): SentEntry | undefined {
    return this.#journal.get(key);
  }

  async begin(
    key: string,
    chat: string,
    { content, person }: { readonly content?: string; readonly person?: string | undefined } = {},
  ): Promise<void> {
    const lost = this.#journal.get(key);
    // A first try that is still not found may have been done late: the search goes on from where it was.
    const isSame = lost?.state === 'sending' && lost.chat === chat && lost.content === content;
    const afterId = isSame ? lost.afterId : (this.#highest.get(boxOf(chat)) ?? 0);
    const facts = { ...(content && { content }), ...(person !== undefined && person !== chat && { person }) };
    await this.#journal.put({ key, chat, state: 'sending', ids: [], afterId, at: Date.now(), ...facts });
  }

  /** Nobody waits for it: without it the message would be looked for. */
  finish(key: string, ids: readonly number[]): void {
    const entry = this.#journal.get(key);
    if (!entry) return;
    for (const id of ids) this.noteSeen(entry.chat, id);
    this.#journal.put({ ...entry, state: 'sent', ids: [...ids], at: Date.now() }, 'soon').catch(() => {});
  }

  /** What was posted under keys that begin so. */
  below(prefix: string): SentEntry[] {
    return this.#journal.entries().filter(({ key }) => key.startsWith(prefix));
  }

  /** Nothing was posted. */
  forget(key: string): void {
    this.#journal.remove([key], 'soon').catch(() => {});
  }

  everythingOf(person: string): SentEntry[] {
    const own = this.#journal.entries().filter((entry) => entry.chat === person || entry.person === person);
    const keys = own.flatMap(({ chat, ids }) => ids.map((id) => albumKeyOf(chat, id)));
    const albums = this.#journal.entries().filter(({ key }) => keys.some((album) => key.startsWith(album)));
    return [...new Set([...own, ...albums])];
  }

  /** Leaves nothing of one person. */
  async forgetPerson(person: string): Promise<void> {
    await this.#journal.remove(this.everythingOf(person).map(({ key }) => key));
  }

  /** A message that exists, from whomever. */
  noteSeen(chat: string, id: number): void {
    if (!Number.isSafeInteger(id) || id <= 0) return;
    const box = boxOf(chat);
    this.#highest.set(box, Math.max(this.#highest.get(box) ?? 0, id));
    const known = this.#known.get(box) ?? new Set();
    this.#known.set(box, known);
    known.add(id);
    if (known.size > maxKnownIds) known.delete(known.values().next().value!);
  }

  /** Ids that a message whose answer was lost may have, likeliest first. */
  candidates(entry: SentEntry, count: number): number[] {
    const known = this.#known.get(boxOf(entry.chat));
    const ids: number[] = [];
    if (entry.afterId === 0) return ids;
    for (let id = entry.afterId + 1; ids.length < count && id <= entry.afterId + 10 * count; id += 1) {
      if (!known?.has(id)) ids.push(id);
    }
    return ids;
  }
}

/** A private chat has the person's own id. */
function personOf({ chat, person }: SentEntry): string | undefined {
  return person ?? (chat.startsWith('-') ? undefined : chat);
}

/** A line of the file that an earlier version kept, as a note. */
export function noteOfLine(json: unknown): Note | undefined {
  const entry = entrySchema.safeParse(json).data;
  return entry && { kind, key: entry.key, person: personOf(entry), at: entry.at, value: entry };
}
