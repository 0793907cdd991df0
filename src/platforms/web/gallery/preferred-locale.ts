import { defaultLocale, type LocaleName, localeFor } from '#locales/index.js';

const maxHeaderLength = 500;
const range = /^([a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:\s*;\s*q=([01](?:\.\d{1,3})?))?$/i;

/** The locale that a browser asks for most, of those that there are. @param header `Accept-Language`, RFC 9110 */
export function preferredLocale(header: string | undefined): LocaleName {
  const wanted = (header ?? '')
    .slice(0, maxHeaderLength)
    .split(',')
    .flatMap((part) => {
      const match = range.exec(part.trim());
      return match ? [{ language: match[1]!, weight: Number(match[2] ?? 1) }] : [];
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight);
  const known = wanted.find(({ language }) => isKnown(language));
  return known ? localeFor(known.language) : defaultLocale;
}

function isKnown(language: string): boolean {
  return localeFor(language) !== defaultLocale || language.toLowerCase().split('-')[0] === defaultLocale;
}
