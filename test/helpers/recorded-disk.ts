import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** Bytes of a sector: what a disk writes wholly or not at all. */
const sectorBytes = 512;

type Change =
  | { readonly kind: 'write'; readonly file: number; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly file: number; readonly length: number }
  | { readonly kind: 'create'; readonly path: string; readonly file: number }
  | { readonly kind: 'mkdir'; readonly path: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string };

type Event =
  | Change
  | { readonly kind: 'sync'; readonly target: number | string; readonly sync: number }
  | { readonly kind: 'synced'; readonly sync: number };

export type Chance = () => number;

/**
 * Records what a process does to the files of a folder, by replacing functions of `node:fs`, and rebuilds the folder as a power
 * failure could have left it: what was synced, and of the rest a part, in any order and with torn writes. A file's sync keeps
 * its new name, too, as all common file systems do; renames and removals are kept by syncs of their folder alone.
 */
export class RecordedDisk {
  readonly #folder: string;
  readonly #base: string;
  readonly #events: Event[] = [];
  /** By path relative to the folder. */
  readonly #files = new Map<string, number>();
  readonly #baseFiles: ReadonlyMap<number, string>;
  readonly #opened = new Map<number, number | string>();
  readonly #originals = new Map<string, unknown>();
  #fileCount = 0;
  #syncs = 0;

  /** @param base takes a copy of the folder as it is now, which counts as synced */
  constructor(folder: string, base: string) {
    this.#folder = folder;
    this.#base = base;
    fs.cpSync(folder, base, { recursive: true });
    const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries)
      if (entry.isFile()) this.#files.set(relative(folder, join(entry.parentPath, entry.name)), ++this.#fileCount);
    this.#baseFiles = new Map([...this.#files].map(([path, file]) => [file, path]));
    this.#replaceFunctions();
  }

  /** How many events were recorded: a moment. */
  get now(): number {
    return this.#events.length;
  }

  get syncCount(): number {
    return this.#syncs;
  }

  stop(): void {
    for (const [name, original] of this.#originals) Object.assign(fs, { [name]: original });
    syncBuiltinESMExports();
  }

  /** Writes to `target` what a power failure at a moment could have left. */
  rebuild(target: string, moment: number, chance: Chance): void {
    fs.cpSync(this.#base, target, { recursive: true });
    const past = this.#events.slice(0, moment);
    const isSynced = this.#syncedAt(past);
    const paths = this.#surviving(past, isSynced, chance, target);
    for (const [file, path] of paths) {
      const changes = past.flatMap((event, index) =>
        'file' in event && event.file === file ? [{ event, index }] : [],
      );
      if (changes.length === 0) continue;
      const descriptor = fs.openSync(join(target, path), 'r+');
      for (const { event, index } of changes) {
        const isSafe = isSynced(index, file);
        if (event.kind === 'truncate' && (isSafe || chance() < 0.5)) fs.ftruncateSync(descriptor, event.length);
        if (event.kind !== 'write') continue;
        const fate = isSafe ? 1 : chance();
        for (let start = 0; start < event.bytes.length; start += sectorBytes) {
          // A third is there, a third is not, and a third is torn.
          if (fate > 2 / 3 || (fate > 1 / 3 && chance() < 0.5)) {
            const length = Math.min(sectorBytes, event.bytes.length - start);
            fs.writeSync(descriptor, event.bytes, start, length, event.position + start);
          }
        }
      }
      fs.closeSync(descriptor);
    }
  }

  /** Names, in the order in which they changed. @returns where each file ended up */
  #surviving(
    past: readonly Event[],
    isSynced: (index: number, target: number | string) => boolean,
    chance: Chance,
    target: string,
  ): Map<number, string> {
    const paths = new Map(this.#baseFiles);
    const fileAt = new Map([...paths].map(([file, path]) => [path, file]));
    for (const [index, event] of past.entries()) {
      if (!('path' in event)) continue;
      const { path } = event;
      const isSafe =
        isSynced(index, dirname(path)) ||
        (event.kind === 'create' && isSynced(index, event.file)) ||
        (event.kind === 'rename' && isSynced(index, dirname(event.to)));
      if (!isSafe && chance() < 0.5) continue;
      const absolute = join(target, path);
      if (event.kind === 'mkdir') fs.mkdirSync(absolute, { recursive: true });
      else if (event.kind === 'create') {
        if (!fs.existsSync(dirname(absolute))) continue;
        fs.writeFileSync(absolute, '');
        paths.set(event.file, path);
        fileAt.set(path, event.file);
      } else if (event.kind === 'remove') {
        fs.rmSync(absolute, { recursive: true, force: true });
        const file = fileAt.get(path);
        if (file !== undefined) paths.delete(file);
        fileAt.delete(path);
      } else if (event.kind === 'rename' && fs.existsSync(absolute)) {
        fs.renameSync(absolute, join(target, event.to));
        const replaced = fileAt.get(event.to);
        if (replaced !== undefined) paths.delete(replaced);
        const file = fileAt.get(path);
        fileAt.delete(path);
        if (file !== undefined) {
          paths.set(file, event.to);
          fileAt.set(event.to, file);
        }
      }
    }
    return paths;
  }

  /** A sync makes safe what happened to its file or folder before it began, once it has ended. */
  #syncedAt(past: readonly Event[]): (index: number, target: number | string) => boolean {
    const began = new Map<number, { readonly target: number | string; readonly index: number }>();
    const safeUpTo = new Map<number | string, number>();
    for (const [index, event] of past.entries()) {
      if (event.kind === 'sync') began.set(event.sync, { target: event.target, index });
      if (event.kind !== 'synced') continue;
      const { target, index: start } = began.get(event.sync)!;
      safeUpTo.set(target, Math.max(safeUpTo.get(target) ?? 0, start));
    }
    return (index, target) => index < (safeUpTo.get(target) ?? 0);
  }

  #inside(path: unknown): string | undefined {
    const inside = relative(this.#folder, String(path));
    return inside.startsWith('..') ? undefined : inside || '.';
  }

  #replace(name: string, replacement: (original: (...values: never[]) => unknown) => unknown): void {
    const original = fs[name as 'openSync'] as unknown as (...values: never[]) => unknown;
    this.#originals.set(name, original);
    Object.assign(fs, { [name]: replacement(original.bind(fs)) });
  }

  #replaceFunctions(): void {
    type Any = (...values: unknown[]) => unknown;
    const events = this.#events;
    const create = (path: string) => {
      if (this.#files.has(path)) return;
      this.#files.set(path, ++this.#fileCount);
      events.push({ kind: 'create', path, file: this.#fileCount });
    };
    const after = (name: string, record: (values: readonly unknown[], result: unknown) => void) =>
      this.#replace(name, (original) => (...values: unknown[]) => {
        const result = (original as Any)(...values);
        record(values, result);
        return result;
      });
    after('openSync', ([path], descriptor) => {
      const inside = this.#inside(path);
      if (inside !== undefined) this.#opened.set(descriptor as number, this.#files.get(inside) ?? inside);
    });
    after('closeSync', ([descriptor]) => this.#opened.delete(descriptor as number));
    after('writeSync', ([descriptor, bytes, offset, , position], length) => {
      const file = this.#opened.get(descriptor as number);
      if (typeof file !== 'number') return;
      const view = bytes as Uint8Array;
      const start = view.byteOffset + (offset as number);
      const copy = new Uint8Array(view.buffer.slice(start, start + (length as number)) as ArrayBuffer);
      events.push({ kind: 'write', file, position: position as number, bytes: copy });
    });
    after('writeFileSync', ([path]) => {
      const inside = this.#inside(path);
      if (inside !== undefined) create(inside);
    });
    after('ftruncateSync', ([descriptor, length]) => {
      const file = this.#opened.get(descriptor as number);
      if (typeof file === 'number') events.push({ kind: 'truncate', file, length: length as number });
    });
    after('truncateSync', ([path, length]) => {
      const file = this.#files.get(this.#inside(path) ?? '');
      if (file !== undefined) events.push({ kind: 'truncate', file, length: length as number });
    });
    after('mkdirSync', ([path]) => {
      const inside = this.#inside(path);
      if (inside !== undefined) events.push({ kind: 'mkdir', path: inside });
    });
    for (const name of ['unlinkSync', 'rmdirSync'])
      after(name, ([path]) => {
        const inside = this.#inside(path);
        if (inside === undefined) return;
        this.#files.delete(inside);
        events.push({ kind: 'remove', path: inside });
      });
    after('renameSync', ([from, to]) => {
      const [path, target] = [this.#inside(from), this.#inside(to)];
      if (path === undefined || target === undefined) return;
      const file = this.#files.get(path);
      this.#files.delete(path);
      if (file !== undefined) this.#files.set(target, file);
      events.push({ kind: 'rename', path, to: target });
    });
    for (const name of ['fsyncSync', 'fdatasyncSync'])
      this.#replace(name, (original) => (descriptor: number) => {
        const end = this.#beginSync(descriptor);
        (original as Any)(descriptor);
        end();
      });
    this.#replace('fdatasync', (original) => (descriptor: number, done: (error: Error | null) => void) => {
      const end = this.#beginSync(descriptor);
      (original as Any)(descriptor, (error: Error | null) => {
        if (!error) end();
        done(error);
      });
    });
    syncBuiltinESMExports();
  }

  #beginSync(descriptor: number): () => void {
    const target = this.#opened.get(descriptor);
    if (target === undefined) return () => {};
    const sync = ++this.#syncs;
    this.#events.push({ kind: 'sync', target, sync });
    return () => this.#events.push({ kind: 'synced', sync });
  }
}
