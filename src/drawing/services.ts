/** A word that the checkpoint has never met. */
export interface UnknownWord {
  readonly word: string;
  /** What it has in its place. */
  readonly nearest?: string;
}

/** Words as the checkpoint reads them. */
export interface ReadWords {
  /** In English, without those that it has never met. */
  readonly words: string;
  readonly unknown: readonly UnknownWord[];
  /** Whether anything is left that can be drawn. */
  readonly isAnythingKnown: boolean;
}

/** The words that the checkpoint knows. */
export interface WordsService {
  /** In groups, those that say nothing by themselves last; undefined where it reads any words. */
  readonly known: readonly (readonly string[])[] | undefined;
  /** @param as a whole picture, something that is in one, or something that is added to one */
  read(words: string, as?: 'description' | 'noun' | 'addition'): ReadWords;
}
