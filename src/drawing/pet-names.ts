import type { Pet } from '#src/pets/pet.js';
import { petMarker } from './imagine-job.js';

export const maxPetNameLength = 32;

/** Letters of any script, digits, single spaces, hyphens, apostrophes; at least one letter. */
export function isPetName(name: string): boolean {
  return (
    [...name].length <= maxPetNameLength &&
    /^[\p{L}\p{M}\p{N}]+([ '’-][\p{L}\p{M}\p{N}]+)*$/u.test(name) &&
    /\p{L}/u.test(name)
  );
}

/**
 * Finds the person's pets that a prompt names, as whole words in any case, and puts the marker in their place.
 * Of several pets of one name all are found. Longer names win: of `Biscuit` and `Biscuit Junior` the second is found in `biscuit junior asleep`.
 */
export function findPets(
  prompt: string,
  pets: readonly Pet[],
): { readonly prompt: string; readonly pets: readonly Pet[] } {
  // So that nobody writes the marker.
  const clean = prompt.replace(/[{}]/g, '');
  if (pets.length === 0) return { prompt: clean, pets: [] };
  const names = [...new Set(pets.map(({ name }) => name))].sort((one, other) => other.length - one.length);
  const found = new Set<Pet>();
  const marked = clean.replace(new RegExp(names.map(patternOf).join('|'), 'giv'), (word) => {
    for (const pet of pets) if (isSameName(pet.name, word)) found.add(pet);
    return petMarker;
  });
  return { prompt: marked, pets: [...found] };
}

const katakana = '[\\p{Script=Katakana}ー]';
/** Han, kana, Thai, Lao, Khmer and Burmese are written without spaces: a name may touch its neighbours. */
const unspaced =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]';
const spacedLetter = `[[\\p{L}\\p{M}\\p{N}]--${unspaced}--${katakana}]`;

function patternOf(name: string): string {
  const characters = [...name];
  const before = neighbourOf(characters[0]!);
  const after = neighbourOf(characters.at(-1)!);
  const words = name.normalize('NFC').replace(/['’]/g, "['’]").replace(/ +/g, '\\s+');
  return `${before && `(?<!${before})`}${words}${after && `(?!${after})`}`;
}

/** What may not stand beside a name that begins or ends with `character`: more of the same word. */
function neighbourOf(character: string): string {
  if (new RegExp(katakana, 'v').test(character)) return katakana;
  return new RegExp(unspaced, 'v').test(character) ? '' : spacedLetter;
}

export function isNamedIn(prompt: string, pets: readonly Pet[]): boolean {
  return findPets(prompt, pets).pets.length > 0;
}

export function isSameName(one: string, other: string): boolean {
  return fold(one) === fold(other);
}

function fold(name: string): string {
  return name.normalize('NFC').toLowerCase().replaceAll('’', "'").replace(/\s+/g, ' ');
}
