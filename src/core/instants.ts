/** A moment that every platform shows in its own way: in the reader's zone where it can, else in words of the community's. */
export interface Instant {
  /** ISO 8601 */
  readonly instant: string;
  /** An IANA name, for where the reader's own is not known. */
  readonly zone: string;
}

/** What stands in a text until a platform shows it. No character of any script, so nobody has typed it. https://www.unicode.org/faq/private_use.html#nonchar1 */
const open = '\uFDD0';
const close = '\uFDD1';
const marked = /\uFDD0(-?\d+) ([^\uFDD0\uFDD1]*)\uFDD1/gu;
/** Of one that was cut off with the rest of its text. */
const strayMarks = /\uFDD0[^\uFDD1]*$|[\uFDD0\uFDD1]/gu;

export function instantOf(at: Date, zone: string): Instant {
  return { instant: at.toISOString(), zone };
}

/** As it stands in a text. */
export function markInstant({ instant, zone }: Instant): string {
  return `${open}${Math.round(Date.parse(instant) / 1000)} ${zone}${close}`;
}

/** What came from outside holds no instants. */
export function withoutMarks(words: string): string {
  return words.replace(/[\uFDD0\uFDD1]/gu, '');
}

/** How many instants a text holds. */
export function countInstants(text: string): number {
  return text.match(marked)?.length ?? 0;
}

/** Puts a platform's own form in place of each. */
export function showInstants(text: string, show: (at: Date, zone: string) => string): string {
  return text
    .replace(marked, (_, seconds: string, zone: string) => show(new Date(Number(seconds) * 1000), zone))
    .replace(strayMarks, '');
}

/** In words of a language: by the clocks of the zone, and by UTC beside it. */
export function instantInWords(at: Date, zone: string, locale: string): string {
  const there = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: zone }).format(at);
  if (zone === 'UTC') return `${there} UTC`;
  const isSameDay = dayIn(at, zone) === dayIn(at, 'UTC');
  const utc = new Intl.DateTimeFormat(locale, {
    ...(isSameDay ? {} : { dateStyle: 'short' }),
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(at);
  return `${there} ${zone} (${utc} UTC)`;
}

/** A text for where nothing but words can be shown. */
export function withInstantsInWords(text: string, locale: string): string {
  return showInstants(text, (at, zone) => instantInWords(at, zone, locale));
}

function dayIn(at: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: zone }).format(at);
}
