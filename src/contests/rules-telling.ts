import { createHash } from 'node:crypto';
import { type Instant, instantOf } from '#src/core/instants.js';
import { type Text, text } from '#src/core/locale.js';
import type { PlatformName } from '#src/core/place.js';
import type { Contest } from './contest.js';
import { acceptedOf } from './rule-settings.js';

const acceptTexts = {
  made: 'contests.accepts.made',
  drawn: 'contests.accepts.drawn',
  all: 'contests.accepts.all',
  photos: 'contests.accepts.photos',
} as const;
const methodTexts = {
  stars: 'contests.methods.stars',
  ranked: 'contests.methods.ranked',
  duels: 'contests.methods.duels',
} as const;
const voterTexts = {
  before: 'contests.voters.before',
  members: 'contests.voters.members',
  entrants: 'contests.voters.entrants',
} as const;
const reviewTexts = {
  uploads: 'contests.review.uploads',
  always: 'contests.review.always',
  never: 'contests.review.never',
} as const;
const missedTexts = { extend: 'contests.missed.extend', close: 'contests.missed.close' } as const;

/**
 * Everything that gives an entry or a vote its meaning, in words, before anybody enters or votes.
 * @param platform on which it is read: what one service cannot tell of its members does not hold there
 */
export function rulesOf(contest: Contest, platform: PlatformName = contest.host.platform): readonly Text[] {
  const { rules } = contest;
  return [
    ...timesOf(contest),
    { key: acceptTexts[acceptedOf(rules)], params: {} },
    ...(rules.isFresh ? [text('contests.rules.fresh')] : []),
    text('contests.rules.perPerson', { count: rules.perPerson }),
    methodOf(contest),
    votersOf(contest, platform),
    ...(platform === 'discord' && rules.accountDays > 0
      ? [text('contests.rules.accountDays', { days: rules.accountDays })]
      : []),
    ...(rules.panel > 0 ? [text('contests.rules.panel', { percent: rules.panel })] : []),
    rules.ties === 'lot'
      ? text('contests.rules.lot', { commitment: commitmentOf(contest) })
      : text('contests.rules.share'),
    { key: reviewTexts[rules.review], params: {} },
    ...(rules.prize ? [text('contests.rules.prize', { role: rules.prize.name })] : []),
    ...(rules.publishes === 'by_hand' ? [text('contests.rules.byHand')] : []),
    { key: missedTexts[rules.missed], params: {} },
    ...(rules.hasPage ? [text('contests.rules.page')] : []),
    ...(rules.hasOpenBallots ? [text('contests.rules.openBallots')] : []),
    text('contests.rules.secrecy'),
  ];
}

/** When entries and ballots are taken; a zone that nobody has chosen is said. */
export function timesOf(contest: Contest): readonly Text[] {
  const { opensAt, entriesEndAt, votingAt, endsAt } = contest;
  const shown = instantsIn(contest);
  return [
    text('contests.rules.entries', { begin: shown(opensAt), end: shown(entriesEndAt) }),
    text('contests.rules.voting', { begin: shown(votingAt), end: shown(endsAt) }),
  ];
}

export function methodOf({ rules }: Pick<Contest, 'rules'>): Text {
  const { method, marks } = rules;
  if (method === 'approval' && marks === 0) return text('contests.methods.approvalAny');
  if (method === 'approval') return text('contests.methods.approval', { marks });
  if (method === 'podium') return text('contests.methods.podium', { marks });
  return { key: methodTexts[method], params: {} };
}

/** By which moment everybody's times are shown. */
export function instantsIn({ zone }: Pick<Contest, 'zone'>): (at: Date) => Instant {
  return (at) => instantOf(at, zone);
}

/** Whoever has seen it before can check the seed that is told with the result. */
export function commitmentOf({ tieSeed }: Pick<Contest, 'tieSeed'>): string {
  return createHash('sha256').update(Buffer.from(tieSeed, 'hex')).digest('hex');
}

function votersOf({ rules }: Contest, platform: PlatformName): Text {
  const { voters, role } = rules;
  if (voters === 'role') return text('contests.voters.role', { role: role?.name ?? '' });
  // Telegram tells nobody when somebody joined.
  if (voters === 'before' && platform === 'telegram') return text('contests.voters.membersNow');
  return { key: voterTexts[voters], params: {} };
}
