/** @file The error for a checkpoint that does not fit: a missing, misshapen or unused tensor, or an unknown config value. */

export interface CheckpointProblem {
  /** File at fault. */
  readonly file: string;
  /** Tensor name, or dotted path of a config field. */
  readonly key: string;
  readonly expected: string;
  readonly found: string;
}

/** Names the file, the key, what was expected and what was found. */
export class CheckpointError extends Error {
  readonly file: string;
  readonly key: string;
  readonly expected: string;
  readonly found: string;

  constructor(problem: CheckpointProblem, options?: ErrorOptions) {
    super(`${problem.file}: ${problem.key}: expected ${problem.expected}, found ${problem.found}`, options);
    this.name = 'CheckpointError';
    this.file = problem.file;
    this.key = problem.key;
    this.expected = problem.expected;
    this.found = problem.found;
  }
}

/** Text of a shape in messages: `[320, 4, 3, 3]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
