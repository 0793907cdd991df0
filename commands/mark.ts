import { defineCommand, option } from '#src/command/define-command.js';
import { ballotReply, marksText } from '#src/contests/ballot-replies.js';

/** Sets or takes away a mark. Below a sheet that all see (without `p`) it is the other way round, and told to whoever pressed. */
export const mark = defineCommand({
  name: 'mark',
  internal: true,
  inPlace: true,
  options: {
    c: option('text', { required: true, max: 8 }),
    e: option('integer', { required: true, min: 1 }),
    v: option('integer', { min: 0, max: 1 }),
    p: option('integer', { min: 1, max: 1000 }),
    m: option('boolean'),
  },
  async run({ options: { c, e: number, v, p: page, m: isOwnMarks = false }, ballots }) {
    const opened = await ballots.cast(c, { kind: 'mark', number, ...(v !== undefined && { isOn: v === 1 }) });
    const isOnBallot = page !== undefined;
    if (isOnBallot) return ballotReply(ballots, opened, { page, isOwnMarks });
    const { text } =
      opened.kind === 'over'
        ? await ballotReply(ballots, opened, { page: 1, isOwnMarks })
        : { text: marksText(opened.ballot) };
    return { text, isNotice: true };
  },
});
