import { defineCommand, option, placeInQueue } from '#src/command.js';
import { imaginePrompt, maxPromptLength } from './imagine-prompt.js';

export const imagine = defineCommand({
  name: 'imagine',
  options: {
    prompt: option('text', { max: maxPromptLength }),
    count: option('integer', { min: 1, max: 4 }),
    seed: option('integer', { min: 0, max: 0xffff_ffff }),
    without: option('text', { max: maxPromptLength }),
    pet: option('pet', { shared: true }),
  },
  freeText: 'prompt',
  menu: { fills: 'pet', asks: ['prompt'] },
  async run({ options, jobs, pets, newSeed, reply }) {
    const { prompt, pet, petLabel } = imaginePrompt(options.prompt, await pets.available(), options.pet);
    const title = options.prompt!;
    const queued = await jobs.enqueue({
      name: 'imagine',
      data: {
        prompt,
        negativePrompt: options.without ?? '',
        ...(pet && { pet: { id: pet.id, className: pet.className } }),
        ...(petLabel !== undefined && { petLabel }),
        count: options.count ?? 1,
        seed: options.seed ?? newSeed(),
      },
      title,
    });
    return reply('queued', { prompt: title, position: placeInQueue(queued) }, { job: queued.id });
  },
});
