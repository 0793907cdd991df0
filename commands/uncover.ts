import { defineCommand, option } from '#src/command/define-command.js';

/** A moderator has looked at a covered result and shows it to everybody. */
export const uncover = defineCommand({
  name: 'uncover',
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
  },
  async run({ options, results, reply }) {
    await results.uncover(options.job);
    return reply('uncovered', {}, { ephemeral: true });
  },
});
