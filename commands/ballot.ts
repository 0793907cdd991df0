import { defineCommand, option } from '#src/command/define-command.js';
import { ballotReply } from '#src/contests/ballot-replies.js';

/** A page of one's ballot: of all entries, or with `m` of what is marked. */
export const ballot = defineCommand({
  name: 'ballot',
  internal: true,
  inPlace: true,
  options: {
    c: option('text', { required: true, max: 8 }),
    p: option('integer', { min: 1, max: 1000 }),
    m: option('boolean'),
  },
  async run({ options: { c, p: page = 1, m: isOwnMarks = false }, ballots }) {
    return ballotReply(ballots, await ballots.open(c), { page, isOwnMarks });
  },
});
