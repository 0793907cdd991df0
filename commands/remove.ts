import { defineCommand, option } from '#src/command/define-command.js';

/** Takes a result out of the chat. */
export const remove = defineCommand({
  name: 'remove',
  unrestricted: true,
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
    copy: option('boolean'),
  },
  async run({ options, jobs, entries, reply }) {
    const { job, copy = false } = options;
    const isEntered = await entries.isEntered(job);
    const removal = await (copy ? jobs.removeCopy(job) : jobs.remove(job));
    const toOneself = { ephemeral: 'preferably' } as const;
    if (removal === 'gone') return reply('gone', {}, toOneself);
    if (removal === 'outOfReach') return reply('outOfReach', {}, toOneself);
    return reply(isEntered ? 'removedButEntered' : 'removed', {}, toOneself);
  },
});
