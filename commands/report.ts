import { defineCommand, option } from '#src/command.js';

/** Somebody finds that moderators should look at a result. */
export const report = defineCommand({
  name: 'report',
  internal: true,
  exclusive: true,
  options: {
    job: option('text', { required: true, max: 64 }),
  },
  async run({ options, results, reply }) {
    const isNew = await results.report(options.job);
    return reply(isNew ? 'reported' : 'reportedBefore', {}, { ephemeral: true });
  },
});
