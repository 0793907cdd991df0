import type { BlobKey } from './blob-key.js';
import type { Person } from './place.js';

/** Rows of a person as they are stored, and those of the files that they name which are the person's own. */
export interface OwnRows<Rows = unknown> {
  readonly rows: Rows;
  readonly files?: readonly BlobKey[];
}

export interface Swept {
  /** What went, and how much of it, for the log. */
  readonly removed?: Readonly<Record<string, number>>;
  /** Stored files that nothing needs any more. */
  readonly unused?: readonly BlobKey[];
}

/** What one subject keeps about people: each says itself what of it a person takes away, how it is forgotten, and when it is too old. */
export interface KeptData {
  /** Its name in the archive that a person takes away. */
  readonly name: string;
  everythingOf?(person: Person): Promise<OwnRows>;
  /** In place of that where there may be thousands. */
  someAtATime?(person: Person): AsyncIterable<OwnRows<readonly unknown[]>>;
  /** @returns stored files that nothing needs any more */
  forget(person: Person): Promise<readonly BlobKey[]>;
  /** @param before what was over by then has been kept for long enough */
  sweep?(now: Date, before: Date): Promise<Swept>;
}
