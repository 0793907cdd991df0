import { readFileSync } from 'node:fs';
import { UserError } from '#src/core/errors.js';
import { withoutFactors } from '#src/core/written-weights.js';
import { foldLeet, foldLetters, foldLookAlikes } from './fold-letters.js';

/** Scripts that write words, or words and their endings, without a space between them. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const notInWords = /[^\p{L}\p{M}\p{N}]+/gu;
const notInLeetWords = /[^\p{L}\p{M}\p{N}@$€!|+]+/u;
const signsAround = /^[!|+]+|(?<![!|+])[!|+]+$/g;
const letter = /\p{L}/u;
const asciiOnly = /^[\0-\x7F]*$/;
const latinOnly = /^[\p{Script=Latin}\p{N}\p{M}]*$/u;
const isSingle = (word: string) => word.length === 1 || (word.length === 2 && word.codePointAt(0)! > 0xffff);

/** Words that the host does not want in prompts, names and captions. */
export class WordBlocklist {
  /** Whole words, and phrases with one space between their words. */
  readonly #phrases = new Set<string>();
  /** The same with `foldLookAlikes`. */
  readonly #lookAlikes = new Set<string>();
  /** Those of Latin letters, with `foldLeet`. */
  readonly #leet = new Set<string>();
  readonly #unspaced = new Set<string>();
  readonly #unspacedLengths = new Set<number>();
  #longestPhrase = 0;

  constructor(words: readonly string[]) {
    for (const written of words) this.#add(wordsOf(foldLetters(written)).join(' '));
  }

  #add(phrase: string): void {
    if (phrase === '') return;
    if (unspaced.test(phrase)) {
      const joined = phrase.replaceAll(' ', '');
      this.#unspaced.add(joined);
      this.#unspacedLengths.add(joined.length);
      return;
    }
    this.#phrases.add(phrase);
    this.#lookAlikes.add(foldLookAlikes(phrase));
    this.#longestPhrase = Math.max(this.#longestPhrase, phrase.split(' ').length);
    if (latinOnly.test(phrase) && letter.test(phrase)) this.#leet.add(foldLeet(phrase));
  }

  /** @throws UserError which does not say the word */
  assertFree(written: string): void {
    if (this.has(written)) throw new UserError('wordsBlocked');
  }

  /** Whether one of the words is in a text, plainly or in disguise. Takes time in proportion to the text. */
  has(written: string): boolean {
    if (this.#phrases.size === 0 && this.#unspaced.size === 0) return false;
    // A weight says nothing, and would stand between the halves of a word.
    const folded = foldLetters(withoutFactors(written));
    return this.#hasUnspaced(folded) || this.#hasPhrase(folded) || this.#hasDisguised(folded);
  }

  #hasUnspaced(folded: string): boolean {
    const joined = folded.replace(notInWords, '');
    for (const length of this.#unspacedLengths) {
      for (let start = 0; start + length <= joined.length; start += 1)
        if (this.#unspaced.has(joined.slice(start, start + length))) return true;
    }
    return false;
  }

  #hasPhrase(folded: string): boolean {
    const words = wordsOf(folded);
    return words.some((_, start) => {
      for (let count = 1; count <= this.#longestPhrase && start + count <= words.length; count += 1)
        if (this.#isBlocked(words.slice(start, start + count).join(' '))) return true;
      return false;
    });
  }

  /** Signs for letters (`b4d`, `b@d`), a word cut up by signs (`b.a.d`) or by spaces (`b a d`). */
  #hasDisguised(folded: string): boolean {
    const leetWords = folded.split(notInLeetWords).flatMap((word) => [word, word.replace(signsAround, '')]);
    if (leetWords.some((word) => this.#isLeet(word))) return true;
    const chunks = folded.split(/\s+/u).map((chunk) => chunk.replace(notInWords, ''));
    if (chunks.some((chunk) => this.#isDisguised(chunk))) return true;
    return spelledOut(wordsOf(folded)).some((word) => this.#isDisguised(word));
  }

  #isDisguised(word: string): boolean {
    return this.#isBlocked(word) || this.#isLeet(word);
  }

  /** Plain Latin letters disguise nothing: a word of theirs is not taken for one of another alphabet that looks the same. */
  #isBlocked(word: string): boolean {
    return this.#phrases.has(word) || (!asciiOnly.test(word) && this.#lookAlikes.has(foldLookAlikes(word)));
  }

  /** A number is no word. */
  #isLeet(word: string): boolean {
    if (!letter.test(word)) return false;
    const latin = foldLookAlikes(word);
    return /[0-9@$€!|+]/.test(latin) && this.#leet.has(foldLeet(latin));
  }
}

const wordsOf = (folded: string): string[] => folded.split(notInWords).filter((word) => word !== '');

/** What runs of single letters spell, with and without the one before and the one after, which may be words (`a b a d dog`). */
function spelledOut(words: readonly string[]): string[] {
  const spelled: string[] = [];
  let run: string[] = [];
  for (const word of [...words, '']) {
    if (word !== '' && isSingle(word)) run.push(word);
    else {
      if (run.length > 1)
        spelled.push(...[run, run.slice(1), run.slice(0, -1), run.slice(1, -1)].map((letters) => letters.join('')));
      run = [];
    }
  }
  return spelled;
}

/**
 * @param setting words between commas, or the path of a file with one a line, where `#` begins a comment
 * @throws where the file cannot be read
 */
export function readBlocklist(setting: string): WordBlocklist {
  if (!/[/\\]|\.txt$/.test(setting)) return new WordBlocklist(setting.split(','));
  const lines = readFileSync(setting, 'utf8').split(/\r?\n/);
  return new WordBlocklist(lines.map((line) => line.replace(/#.*/, '')));
}
