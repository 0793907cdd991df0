import { type LocaleName, locales } from '#locales/index.js';
import type { KindsService } from './command.js';

/** One or two plain English words: what a text encoder can know. */
const englishNoun = /^[a-z]{2,20}( [a-z]{2,20})?$/;

export function kindsFor(locale: LocaleName): KindsService {
  const fold = (word: string) => word.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
  const find = (name: LocaleName, word: string) =>
    Object.entries(locales[name].kinds).find(([, translated]) => fold(translated) === fold(word))?.[0];
  const known = (word: string) => {
    for (const name of [locale, ...(Object.keys(locales) as LocaleName[])]) {
      const className = find(name, word);
      if (className !== undefined) return className;
    }
    return undefined;
  };
  return {
    classNameOf: (word) => known(word) ?? (englishNoun.test(fold(word)) ? fold(word) : undefined),
    isKind: (word) => known(word) !== undefined,
  };
}
