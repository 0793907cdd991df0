import { JsonLines } from './json-lines.js';

export interface JournalOptions<Entry> {
  readonly path: string;
  readonly maxEntries: number;
  readonly parse: (json: unknown) => Entry | undefined;
  /** False: the entry says that there is nothing, or nothing any more, under its key. */
  readonly isKept: (entry: Entry) => boolean;
}

/** The newest entry of each key: in memory, and in a file that is read again at the next start. Of too many the oldest go. */
export class Journal<Entry extends { readonly key: string }> {
  readonly #lines: JsonLines<Entry>;
  readonly #options: JournalOptions<Entry>;
  readonly #entries = new Map<string, Entry>();

  private constructor(lines: JsonLines<Entry>, options: JournalOptions<Entry>) {
    this.#lines = lines;
    this.#options = options;
  }

  static async open<Entry extends { readonly key: string }>(options: JournalOptions<Entry>): Promise<Journal<Entry>> {
    const { lines, values } = await JsonLines.open(options.path, options.parse);
    const journal = new Journal(lines, options);
    for (const entry of values) journal.#remember(entry);
    await journal.#rewrite();
    return journal;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** The oldest first. */
  entries(): Entry[] {
    return [...this.#entries.values()];
  }

  async put(entry: Entry): Promise<void> {
    this.#remember(entry);
    await (this.#lines.count < 2 * this.#options.maxEntries ? this.#lines.append(entry) : this.#rewrite());
  }

  /** Forgets it for now; it stays in the file until that is written anew. */
  drop(key: string): void {
    this.#entries.delete(key);
  }

  /** Leaves nothing of these, in the file either. */
  async erase(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#entries.delete(key);
    await this.#rewrite();
  }

  async flush(): Promise<void> {
    await this.#lines.written;
  }

  #rewrite(): Promise<void> {
    return this.#lines.replace(this.entries());
  }

  #remember(entry: Entry): void {
    // The newest last, so that the oldest go first.
    this.#entries.delete(entry.key);
    if (!this.#options.isKept(entry)) return;
    this.#entries.set(entry.key, entry);
    if (this.#entries.size > this.#options.maxEntries) this.#entries.delete(this.#entries.keys().next().value!);
  }
}
