import { defineCommand, option } from '#src/command.js';
import { UserError } from '#src/errors.js';
import { petMarker } from '#src/jobs/imagine.js';
import { findPets } from './pet-names.js';

const maxPromptLength = 2000;

export const imagine = defineCommand({
  name: 'imagine',
  options: {
    prompt: option('text', { max: maxPromptLength }),
    count: option('integer', { min: 1, max: 4 }),
    seed: option('integer', { min: 0, max: 0xffff_ffff }),
    without: option('text', { max: maxPromptLength }),
    pet: option('pet'),
  },
  freeText: 'prompt',
  menu: { fills: 'pet', asks: ['prompt'] },
  async run({ options, jobs, pets, newSeed, reply }) {
    if (options.prompt === undefined || !/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(options.prompt))
      throw new UserError('promptEmpty');
    const named = findPets(options.prompt, await pets.list());
    const chosen = new Set([...(options.pet ? [options.pet.id] : []), ...named.pets.map(({ id }) => id)]);
    if (chosen.size > 1) {
      const names = [...new Set([...(options.pet ? [options.pet.name] : []), ...named.pets.map(({ name }) => name)])];
      throw new UserError('petsSeveral', { names: names.join(', ') });
    }
    const pet = options.pet ?? named.pets[0];
    const prompt = options.pet && named.pets.length === 0 ? `${petMarker} ${named.prompt}` : named.prompt;
    const { id, position } = await jobs.enqueue({
      name: 'imagine',
      data: {
        prompt,
        negativePrompt: options.without ?? '',
        ...(pet && { pet: { lora: pet.lora, className: pet.className } }),
        count: options.count ?? 1,
        seed: options.seed ?? newSeed(),
      },
      title: options.prompt,
    });
    return reply('queued', { prompt: options.prompt, position }, { job: id });
  },
});
