import { defineCommand, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import { imaginePrompt, maxPromptLength, petOf } from '#src/drawing/imagine-prompt.js';
import { isNamedIn } from '#src/drawing/pet-names.js';
import { knownWords, toldUnknown } from '#src/editing/known-words.js';
import { placeInQueue } from '#src/jobs/eta.js';

/** A picture once more with other words; everything else stays, so that only what the words change is new. */
export const vary = defineCommand({
  name: 'vary',
  options: {
    prompt: option('text', { required: true, max: maxPromptLength }),
    job: option('text', { max: 64 }),
    pet: option('pet', { shared: true, internal: true }),
    without_unknown: option('boolean', { internal: true }),
  },
  freeText: 'prompt',
  async suggest(jobs, { job }) {
    return (await jobs.find('imagine', job))?.title;
  },
  async run({ options, jobs, pets, words, reply }) {
    const earlier = await jobs.find('imagine', options.job);
    if (!earlier) throw new UserError(options.job === undefined ? 'nothingToRepeat' : 'jobUnknown');
    const available = await pets.available();
    // A pet that no words named was chosen beside them, and stays.
    const isByName = [earlier.title, options.prompt].some((words) => isNamedIn(words, available));
    if (!options.pet && !isByName && earlier.data.pet) await pets.assertMayDraw(earlier.data.pet);
    const chosen = options.pet ?? (isByName ? undefined : petOf(earlier.data, available));
    const { prompt, pet, petLabel } = imaginePrompt(options.prompt, available, chosen);
    const read = knownWords(prompt, words, {
      option: 'prompt',
      written: options.prompt,
      withoutUnknown: options.without_unknown,
    });
    const { pet: _, petLabel: __, unknownWords: ___, isSpoiler: ____, ...rest } = earlier.data;
    const queued = await jobs.enqueue({
      name: 'imagine',
      data: {
        ...rest,
        prompt: read.words,
        ...toldUnknown(read.unknown),
        ...(pet && { pet: { id: pet.id, className: pet.className } }),
        ...(pet?.isSpoiler && { isSpoiler: true }),
        ...(petLabel !== undefined && { petLabel }),
      },
      title: options.prompt,
    });
    return reply('queued', { prompt: options.prompt, position: placeInQueue(queued) }, { job: queued.id });
  },
});
