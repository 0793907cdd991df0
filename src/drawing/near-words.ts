import type { UnknownWord } from './services.js';

/** What a checkpoint of a few words has in place of others. */
const nearby: Readonly<Record<string, readonly string[]>> = {
  dog: [
    'wolf',
    'fox',
    'dogs',
    'puppies',
    'hound',
    'poodle',
    'corgi',
    'dachshund',
    'terrier',
    'horse',
    'pony',
    'sheep',
    'goat',
  ],
  cat: ['cats', 'kittens', 'tiger', 'lion', 'leopard', 'lynx', 'panther', 'ferret'],
  rabbit: ['rabbits', 'hare', 'hamster', 'mouse', 'rat', 'squirrel', 'hedgehog', 'chinchilla'],
  bear: ['bears', 'panda', 'koala', 'pig', 'monkey', 'gorilla', 'teddies'],
  duck: ['ducks', 'bird', 'chicken', 'hen', 'goose', 'swan', 'parrot', 'penguin', 'owl', 'fish'],
  turtle: ['turtles', 'frog', 'lizard', 'snake', 'snail', 'crocodile', 'dragon', 'dinosaur'],
  elephant: ['elephants', 'cow', 'hippo', 'rhino', 'mammoth', 'camel', 'whale'],
  grey: ['gray', 'silver'],
  yellow: ['gold', 'golden', 'blond'],
  purple: ['violet', 'lilac'],
  hat: ['cap', 'helmet', 'crown', 'beanie'],
  scarf: ['shawl', 'collar', 'bandana'],
  shirt: ['sweater', 't-shirt', 'jacket', 'coat', 'dress'],
  tuxedo: ['suit', 'tie'],
  cushion: ['sofa', 'couch', 'pillow', 'chair'],
  jungle: ['forest', 'wood', 'woods'],
  sea: ['ocean', 'lake', 'water'],
  beach: ['sand', 'island', 'coast', 'sunset'],
  city: ['town', 'skyline'],
  sidewalk: ['street', 'road', 'pavement'],
  mountain: ['hill', 'volcano', 'alps'],
  garden: ['park', 'yard', 'meadow'],
  snow: ['ice', 'snowy'],
  space: ['moon', 'mars', 'stars', 'astronaut', 'rocket', 'galaxy'],
  bathtub: ['pool', 'shower', 'tub'],
  sleeping: ['sleep', 'sleeps', 'lying', 'napping'],
  surfing: ['surf', 'surfs', 'surfer', 'swimming'],
  jumping: ['jump', 'jumps', 'flying', 'running', 'dancing'],
  sunflowers: ['sunflower', 'flower', 'flowers'],
  house: ['home', 'castle', 'cottage'],
  carpet: ['rug'],
};

const nearOf = new Map(
  Object.entries(nearby).flatMap(([word, others]) => others.map((other) => [other, word] as const)),
);
/** A slip of the pen in a word of these many letters. */
const leastSpelt = 4;

/** @param word folded */
export function nearWord(word: string, known: ReadonlySet<string>): string | undefined {
  const near = nearOf.get(word);
  if (near !== undefined && known.has(near)) return near;
  if (word.length < leastSpelt || word.length > 20) return undefined;
  const mostSlips = word.length < 6 ? 1 : 2;
  const spelt = [...known].map((candidate) => ({ candidate, slips: slipsBetween(word, candidate) }));
  return spelt
    .filter(({ candidate, slips }) => slips <= mostSlips && candidate.length >= leastSpelt)
    .toSorted((one, other) => one.slips - other.slips)[0]?.candidate;
}

/** What somebody wrote, with what the checkpoint has in place of words that it has never met. */
export function withNearest(written: string, unknown: readonly UnknownWord[]): string {
  const nearest = new Map(unknown.map((one) => [one.word.toLowerCase(), one.nearest]));
  const near = written.replace(/[\p{L}\p{M}]+/gu, (word) => nearest.get(word.toLowerCase()) ?? word);
  return near === written ? written : withFittingArticles(near);
}

/** `an bear` → `a bear` */
export function withFittingArticles(words: string): string {
  return words.replace(
    /\b(an?) (?=([a-z]))/gi,
    (_, article: string, next: string) => `${article[0]}${/[aeiou]/i.test(next) ? 'n' : ''} `,
  );
}

/** Levenshtein's distance. */
function slipsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}
