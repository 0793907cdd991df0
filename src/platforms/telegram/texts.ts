import { localeFor, locales } from '#locales/index.js';
import { type ParameterArguments, type SourceTexts, type Text, translateWith } from '#src/core/locale.js';

type TelegramTexts = SourceTexts['telegram'];

/** What only this platform has to say. */
export function say<Key extends keyof TelegramTexts>(
  locale: string,
  key: Key,
  ...[params]: ParameterArguments<TelegramTexts[Key]>
): string {
  return translateWith(locales[localeFor(locale)], {
    key: `telegram.${key}`,
    params: (params ?? {}) as Text['params'],
  });
}
