/** @file Every word that captions of the toy world hold, for `petbooth.json`: what else is asked for, the checkpoint has never met. */
import { OPENINGS } from './caption.js';
import { CLOTHES, COLOURS, KINDS, SETTINGS } from './vocabulary.js';

/** Say nothing by themselves. */
const FUNCTION_WORDS = new Set(
  'a an the in on at by of with to top front near among wearing dressed taking outer air background photo picture drawing cartoon'.split(
    ' ',
  ),
);

/** In groups: animals, colours, clothes, places, words that say nothing by themselves. */
export function knownWords(): string[][] {
  const named = new Set<string>();
  const take = (phrases: readonly string[]) => {
    const words = phrases
      .flatMap((phrase) => phrase.split(' '))
      .filter((word) => !FUNCTION_WORDS.has(word) && !named.has(word));
    for (const word of words) named.add(word);
    return [...new Set(words)];
  };
  return [
    take(KINDS.flatMap(({ words }) => [...words])),
    take(COLOURS.map(({ name }) => name)),
    take(CLOTHES.flatMap(({ phrases }) => [...phrases])),
    take(SETTINGS.flatMap(({ phrases }) => [...phrases])),
    [...FUNCTION_WORDS],
  ];
}

/** Words that start a caption are among them. */
export const OPENING_WORDS = OPENINGS.flatMap((opening) => opening.split(' '));
