import { type ClockedContest, longestReviewMs } from './life-cycle.js';

/** What people are told before a phase ends. */
export interface ContestNotice {
  readonly at: Date;
  /** Everybody is: the phase is long enough for it. */
  readonly isForAll: boolean;
}

const hourMs = 3600_000;
const leadsMs = [24 * hourMs, hourMs];
/** In a shorter phase everybody has just heard of it. */
const leastPhasePerLead = 3;

/**
 * When something is told of the running phase besides its beginning and end, in order. Moderators hear then what nobody has decided,
 * and who asked for it is reminded to vote: in a phase that is too short for all to be told, half way.
 */
export function noticesOf(contest: Pick<ClockedContest, 'state' | 'opensAt' | 'entriesEndAt' | 'votingAt' | 'endsAt'>) {
  const { state, opensAt, entriesEndAt, votingAt, endsAt } = contest;
  switch (state) {
    case 'open':
      return beforeEnd(opensAt, entriesEndAt);
    case 'review':
      return [{ at: new Date(votingAt.getTime() + longestReviewMs - hourMs), isForAll: false }];
    case 'voting': {
      const notices = beforeEnd(votingAt, endsAt).filter(({ isForAll }) => isForAll);
      const halfWay = new Date((votingAt.getTime() + endsAt.getTime()) / 2);
      return notices.length > 0 ? notices : [{ at: halfWay, isForAll: false }];
    }
    default:
      return [];
  }
}

export function nextNotice(contest: Parameters<typeof noticesOf>[0], after: Date): ContestNotice | undefined {
  return noticesOf(contest).find(({ at }) => at > after);
}

function beforeEnd(begin: Date, end: Date): ContestNotice[] {
  const lengthMs = end.getTime() - begin.getTime();
  return leadsMs
    .filter((leadMs) => leadMs < lengthMs)
    .map((leadMs) => ({
      at: new Date(end.getTime() - leadMs),
      isForAll: lengthMs > leastPhasePerLead * leadMs,
    }));
}
