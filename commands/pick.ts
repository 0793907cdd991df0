import { defineCommand, option, text } from '#src/command.js';
import { buttonsOfDrawing } from '#src/drawing-buttons.js';
import { UserError } from '#src/errors.js';

/** One picture of several, by itself. */
export const pick = defineCommand({
  name: 'pick',
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
    number: option('integer', { required: true, min: 1, max: 4 }),
  },
  async run({ options, jobs, reply }) {
    const drawn = await jobs.find('imagine', options.job);
    const blob = drawn?.result?.pictures[options.number - 1];
    if (!drawn || !blob) throw new UserError('jobUnknown');
    const { number } = options;
    return reply(
      'picked',
      { number, prompt: drawn.title, person: drawn.person.name },
      {
        pictures: [{ blob, alt: text('delivery.drawnPicture', { number, prompt: drawn.title }) }],
        buttons: buttonsOfDrawing(drawn.id, { number }),
      },
    );
  },
});
