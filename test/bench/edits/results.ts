/** @file Measured edits as lines of a file, so that a run that was stopped goes on where it was. */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EditKind } from '#models/toy-world/edit-cases.js';
import type { MeasuredEdit } from './measure-edit.js';
import type { Variant } from './variants.js';

export interface ResultLine extends Pick<Variant, 'method' | 'controller'> {
  /** Of checkpoint and judges: other weights, other results. */
  readonly weights: string;
  readonly kind: EditKind;
  readonly index: number;
  /** None where the controller does not fit the prompts. */
  readonly measured?: MeasuredEdit;
}

type Key = Pick<ResultLine, 'weights' | 'method' | 'controller' | 'kind' | 'index'>;

export class Results {
  readonly #path: string;
  readonly #lines: Map<string, ResultLine>;

  private constructor(path: string, lines: readonly ResultLine[]) {
    this.#path = path;
    this.#lines = new Map(lines.map((line) => [keyOf(line), line]));
  }

  static async open(path: string): Promise<Results> {
    await mkdir(dirname(path), { recursive: true });
    const content = await readFile(path, 'utf8').catch(() => '');
    // A line that was cut off by a kill is measured again.
    const whole = content.split('\n').filter((line) => line.endsWith('}'));
    return new Results(
      path,
      whole.map((line) => JSON.parse(line) as ResultLine),
    );
  }

  has(key: Key): boolean {
    return this.#lines.has(keyOf(key));
  }

  async add(line: ResultLine): Promise<void> {
    this.#lines.set(keyOf(line), line);
    await appendFile(this.#path, `\n${JSON.stringify(line)}`);
  }

  of(weights: string): ResultLine[] {
    return [...this.#lines.values()].filter((line) => line.weights === weights);
  }
}

function keyOf({ weights, method, controller, kind, index }: Key): string {
  return [weights, method, controller, kind, index].join('|');
}
