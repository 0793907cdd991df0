import type { BlobRegister, RegisteredBlob } from './blob-register.js';
import type { BlobUse } from './tables.js';

/** What a file is counted as: the first of what it is used for, so that the sum of all is what is stored. */
const weights: Readonly<Record<BlobUse, number>> = {
  pet: 0,
  entry: 1,
  draft: 2,
  question: 3,
  note: 4,
  export: 5,
  waiting: 6,
  result: 7,
  sheet: 8,
  done: 9,
};

export type CountedAs = BlobUse | 'unnamed';

export interface BlobTotal {
  readonly files: number;
  readonly bytes: number;
}

const usualFreshMs = 900_000;

/** How much is stored of what. Counting takes seconds, so it is done now and then, in between other work, and only for who asks. */
export class BlobTotals {
  readonly #register: Pick<BlobRegister, 'all'>;
  readonly #freshMs: number;
  #totals: ReadonlyMap<CountedAs, BlobTotal> | undefined;
  #countedAt = Number.NEGATIVE_INFINITY;
  #counting: Promise<void> | undefined;

  constructor(register: Pick<BlobRegister, 'all'>, freshMs = usualFreshMs) {
    this.#register = register;
    this.#freshMs = freshMs;
  }

  /** As of the last count; undefined before the first one has ended. */
  latest(): ReadonlyMap<CountedAs, BlobTotal> | undefined {
    if (performance.now() - this.#countedAt > this.#freshMs)
      // A database that is away is told of elsewhere, and asked again with the next look.
      this.#counting ??= this.#count()
        .catch(() => {})
        .finally(() => {
          this.#counting = undefined;
        });
    return this.#totals;
  }

  /** Resolves once no count runs. */
  async settled(): Promise<void> {
    await this.#counting;
  }

  async #count(): Promise<void> {
    const names = [...(Object.keys(weights) as BlobUse[]), 'unnamed' as const];
    const totals = new Map<CountedAs, BlobTotal>(names.map((name) => [name, { files: 0, bytes: 0 }]));
    for await (const some of this.#register.all())
      for (const one of some) {
        const { files, bytes } = totals.get(countedAs(one))!;
        totals.set(countedAs(one), { files: files + 1, bytes: bytes + one.byteLength });
      }
    this.#totals = totals;
    this.#countedAt = performance.now();
  }
}

function countedAs({ uses }: RegisteredBlob): CountedAs {
  return uses.toSorted((one, other) => weights[one] - weights[other])[0] ?? 'unnamed';
}
