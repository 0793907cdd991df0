import { defineCommand, option } from '#src/command/define-command.js';

export const cancel = defineCommand({
  name: 'cancel',
  unrestricted: true,
  options: {
    job: option('text', { max: 64 }),
  },
  async run({ options, jobs, reply }) {
    const count = await jobs.cancel(options.job);
    if (count === 0) return reply('nothing', {}, { ephemeral: 'preferably' });
    if (count === 1) return reply('stopped', {}, { ephemeral: 'preferably' });
    return reply('stoppedAll', { count }, { ephemeral: 'preferably' });
  },
});
