import type { SourceTexts, Translation } from '#src/core/locale.js';
import { de } from './de/index.js';
import { en } from './en/index.js';
import { es } from './es/index.js';
import { fr } from './fr/index.js';
import { ja } from './ja/index.js';
import { ptBR } from './pt-BR/index.js';

/** By BCP 47 language tag. */
export const locales = { en, de, es, fr, ja, 'pt-BR': ptBR } satisfies Record<string, Translation<SourceTexts>>;

export type LocaleName = keyof typeof locales;

export const localeNames = Object.keys(locales) as readonly LocaleName[];

export const defaultLocale: LocaleName = 'en';

/** The nearest locale for a language tag: `de-AT` → `de`, `pt` → `pt-BR`, unknown → English. */
export function localeFor(language: string | undefined): LocaleName {
  if (language === undefined) return defaultLocale;
  const wanted = language.toLowerCase().replaceAll('_', '-');
  return (
    localeNames.find((name) => name.toLowerCase() === wanted) ??
    localeNames.find((name) => name.toLowerCase().split('-')[0] === wanted.split('-')[0]) ??
    defaultLocale
  );
}
