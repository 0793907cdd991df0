import { defineCommand, option } from '#src/command/define-command.js';
import { imaginePrompt, maxPromptLength } from '#src/drawing/imagine-prompt.js';
import { knownWords, toldUnknown } from '#src/editing/known-words.js';
import { placeInQueue } from '#src/jobs/eta.js';

export const imagine = defineCommand({
  name: 'imagine',
  options: {
    prompt: option('text', { max: maxPromptLength }),
    count: option('integer', { min: 1, max: 4 }),
    seed: option('integer', { min: 0, max: 0xffff_ffff }),
    without: option('text', { max: maxPromptLength }),
    pet: option('pet', { shared: true }),
    without_unknown: option('boolean', { internal: true }),
  },
  freeText: 'prompt',
  menu: { fills: 'pet', asks: ['prompt'] },
  async run({ options, jobs, pets, words, newSeed, reply }) {
    const { prompt, pet, petLabel } = imaginePrompt(options.prompt, await pets.available(), options.pet);
    const title = options.prompt!;
    const read = knownWords(prompt, words, {
      option: 'prompt',
      written: title,
      withoutUnknown: options.without_unknown,
    });
    const queued = await jobs.enqueue({
      name: 'imagine',
      data: {
        prompt: read.words,
        ...toldUnknown(read.unknown),
        negativePrompt: words.read(options.without ?? '').words,
        ...(pet && { pet: { id: pet.id, className: pet.className } }),
        ...(pet?.isSpoiler && { isSpoiler: true }),
        ...(petLabel !== undefined && { petLabel }),
        count: options.count ?? 1,
        seed: options.seed ?? newSeed(),
      },
      title,
    });
    return reply('queued', { prompt: title, position: placeInQueue(queued) }, { job: queued.id });
  },
});
