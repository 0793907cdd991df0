import type { Note, Notes } from '#src/core/notes.js';

/** What a platform has noted, for as long as the test keeps it. Each has been JSON, as in the database. */
export class MemoryNotes implements Notes {
  readonly #notes = new Map<string, string>();

  async read(kind: string, person?: string): Promise<Note[]> {
    return this.all()
      .filter((note) => note.kind === kind && (person === undefined || note.person === person))
      .toSorted((one, other) => one.at - other.at);
  }

  async put(note: Note): Promise<void> {
    this.#notes.set(`${note.kind}/${note.key}`, JSON.stringify(note));
  }

  async remove(kind: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#notes.delete(`${kind}/${key}`);
  }

  async adopt(notes: readonly Note[]): Promise<void> {
    for (const note of notes) if (!this.#notes.has(`${note.kind}/${note.key}`)) await this.put(note);
  }

  async flush(): Promise<void> {}

  all(): Note[] {
    return [...this.#notes.values()].map((text) => JSON.parse(text) as Note);
  }
}
