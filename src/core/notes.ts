import type { BlobKey } from './blob-key.js';

/** Something that a platform has to know again, whichever process goes on. */
export interface Note {
  readonly kind: string;
  /** Of one kind there is one note under a key. */
  readonly key: string;
  /** Whose it is, by their id on the platform. */
  readonly person?: string | undefined;
  /** Milliseconds since 1970; notes of a kind are told in this order. */
  readonly at: number;
  /** As JSON says it. */
  readonly value: unknown;
  /** A stored file that it needs. */
  readonly blob?: BlobKey | undefined;
}

/**
 * When it has to be there: before anything else happens, or within a moment, together with what is written next. Changes keep their
 * order either way, and those of one moment are written together or not at all.
 */
export type NoteTime = 'now' | 'soon';

/** What one platform has noted, beyond its process. */
export interface Notes {
  /** Of one kind, the oldest first; of one person where one is named. */
  read(kind: string, person?: string): Promise<Note[]>;
  /** In place of the one under the same key. Resolves once it survives whatever happens to this process. */
  put(note: Note, time?: NoteTime): Promise<void>;
  remove(kind: string, keys: readonly string[], time?: NoteTime): Promise<void>;
  /** Notes from elsewhere, but for those that are there already. */
  adopt(notes: readonly Note[]): Promise<void>;
  /** Resolves once everything that was given by now is written. */
  flush(): Promise<void>;
}
