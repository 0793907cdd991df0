import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { readSmallJson } from '#src/core/small-json.js';
import { ClosedDictionary, type Token } from './closed-dictionary.js';
import { nearWord, withFittingArticles } from './near-words.js';
import type { ReadWords, UnknownWord, WordsService } from './services.js';

const recommendationsSchema = z.object({
  vocabulary: z
    .array(z.array(z.string().min(1).max(40)).max(200))
    .max(20)
    .optional(),
});

/** Say nothing by themselves, and are nothing to complain about. */
const fillers = new Set(
  'and or of is are as it its his her their my your our very some this that who which while for from into to by then also just please so do does be being has have having s t one'.split(
    ' ',
  ),
);
const articles = new Set(['a', 'an', 'the']);

/** @returns undefined where the checkpoint reads any words */
export async function readVocabulary(checkpoint: string, log: Logger): Promise<WordsService | undefined> {
  try {
    const { vocabulary } = recommendationsSchema.parse(await readSmallJson(join(checkpoint, 'petbooth.json')));
    return vocabulary && new ClosedVocabulary(vocabulary);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.warn({ err: error }, 'the checkpoint does not say which words it knows; all are let through');
    return undefined;
  }
}

/** A checkpoint that has met few words: what else is written is no word to it. */
export class ClosedVocabulary implements WordsService {
  readonly known: readonly (readonly string[])[];
  readonly #words: ReadonlySet<string>;
  readonly #dictionary: ClosedDictionary;

  constructor(groups: readonly (readonly string[])[]) {
    this.known = groups;
    this.#words = new Set(groups.flat().flatMap((words) => words.split(' ')));
    this.#dictionary = new ClosedDictionary((word) => this.#words.has(word));
  }

  read(words: string, as: 'description' | 'noun' | 'addition' = 'description'): ReadWords {
    const tokens = this.#dictionary.tokens(words, (word) => this.#words.has(word) || fillers.has(word));
    const unknown = tokens.flatMap((token): UnknownWord[] => {
      if (token.kind !== 'unknown') return [];
      const nearest = nearWord(token.word, this.#words);
      return [{ word: token.written, ...(nearest !== undefined && { nearest }) }];
    });
    const isAnythingKnown = tokens.some(
      ({ kind, word }) => kind === 'pet' || kind === 'meaning' || (kind === 'english' && this.#says(word)),
    );
    const isTranslated = tokens.some(({ kind }) => kind === 'meaning');
    return {
      words: isTranslated ? this.#dictionary.compose(tokens, as) : this.#withoutUnknown(words, tokens),
      unknown: [...new Map(unknown.map((one) => [one.word.toLowerCase(), one])).values()],
      isAnythingKnown,
    };
  }

  /** Whether a word stands for something that can be seen. */
  #says(word: string): boolean {
    return this.#words.has(word) && !this.known.at(-1)!.includes(word);
  }

  /** English stays as it was written, but for what is no word to the checkpoint. */
  #withoutUnknown(words: string, tokens: readonly Token[]): string {
    let kept = '';
    let position = 0;
    for (const [index, token] of tokens.entries()) {
      const [next, afterNext] = [tokens[index + 1], tokens[index + 2]];
      const isLeftOver =
        articles.has(token.word) && next?.kind === 'unknown' && !(afterNext && this.#says(afterNext.word));
      const isGone = token.kind === 'unknown' || isLeftOver;
      kept += words.slice(position, token.start) + (isGone ? '' : token.written);
      position = token.end;
    }
    kept += words.slice(position);
    return withFittingArticles(kept.replace(/\s{2,}/g, ' ').replace(/ ?,(?: ?,)+/g, ',')).trim();
  }
}

/** Of a checkpoint that reads any words. */
export const openVocabulary: WordsService = {
  known: undefined,
  read: (words) => ({ words, unknown: [], isAnythingKnown: true }),
};
