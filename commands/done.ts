import { defineCommand, option } from '#src/command/define-command.js';
import { overReply, savedReply } from '#src/contests/ballot-replies.js';

/** Takes the buttons away, and says what stands on the ballot. */
export const done = defineCommand({
  name: 'done',
  internal: true,
  inPlace: true,
  options: { c: option('text', { required: true, max: 8 }) },
  async run({ options, ballots }) {
    const opened = await ballots.open(options.c);
    return opened.kind === 'over' ? overReply(opened.contest) : savedReply(opened.ballot);
  },
});
