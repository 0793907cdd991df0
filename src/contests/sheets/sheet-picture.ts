import type { BlobKey } from '#src/core/blob-key.js';
import { text } from '#src/core/locale.js';
import type { Place } from '#src/core/place.js';
import type { Picture } from '#src/core/reply.js';

export interface DescribedPicture {
  readonly number: number;
  readonly picture: BlobKey;
  readonly alt: string;
}

/** What platforms take, less the words around the list in any language. */
const maxListLength = 980;

/**
 * A sheet as a message shows it: described entry by entry, each with as much room, and judged by the pictures that are on it.
 * @param seenAt everywhere that the contest is seen
 */
export function sheetPicture(blob: BlobKey, entries: readonly DescribedPicture[], seenAt: readonly Place[]): Picture {
  return {
    blob,
    seenAt,
    alt: text('contests.sheets.alt', { list: listOf(entries) }),
    parts: entries.map(({ picture }) => picture),
  };
}

/** The same of a winners' card. @param winners the best first */
export function winnersPicture(blob: BlobKey, winners: readonly DescribedPicture[], seenAt: readonly Place[]): Picture {
  return {
    blob,
    seenAt,
    alt: text('contests.sheets.winnersAlt', { list: listOf(winners) }),
    parts: winners.map(({ picture }) => picture),
  };
}

function listOf(entries: readonly DescribedPicture[]): string {
  const room = Math.floor(maxListLength / entries.length) - '5000: , '.length;
  return entries.map(({ number, alt }) => `${number}: ${cut(alt, room)}`).join(', ');
}

function cut(words: string, maxLength: number): string {
  if (words.length <= maxLength) return words;
  // Not in the middle of a letter that takes two.
  const kept = words.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.trimEnd()}…`;
}
