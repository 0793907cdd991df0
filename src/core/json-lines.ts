import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably } from './durable-files.js';

/** A file of JSON values, one a line. It grows at its end until it is written anew; what is written keeps its order. */
export class JsonLines<Value> {
  readonly #path: string;
  #count: number;
  /** The last line was cut off: what follows must not become a part of it. */
  #isCutOff: boolean;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, count: number, isCutOff: boolean) {
    this.#path = path;
    this.#count = count;
    this.#isCutOff = isCutOff;
  }

  /**
   * @param parse gives undefined for what makes no sense, which is passed over like a line that was cut off by a crash
   * @returns the file, which need not be there, and what it holds
   */
  static async open<Value>(
    path: string,
    parse: (json: unknown) => Value | undefined,
  ): Promise<{ readonly lines: JsonLines<Value>; readonly values: readonly Value[] }> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const text = await readIfThere(path);
    const written = text.split('\n').filter((line) => line !== '');
    const values = written.flatMap((line) => parse(jsonOf(line)) ?? []);
    const isCutOff = text !== '' && !text.endsWith('\n');
    return { lines: new JsonLines<Value>(path, written.length, isCutOff), values };
  }

  /** Lines in the file, with those that are on their way. */
  get count(): number {
    return this.#count;
  }

  /** Resolves once all is written that was given by now. */
  get written(): Promise<void> {
    return this.#writing;
  }

  append(value: Value): Promise<void> {
    const line = `${this.#isCutOff ? '\n' : ''}${JSON.stringify(value)}\n`;
    this.#isCutOff = false;
    this.#count += 1;
    return this.#inTurn(() => appendFile(this.#path, line, { mode: 0o600 }));
  }

  /** Writes the file anew, so that nothing else stays in it. */
  replace(values: readonly Value[]): Promise<void> {
    const lines = values.map((value) => `${JSON.stringify(value)}\n`);
    this.#isCutOff = false;
    this.#count = lines.length;
    return this.#inTurn(() => writeDurably(this.#path, lines.join('')));
  }

  remove(): Promise<void> {
    this.#isCutOff = false;
    this.#count = 0;
    return this.#inTurn(() => rm(this.#path, { force: true }));
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => {});
    return written;
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
