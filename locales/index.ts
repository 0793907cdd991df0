import type { SourceTexts, Translation } from '#src/locale.js';
import { de } from './de.js';
import { en } from './en.js';

/** By BCP 47 language tag. */
export const locales = { en, de } satisfies Record<string, Translation<SourceTexts>>;

export type LocaleName = keyof typeof locales;

export const defaultLocale: LocaleName = 'en';

/** The nearest locale for a language tag: `de-AT` → `de`, unknown → English. */
export function localeFor(language: string | undefined): LocaleName {
  if (language === undefined) return defaultLocale;
  const wanted = language.toLowerCase().replaceAll('_', '-');
  const names = Object.keys(locales) as LocaleName[];
  return (
    names.find((name) => name.toLowerCase() === wanted) ??
    names.find((name) => name.toLowerCase().split('-')[0] === wanted.split('-')[0]) ??
    defaultLocale
  );
}
