import { defineCommand, option } from '#src/command/define-command.js';
import { overReply } from '#src/contests/ballot-replies.js';

/** Of one's ballot the page, where one may vote as well. */
export const page = defineCommand({
  name: 'page',
  internal: true,
  options: { c: option('text', { required: true, max: 8 }) },
  async run({ options, ballots, reply }) {
    const link = await ballots.pageLink(options.c);
    if (link !== undefined) return reply('link', { link }, { ephemeral: true });
    const opened = await ballots.open(options.c);
    return opened.kind === 'over' ? overReply(opened.contest) : reply('none', {}, { ephemeral: true });
  },
});
