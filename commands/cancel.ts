import { defineCommand, option } from '#src/command.js';

export const cancel = defineCommand({
  name: 'cancel',
  unrestricted: true,
  options: {
    job: option('text', { max: 64 }),
  },
  async run({ options, jobs, reply }) {
    const count = await jobs.cancel(options.job);
    if (count === 0) return reply('nothing', {}, { ephemeral: true });
    if (count === 1) return reply('stopped', {}, { ephemeral: true });
    return reply('stoppedAll', { count }, { ephemeral: true });
  },
});
