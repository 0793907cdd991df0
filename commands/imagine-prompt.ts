import type { EarlierJob, Pet } from '#src/command.js';
import { petAmbiguous, UserError } from '#src/errors.js';
import { petMarker } from '#src/jobs/imagine.js';
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
): { readonly prompt: string; readonly pet?: Pet } {
  if (words === undefined || !/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(words)) throw new UserError('promptEmpty');
  // A pet that was chosen is meant wherever the words have its name, whoever else has one of that name.
  const meant = chosen ? pets.filter(({ id, name }) => id === chosen.id || !isSameName(name, chosen.name)) : pets;
  const named = findPets(words, meant);
  const ids = new Set([...(chosen ? [chosen.id] : []), ...named.pets.map(({ id }) => id)]);
  if (ids.size > 1) {
    const [first, ...others] = named.pets;
    if (!chosen && others.every(({ name }) => isSameName(name, first!.name))) throw petAmbiguous(named.pets);
    const names = [...new Set([...(chosen ? [chosen.name] : []), ...named.pets.map(({ name }) => name)])];
    throw new UserError('petsSeveral', { names: names.join(', ') });
  }
  const pet = chosen ?? named.pets[0];
  const prompt = chosen && named.pets.length === 0 ? `${petMarker} ${named.prompt}` : named.prompt;
  return { prompt, ...(pet && { pet }) };
}

/** Which of these pets a picture shows. */
export function petOf({ pet }: EarlierJob<'imagine'>['data'], pets: readonly Pet[]): Pet | undefined {
  return pet && pets.find(({ lora }) => lora === pet.lora);
}
