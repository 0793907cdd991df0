import { defineCommand, option } from '#src/command/define-command.js';
import { duelReply } from '#src/contests/ballot-replies.js';

/** Shows two entries, or decides between them and goes on to the next two. */
export const duel = defineCommand({
  name: 'duel',
  internal: true,
  inPlace: true,
  options: {
    c: option('text', { required: true, max: 8 }),
    i: option('integer', { required: true, min: 1, max: 30 }),
    w: option('choice', { choices: ['left', 'right', 'equal'] }),
  },
  async run({ options: { c, i: index, w: side }, ballots }) {
    if (side === undefined) return duelReply(ballots, await ballots.open(c), index);
    return duelReply(ballots, await ballots.cast(c, { kind: 'pair', index, side }), index + 1);
  },
});
