import { defineCommand, option } from '#src/command/define-command.js';
import { ballotReply, entryReply } from '#src/contests/ballot-replies.js';
import { UserError } from '#src/core/errors.js';

/** Shows one entry with the places that it may have, or gives it one (0 takes it out). */
export const rank = defineCommand({
  name: 'rank',
  internal: true,
  inPlace: true,
  options: {
    c: option('text', { required: true, max: 8 }),
    e: option('integer', { required: true, min: 1 }),
    v: option('integer', { min: 0, max: 10 }),
    p: option('integer', { min: 1, max: 1000 }),
    m: option('boolean'),
  },
  async run({ options: { c, e: number, v: place, p: page = 1, m: isOwnMarks = false }, ballots }) {
    const view = { page, isOwnMarks };
    if (place !== undefined) return ballotReply(ballots, await ballots.cast(c, { kind: 'place', number, place }), view);
    const opened = await ballots.open(c);
    if (opened.kind === 'over') return ballotReply(ballots, opened, view);
    const { entries, contest } = opened.ballot;
    const entry = entries.find((other) => other.number === number);
    const hasPlaces = contest.rules.method === 'podium' || contest.rules.method === 'ranked';
    if (!entry || !hasPlaces) throw new UserError('ballotEntryOut');
    return entryReply(ballots, opened.ballot, entry, view);
  },
});
