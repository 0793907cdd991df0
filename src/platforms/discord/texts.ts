import { type LocaleName, locales } from '#locales/index.js';
import type { SourceTexts } from '#src/core/locale.js';

export type DiscordTextKey = keyof SourceTexts['discord'];

/** What only this platform has to say. */
export function say(locale: LocaleName, key: DiscordTextKey): string {
  return locales[locale].discord[key];
}
