import { defineCommand, option, text } from '#src/command.js';
import { UserError } from '#src/errors.js';

/** How a picture was made, in a form that can be typed again. */
export const info = defineCommand({
  name: 'info',
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
  },
  async run({ options, jobs, reply }) {
    const drawn = await jobs.find('imagine', options.job);
    if (!drawn?.result) throw new UserError('jobUnknown');
    const { data, result, title } = drawn;
    const { seed, steps, guidanceScale } = result.settings;
    const count = result.pictures.length;
    return reply(
      'settings',
      { prompt: title },
      {
        lines: [
          text('commands.info.replies.numbers', { seed, steps, guidance: guidanceScale, count }),
          ...(data.negativePrompt === ''
            ? []
            : [text('commands.info.replies.without', { words: data.negativePrompt })]),
          text('commands.info.replies.time', { seconds: result.seconds.toFixed(1) }),
          text('commands.info.replies.repeat', { prompt: title, seed, count }),
        ],
        ephemeral: true,
      },
    );
  },
});
