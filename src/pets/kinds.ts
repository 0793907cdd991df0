import { type LocaleName, locales } from '#locales/index.js';
import { normalised } from '#src/core/clean-words.js';
import type { KindsService } from './services.js';

/** One or two plain English words: what a text encoder can know. */
const englishNoun = /^[a-z]{2,20}( [a-z]{2,20})?$/;

/** Case, width, hyphens and the way an accent is stored make no difference. */
const fold = (word: string) =>
  normalised(word, 'NFKC')
    .trim()
    .replace(/[\s\u2010-]+/g, ' ')
    .toLowerCase();

const katakanaToHiragana = 0x60;

/** As people in a hurry type: without accents, in either kana. The marks of kana stay, they make another letter. */
const foldLoosely = (word: string) =>
  fold(word)
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/[\u30a1-\u30f6]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - katakanaToHiragana));

export function kindsFor(locale: LocaleName): KindsService {
  const find = (word: string, alike: (word: string) => string) => {
    const wanted = alike(word);
    for (const name of [locale, ...(Object.keys(locales) as LocaleName[])]) {
      const kinds = Object.entries(locales[name].kinds);
      const found = kinds.find(([, translated]) => alike(translated) === wanted);
      if (found !== undefined) return found[0];
    }
    return undefined;
  };
  return {
    nameOf: (className) => (locales[locale].kinds as Readonly<Record<string, string>>)[className] ?? className,
    classNameOf: (word) =>
      find(word, fold) ?? find(word, foldLoosely) ?? (englishNoun.test(fold(word)) ? fold(word) : undefined),
    isKind: (word) => find(word, fold) !== undefined,
  };
}
