export type LoRAFileProblem =
  | 'too-large'
  | 'pickle'
  | 'zip'
  | 'git-lfs'
  | 'json'
  | 'malformed'
  | 'unsupported'
  /** It adapts the text encoder, or that alone, which is not applied here. */
  | 'text-encoder'
  /** Layers that the model has, but does not adapt: `names`. */
  | 'layers'
  /** `rank`, at most `maxRank`. */
  | 'rank'
  | 'mismatch';

/** For a sentence to the person. */
export interface LoRAFileFacts {
  readonly names: readonly string[];
  readonly rank: number;
  readonly maxRank: number;
}

/** The file cannot be used; `problem` says why in one word, the message in a sentence. */
export class LoRAFileError extends Error {
  readonly problem: LoRAFileProblem;
  readonly facts: Partial<LoRAFileFacts>;

  constructor(
    source: string,
    problem: LoRAFileProblem,
    reason: string,
    options: ErrorOptions & { readonly facts?: Partial<LoRAFileFacts> } = {},
  ) {
    super(`${source}: ${reason}`, options);
    this.name = 'LoRAFileError';
    this.problem = problem;
    this.facts = options.facts ?? {};
  }
}
