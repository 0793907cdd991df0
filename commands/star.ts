import { defineCommand, option } from '#src/command/define-command.js';
import { ballotReply, entryReply } from '#src/contests/ballot-replies.js';
import { UserError } from '#src/core/errors.js';

/** Shows one entry, or gives it stars (0 takes them away) and goes on to the next one. */
export const star = defineCommand({
  name: 'star',
  internal: true,
  inPlace: true,
  options: {
    c: option('text', { required: true, max: 8 }),
    e: option('integer', { required: true, min: 1 }),
    v: option('integer', { min: 0, max: 5 }),
    p: option('integer', { min: 1, max: 1000 }),
    m: option('boolean'),
  },
  async run({ options: { c, e: number, v: stars, p: page = 1, m: isOwnMarks = false }, ballots }) {
    const view = { page, isOwnMarks };
    const opened = await (stars === undefined ? ballots.open(c) : ballots.cast(c, { kind: 'star', number, stars }));
    if (opened.kind === 'over') return ballotReply(ballots, opened, view);
    const { ballot } = opened;
    const at = ballot.entries.findIndex((entry) => entry.number === number);
    if (at === -1 || ballot.contest.rules.method !== 'stars') throw new UserError('ballotEntryOut');
    const isRated = stars !== undefined && stars > 0;
    const shown = ballot.entries[isRated && !isOwnMarks ? at + 1 : at];
    return shown ? entryReply(ballots, ballot, shown, view) : ballotReply(ballots, opened, view);
  },
});
