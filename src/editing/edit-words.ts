import { UserError } from '#src/core/errors.js';
import { petMarker } from '#src/drawing/imagine-job.js';
import { meantPets, onePet } from '#src/drawing/imagine-prompt.js';
import { findPets } from '#src/drawing/pet-names.js';
import type { Pet } from '#src/pets/pet.js';
import { type EditRequest, wordsOf } from './edit-instruction.js';
import type { EditChange, EditPet } from './edit-job.js';

/** Scripts that put no spaces between words: there a word may stand in the middle of letters. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;

/**
 * Puts the marker where the request names a pet that shall be in the picture.
 * @param chosen a pet that the person named beside the words
 * @throws UserError where more than one pet could be meant, or the chosen one has no place
 */
export function swapPet(
  request: EditRequest,
  pets: readonly Pet[],
  chosen?: Pet,
): { readonly request: EditRequest; readonly pet?: Pet } {
  const meant = meantPets(pets, chosen);
  const named = new Set<Pet>();
  const mark = (words: string): string => {
    const found = findPets(words, meant);
    for (const pet of found.pets) named.add(pet);
    return found.prompt;
  };
  const marked: EditRequest =
    request.kind === 'target'
      ? { kind: 'target', target: mark(request.target) }
      : { kind: 'changes', changes: request.changes.map((change) => markTarget(change, mark)) };
  const pet = onePet([...named], chosen);
  if (chosen && named.size === 0) throw new UserError('editPetUnnamed', { name: chosen.name });
  return { request: marked, ...(pet && { pet }) };
}

/** Puts the marker where changes name a pet that is in the picture already. */
export function markSourcePet(
  changes: readonly EditChange[],
  pets: readonly Pet[],
  source: EditPet | undefined,
): EditChange[] {
  const there = pets.filter(({ id }) => id === source?.id);
  const mark = (words: string) => (there.length === 0 ? words : findPets(words, there).prompt);
  return changes.map((change): EditChange => {
    if (change.kind === 'replace') return { ...change, from: mark(change.from) };
    return change.kind === 'remove' ? { ...change, words: mark(change.words) } : change;
  });
}

/**
 * Compares changes with words that say for certain what the picture shows.
 * @throws UserError naming what the words do not contain, or contain more than once
 */
export function assertInCaption(changes: readonly EditChange[], caption: string, pet?: EditPet): void {
  const shown = (words: string) => words.replaceAll(petMarker, pet?.name ?? '');
  const others = changes.flatMap((change) => (change.kind === 'weigh' ? [] : wordsOf(change).slice(-1)));
  for (const change of changes) {
    const words = change.kind === 'replace' ? change.from : change.words;
    if (change.kind === 'add') continue;
    const count = countWords(caption, words);
    const isNew = change.kind === 'weigh' && others.some((other) => countWords(other, words) > 0);
    if (count === 0 && !isNew)
      throw new UserError('editWordsMissing', { words: shown(words), caption: shown(caption) });
    if (count > 1 && change.kind !== 'weigh')
      throw new UserError('editWordsTwice', { words: shown(words), count, caption: shown(caption) });
  }
}

/** How often words occur as whole words, in any case. */
export function countWords(text: string, words: string): number {
  const escaped = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
  const isUnspaced = unspaced.test(words);
  const expression = isUnspaced ? escaped : `(?<![\\p{L}\\p{M}\\p{N}])${escaped}(?![\\p{L}\\p{M}\\p{N}])`;
  return [...text.matchAll(new RegExp(expression, 'giu'))].length;
}

function markTarget(change: EditChange, mark: (words: string) => string): EditChange {
  if (change.kind === 'replace') return { ...change, to: mark(change.to) };
  return change.kind === 'remove' ? change : { ...change, words: mark(change.words) };
}
