import type { Pet } from '#src/command.js';
import { petMarker } from '#src/jobs/imagine.js';

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
  const names = [...new Set(pets.map(({ name }) => fold(name)))].sort((one, other) => other.length - one.length);
  const pattern = names.map((name) => name.replace(/['’]/g, "['’]").replace(/ /g, '\\s+')).join('|');
  const found = new Set<Pet>();
  const marked = clean.replace(
    new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(?:${pattern})(?![\\p{L}\\p{M}\\p{N}])`, 'giu'),
    (word) => {
      for (const pet of pets) if (isSameName(pet.name, word)) found.add(pet);
      return petMarker;
    },
  );
  return { prompt: marked, pets: [...found] };
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
