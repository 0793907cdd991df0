import { setImmediate as breathe } from 'node:timers/promises';
import { and, asc, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { Note, Notes, NoteTime } from '#src/core/notes.js';
import type { PlatformName } from '#src/core/place.js';
import type { Database } from './database.js';
import { platformNotes } from './tables.js';

type Row = typeof platformNotes.$inferSelect;
type Which = Pick<Row, 'platform' | 'kind' | 'key'>;
/** What is to be there, or to be gone. */
type Change = { readonly put: Row } | { readonly remove: Which };

/** How long `soon` is; whatever is to be written now takes along what waits. */
const soonMs = 50;
/** As many as one statement holds. */
const rowsAtOnce = 500;

/**
 * What platforms have noted. A commit costs about the same for one row and for ten: so all changes of one moment, and those that come
 * while another commit is under way, share one. One process writes here, the bot that leads.
 */
export class NotesTable {
  readonly #database: Database;
  /** The newest for each note. */
  #waiting = new Map<string, Change>();
  /** Writes what waits. */
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #hurry: () => void = () => {};

  constructor(database: Database) {
    this.#database = database;
  }

  of(platform: PlatformName): Notes {
    return {
      read: (kind, person) => this.#read(platform, kind, person),
      put: async (note, time) => this.#change([{ put: rowOf(platform, note) }], time),
      remove: async (kind, keys, time) =>
        this.#change(
          keys.map((key) => ({ remove: { platform, kind, key } })),
          time,
        ),
      adopt: (notes) => this.#adopt(notes.map((note) => rowOf(platform, note))),
      flush: () => this.flush(),
    };
  }

  /** Resolves once everything that was given by now is written, or could not be. */
  async flush(): Promise<void> {
    this.#hurry();
    await (this.#next ?? this.#writing).catch(() => {});
  }

  async #read(platform: PlatformName, kind: string, person: string | undefined): Promise<Note[]> {
    await this.flush();
    const isKind = and(eq(platformNotes.platform, platform), eq(platformNotes.kind, kind));
    const rows =
      person === undefined
        ? await this.#readAll(isKind)
        : await this.#database
            .select()
            .from(platformNotes)
            .where(and(isKind, eq(platformNotes.personId, person)));
    return rows.map(noteOf).sort((one, other) => one.at - other.at);
  }

  /** Some at a time: there may be as many as a hundred thousand. */
  async #readAll(isKind: SQL | undefined): Promise<Row[]> {
    const found: Row[] = [];
    for (;;) {
      const last = found.at(-1);
      const rows = await this.#database
        .select()
        .from(platformNotes)
        .where(and(isKind, last && gt(platformNotes.key, last.key)))
        .orderBy(asc(platformNotes.key))
        .limit(rowsAtOnce);
      found.push(...rows);
      if (rows.length < rowsAtOnce) return found;
    }
  }

  async #adopt(rows: readonly Row[]): Promise<void> {
    for (const some of slicesOf(rows)) await this.#database.insert(platformNotes).values(some).onConflictDoNothing();
  }

  #change(changes: readonly Change[], time: NoteTime = 'now'): Promise<void> {
    if (changes.length === 0) return Promise.resolve();
    for (const change of changes) this.#waiting.set(nameOf('put' in change ? change.put : change.remove), change);
    this.#next ??= this.#writeNext();
    if (time === 'now') this.#hurry();
    return this.#next;
  }

  async #writeNext(): Promise<void> {
    const before = this.#writing;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, soonMs);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    await breathe();
    await before.catch(() => {});
    const changes = [...this.#waiting.values()];
    this.#waiting = new Map();
    this.#next = undefined;
    this.#hurry = () => {};
    this.#writing = this.#write(changes);
    return this.#writing;
  }

  async #write(changes: readonly Change[]): Promise<void> {
    const puts = slicesOf(changes.flatMap((change) => ('put' in change ? change.put : [])));
    const removals = slicesOf(changes.flatMap((change) => ('remove' in change ? change.remove : [])));
    if (puts.length <= 1 && removals.length <= 1) return this.#writeSome(this.#database, puts[0], removals[0]);
    await this.#database.transaction(async (transaction) => {
      for (let index = 0; index < Math.max(puts.length, removals.length); index += 1)
        await this.#writeSome(transaction, puts[index], removals[index]);
    });
  }

  /** In one statement, which saves a transaction. No note is in both. */
  async #writeSome(database: Database, puts: Row[] | undefined, removals: Which[] | undefined): Promise<void> {
    const removal = removals && database.delete(platformNotes).where(isOneOf(removals));
    if (!puts) {
      await removal;
      return;
    }
    const removed = removal && database.$with('removed').as(removal.returning({ key: platformNotes.key }));
    await (removed ? database.with(removed) : database)
      .insert(platformNotes)
      .values(puts)
      .onConflictDoUpdate({
        target: [platformNotes.platform, platformNotes.kind, platformNotes.key],
        set: {
          personId: sql`excluded.person_id`,
          notedAt: sql`excluded.noted_at`,
          value: sql`excluded.value`,
          blob: sql`excluded.blob`,
        },
      });
  }
}

function rowOf(platform: PlatformName, { kind, key, person, at, value, blob }: Note): Row {
  // One that Postgres does not take would keep those that are written with it from being written.
  if (key.includes('\0') || person?.includes('\0')) throw new Error('the key of a note holds no zero');
  return {
    platform,
    kind,
    key,
    personId: person ?? null,
    notedAt: new Date(at),
    value: JSON.stringify(value),
    blob: blob ?? null,
  };
}

function noteOf({ kind, key, personId, notedAt, value, blob }: Row): Note {
  return {
    kind,
    key,
    person: personId ?? undefined,
    at: notedAt.getTime(),
    value: JSON.parse(value),
    blob: blob ?? undefined,
  };
}

function nameOf({ platform, kind, key }: Which): string {
  return `${platform}/${kind}/${key}`;
}

function isOneOf(which: readonly Which[]): SQL | undefined {
  const byKind = new Map<string, Which[]>();
  for (const one of which) {
    const name = `${one.platform}/${one.kind}`;
    const some = byKind.get(name) ?? [];
    byKind.set(name, some);
    some.push(one);
  }
  const { platform, kind, key } = platformNotes;
  const conditions = [...byKind.values()].map((some) =>
    and(
      eq(platform, some[0]!.platform),
      eq(kind, some[0]!.kind),
      inArray(
        key,
        some.map((one) => one.key),
      ),
    ),
  );
  return or(...conditions);
}

function slicesOf<Item>(items: readonly Item[]): Item[][] {
  const slices: Item[][] = [];
  for (let start = 0; start < items.length; start += rowsAtOnce) slices.push(items.slice(start, start + rowsAtOnce));
  return slices;
}
