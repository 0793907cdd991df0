import { type Text, text } from '#src/core/locale.js';
import type { UnknownWord } from './services.js';

/** More would be a list to read. */
const maxNamed = 8;

/** `dragon (≈ turtle), fighting` */
export function listUnknown(unknown: readonly UnknownWord[]): string {
  const named = unknown
    .slice(0, maxNamed)
    .map(({ word, nearest }) => (nearest === undefined ? word : `${word} (≈ ${nearest})`));
  return [...named, ...(unknown.length > maxNamed ? ['…'] : [])].join(', ');
}

/** What was left out of a picture, because the checkpoint has never met it. */
export function lineOfUnknown(unknown: readonly UnknownWord[] | undefined): Text[] {
  return unknown && unknown.length > 0 ? [text('delivery.wordsUnknown', { unknown: listUnknown(unknown) })] : [];
}
