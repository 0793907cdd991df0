/**
 * How people say a change of a picture in one language, as data. `{from}` becomes `{to}`; `{words}` are added, taken away or
 * weighed; what `{whom}` stands for does not matter. `(a|b)` is either, `(a|)` may be missing. Case, accents and the width of
 * signs are free. A space stands where a word ends; scripts without spaces have none.
 */
export interface EditPhrases {
  /** With a verb, which says for certain that something is to change. */
  readonly replace: readonly string[];
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly weigh: readonly WeighPhrases[];
  /** Without one: the beginning of a description may look the same. */
  readonly bare: {
    readonly replace: readonly string[];
    readonly add: readonly string[];
    readonly remove: readonly string[];
    readonly weigh: readonly WeighPhrases[];
  };
  /** How something shall look, whose last word is `{look}`; `to` is what it probably becomes. */
  readonly look: readonly string[];
  readonly lookTo: '{look} {words}' | '{words} {look}';
  readonly join: readonly string[];
  /** Said before an instruction, and after it. */
  readonly pleaseBefore: readonly string[];
  readonly pleaseAfter: readonly string[];
  /** Said after the verb. */
  readonly pleaseWithin: readonly string[];
  /** Before a noun they say that it is known, or whose it is. */
  readonly articles: readonly string[];
  /** Stand for the whole picture, or for whoever is in it. */
  readonly pronouns: readonly string[];
  /** Something is asked for that the phrases above do not tell: what begins, ends or goes on so is asked about. */
  readonly instruction: {
    readonly starts: readonly string[];
    readonly ends: readonly string[];
    readonly parts: readonly string[];
  };
  /** Begin as an instruction does, and are none. */
  readonly descriptions: readonly string[];
}

export interface WeighPhrases {
  readonly factor: number;
  readonly phrases: readonly string[];
}
