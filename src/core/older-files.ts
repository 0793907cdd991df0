import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from './durable-files.js';
import type { Note, Notes } from './notes.js';

export interface OlderFile {
  readonly name: string;
  readonly contents: Buffer;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

/** What a file of an earlier version says. What makes no sense says nothing. */
export type NotesInFile = (file: OlderFile) => readonly (Note | undefined)[];

/**
 * Files in which an earlier version kept what is in notes now. Each goes once its notes are written, and not before: after a crash
 * in between it is read again, and changes nothing.
 */
export class OlderFiles {
  readonly #folder: string;
  readonly #notes: Notes;

  constructor(folder: string, notes: Notes) {
    this.#folder = folder;
    this.#notes = notes;
  }

  async move(name: string, notesIn: NotesInFile): Promise<void> {
    const path = join(this.#folder, name);
    const contents = await orNothing(readFile(path));
    if (contents === undefined) return;
    const file = { name: basename(path), contents, changedAt: (await stat(path)).mtimeMs };
    // The later one of two under one key holds.
    const newest = new Map<string, Note>();
    for (const note of notesIn(file)) if (note) newest.set(`${note.kind}/${note.key}`, note);
    await this.#notes.adopt([...newest.values()]);
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  }

  /** Everything in a folder, and then the folder. */
  async moveAll(folder: string, notesIn: NotesInFile): Promise<void> {
    const path = join(this.#folder, folder);
    for (const name of (await orNothing(readdir(path))) ?? []) await this.move(join(folder, name), notesIn);
    await orNothing(rmdir(path));
  }
}

/** JSON values, one a line; a line that a crash cut off is passed over. */
export function jsonLinesOf(contents: Buffer): unknown[] {
  return contents
    .toString()
    .split('\n')
    .flatMap((line) => {
      const json = jsonOf(line);
      return json === undefined ? [] : [json];
    });
}

/** @returns undefined for what is none */
export function jsonOf(contents: Buffer | string): unknown {
  try {
    return JSON.parse(contents.toString());
  } catch {
    return undefined;
  }
}

/** Nothing where it is not there. */
async function orNothing<Result>(reading: Promise<Result>): Promise<Result | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
