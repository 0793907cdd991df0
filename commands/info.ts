import { defineCommand, option, petLabel, text } from '#src/command.js';
import { UserError } from '#src/errors.js';
import { petOf } from './imagine-prompt.js';
import { isNamedIn } from './pet-names.js';

/** How a picture was made, in a form that can be typed again. */
export const info = defineCommand({
  name: 'info',
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
  },
  async run({ options, jobs, pets, reply }) {
    const drawn = await jobs.find('imagine', options.job);
    if (!drawn?.result) throw new UserError('jobUnknown');
    const { data, result, title } = drawn;
    const { seed, steps, guidanceScale } = result.settings;
    const count = result.pictures.length;
    const available = await pets.available();
    const pet = petOf(data, available);
    const isChosen = pet !== undefined && !isNamedIn(title, available);
    const command = [
      `/imagine ${title}`,
      `seed:${seed}`,
      `count:${count}`,
      ...(isChosen ? [`pet:${petLabel(pet)}`] : []),
      ...(data.negativePrompt === '' ? [] : [`without:${data.negativePrompt}`]),
    ].join(' ');
    return reply(
      'settings',
      { prompt: title },
      {
        lines: [
          text('commands.info.replies.numbers', { seed, steps, guidance: guidanceScale, count }),
          ...(pet ? [text('commands.info.replies.pet', { pet: petLabel(pet) })] : []),
          ...(data.negativePrompt === ''
            ? []
            : [text('commands.info.replies.without', { words: data.negativePrompt })]),
          text('commands.info.replies.time', { seconds: result.seconds.toFixed(1) }),
          text('commands.info.replies.repeat', { command }),
        ],
        ephemeral: true,
      },
    );
  },
});
