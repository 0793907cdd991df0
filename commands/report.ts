import { defineCommand, option } from '#src/command/define-command.js';

const replyKeys = { told: 'reported', noted: 'reportedUnseen', before: 'reportedBefore' } as const;

/** Somebody finds that moderators should look at a result. */
export const report = defineCommand({
  name: 'report',
  internal: true,
  exclusive: true,
  options: {
    job: option('text', { required: true, max: 64 }),
  },
  async run({ options, results, reply }) {
    return reply(replyKeys[await results.report(options.job)], {}, { ephemeral: true });
  },
});
