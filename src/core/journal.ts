import type { Notes, NoteTime } from './notes.js';

interface JournalEntry {
  readonly key: string;
  readonly at: number;
}

export interface JournalOptions<Entry> {
  readonly notes: Notes;
  readonly kind: string;
  readonly maxEntries: number;
  readonly parse: (json: unknown) => Entry | undefined;
  /** False: the entry says that there is nothing, or nothing any more, under its key. */
  readonly isKept: (entry: Entry) => boolean;
  readonly personOf: (entry: Entry) => string | undefined;
}

/** The newest entry of each key: in memory, and in notes that are read again at the next start. Of too many the oldest go. */
export class Journal<Entry extends JournalEntry> {
  readonly #options: JournalOptions<Entry>;
  /** The newest last. */
  readonly #entries = new Map<string, Entry>();

  private constructor(options: JournalOptions<Entry>) {
    this.#options = options;
  }

  static async open<Entry extends JournalEntry>(options: JournalOptions<Entry>): Promise<Journal<Entry>> {
    const journal = new Journal(options);
    const found = await options.notes.read(options.kind);
    for (const { value } of found) {
      const entry = options.parse(value);
      if (entry && options.isKept(entry)) journal.#entries.set(entry.key, entry);
    }
    journal.#forgetOldest();
    journal.#erase(found.map(({ key }) => key).filter((key) => !journal.#entries.has(key)));
    return journal;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** The oldest first. */
  entries(): Entry[] {
    return [...this.#entries.values()];
  }

  /** What is known at once is written by the time that is asked for. */
  async put(entry: Entry, time?: NoteTime): Promise<void> {
    const { notes, kind, isKept, personOf } = this.#options;
    this.#entries.delete(entry.key);
    if (!isKept(entry)) return notes.remove(kind, [entry.key], time);
    this.#entries.set(entry.key, entry);
    this.#erase(this.#forgetOldest());
    await notes.put({ kind, key: entry.key, person: personOf(entry), at: entry.at, value: entry }, time);
  }

  /** Leaves nothing of these. */
  async remove(keys: readonly string[], time?: NoteTime): Promise<void> {
    for (const key of keys) this.#entries.delete(key);
    await this.#options.notes.remove(this.#options.kind, keys, time);
  }

  /** Those that are over, or too many. */
  #forgetOldest(): string[] {
    const { maxEntries, isKept } = this.#options;
    const gone: string[] = [];
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= maxEntries && isKept(entry)) break;
      this.#entries.delete(key);
      gone.push(key);
    }
    return gone;
  }

  /** What is not removed now is found at the next opening. */
  #erase(keys: readonly string[]): void {
    if (keys.length > 0) this.#options.notes.remove(this.#options.kind, keys, 'soon').catch(() => {});
  }
}
