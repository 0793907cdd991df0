import type { JobData } from '#src/core/define-job.js';
import { UserError } from '#src/core/errors.js';
import { type Pet, petLabel } from '#src/pets/pet.js';
import { PetAmbiguousError } from '#src/pets/pet-ambiguous-error.js';
import { type imagine, petMarker } from './imagine-job.js';
import { findPets, isSameName } from './pet-names.js';

export const maxPromptLength = 2000;

/**
 * What a person wrote, with the marker where a pet stands.
 * @param chosen a pet that the person named beside the words
 * @throws UserError where there is nothing to draw, or more than one pet
 */
export function imaginePrompt(
  words: string | undefined,
  pets: readonly Pet[],
  chosen?: Pet,
): { readonly prompt: string; readonly pet?: Pet; readonly petLabel?: string } {
  if (words === undefined || !/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(words)) throw new UserError('promptEmpty');
  const named = findPets(words, meantPets(pets, chosen));
  const pet = onePet(named.pets, chosen);
  if (chosen && named.pets.length === 0)
    return { prompt: `${petMarker} ${named.prompt}`, pet: chosen, petLabel: petLabel(chosen) };
  return { prompt: named.prompt, ...(pet && { pet }) };
}

/** A pet that was chosen is meant wherever the words have its name, whoever else has one of that name. */
export function meantPets(pets: readonly Pet[], chosen: Pet | undefined): readonly Pet[] {
  return chosen ? pets.filter(({ id, name }) => id === chosen.id || !isSameName(name, chosen.name)) : pets;
}

/** @throws UserError where words name more than one, or do not say which */
export function onePet(named: readonly Pet[], chosen: Pet | undefined): Pet | undefined {
  const ids = new Set([...(chosen ? [chosen.id] : []), ...named.map(({ id }) => id)]);
  if (ids.size > 1) {
    const [first, ...others] = named;
    if (!chosen && others.every(({ name }) => isSameName(name, first!.name))) throw new PetAmbiguousError(named);
    const names = [...new Set([...(chosen ? [chosen.name] : []), ...named.map(({ name }) => name)])];
    throw new UserError('petsSeveral', { names: names.join(', ') });
  }
  return chosen ?? named[0];
}

/** Which of these pets a picture shows. */
export function petOf({ pet }: JobData<typeof imagine>, pets: readonly Pet[]): Pet | undefined {
  return pet && pets.find(({ id }) => id === pet.id);
}
