import { defineCommand, option } from '#src/command.js';

/** Takes a result out of the chat. */
export const remove = defineCommand({
  name: 'remove',
  unrestricted: true,
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
  },
  async run({ options, jobs, reply }) {
    return reply((await jobs.remove(options.job)) ? 'removed' : 'gone', {}, { ephemeral: true });
  },
});
