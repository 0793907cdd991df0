import { type Text, text } from '#src/core/locale.js';
import type { PlatformName } from '#src/core/place.js';
import type { Button } from '#src/core/reply.js';
import type { Contest } from './contest.js';
import { maxEntries } from './entry-rules.js';
import { waysToEnter } from './entry-telling.js';
import { instantsIn, rulesOf } from './rules-telling.js';

const minuteMs = 60_000;

/** What is to be said of a contest, to everybody in one place. */
export interface ContestTelling {
  readonly text: Text;
  readonly lines?: readonly Text[];
  readonly buttons?: readonly Button[];
  /** Where people may talk about it, on a platform that has such. */
  readonly thread?: { readonly name: string; readonly label: Text };
}

/**
 * The one message that stays: rules, times, what has changed, and what can be done now.
 * @param seen.on the platform on which it is read
 * @param seen.isFull it takes entries, and has as many as it may have
 */
export function postOf(
  contest: Contest,
  { on, isFull = false }: { readonly on?: PlatformName; readonly isFull?: boolean } = {},
): ContestTelling {
  const { title, theme, state, notes } = contest;
  return {
    text: text('contests.posts.title', { title }),
    lines: [
      ...(theme === undefined ? [] : [text('contests.posts.theme', { theme })]),
      stateLineOf(contest),
      ...(isFull ? [text('contests.posts.isFull', { max: maxEntries(contest.rules) })] : []),
      ...(isOver(state) ? [] : rulesOf(contest, on)),
      ...notes.map(({ at, text: note }) =>
        text('contests.posts.note', { at: instantsIn(contest)(new Date(at)), note }),
      ),
    ],
    buttons: buttonsOf(contest),
  };
}

/** Below the post itself: a copy for one pair of eyes has none. Nothing more is said of what came to nothing. */
export function talkBelow({ title, state }: Pick<Contest, 'title' | 'state'>): Pick<ContestTelling, 'thread'> {
  if (state === 'cancelled' || state === 'void') return {};
  return { thread: { name: title, label: text('contests.posts.talk') } };
}

/** All that holds, and how one takes part now, for whoever asks. */
export function rulesReplyOf(contest: Contest, on: PlatformName): ContestTelling {
  const { title, theme, state } = contest;
  return {
    text: text('contests.posts.title', { title }),
    lines: [
      ...(theme === undefined ? [] : [text('contests.posts.theme', { theme })]),
      stateLineOf(contest),
      ...rulesOf(contest, on),
      ...(state === 'open' ? [...waysToEnter(contest), text('contests.entries.takeBack')] : []),
    ],
  };
}

/** Everybody is told that something has begun or ended, since edits of a post tell nobody. @returns undefined where that is no news */
export function newsOf(contest: Contest): ContestTelling | undefined {
  const { title, state, entriesEndAt, votingAt, endsAt, reason } = contest;
  const shown = instantsIn(contest);
  switch (state) {
    case 'open':
      return {
        text: text('contests.posts.opened', { title, end: shown(entriesEndAt) }),
        buttons: buttonsOf(contest),
      };
    case 'review':
      return { text: text('contests.posts.entriesOver', { title, begin: shown(votingAt) }) };
    case 'voting':
      return { text: text('contests.posts.votingBegun', { title, end: shown(endsAt) }), buttons: buttonsOf(contest) };
    case 'closed':
      return { text: text('contests.posts.votingOver', { title }) };
    case 'cancelled':
      return {
        text: text('contests.posts.cancelled', { title, reason: reason ?? text('contests.reasons.noneGiven') }),
      };
    case 'void':
      return { text: text('contests.posts.void', { title, reason: reason ?? text('contests.reasons.noneGiven') }) };
    default:
      return undefined;
  }
}

/** Before the end of a phase. */
export function reminderOf(contest: Contest): ContestTelling | undefined {
  const { title, state, entriesEndAt, endsAt } = contest;
  const shown = instantsIn(contest);
  if (state === 'open')
    return {
      text: text('contests.posts.entriesEndSoon', { title, end: shown(entriesEndAt) }),
      buttons: buttonsOf(contest),
    };
  if (state === 'voting')
    return {
      text: text('contests.posts.votingEndsSoon', { title, end: shown(endsAt) }),
      buttons: buttonsOf(contest),
    };
  return undefined;
}

/** Nobody was there when a phase ended. */
export function extensionOf(contest: Contest, from: Date, to: Date): ContestTelling | undefined {
  const { title, state, entriesEndAt, endsAt } = contest;
  const shown = instantsIn(contest);
  const end = state === 'voting' || state === 'review' ? endsAt : entriesEndAt;
  if (isOver(state)) return undefined;
  return {
    text: text('contests.posts.extended', { title, from: shown(from), to: shown(to), end: shown(end) }),
    buttons: buttonsOf(contest),
  };
}

/** Nobody was there for a while, and nothing has changed by that: whoever moderates may change it. */
export function absenceOf(contest: Contest, from: Date, to: Date): ContestTelling | undefined {
  const { id, title, state, entriesEndAt, endsAt } = contest;
  if (state !== 'open' && state !== 'voting') return undefined;
  const shown = instantsIn(contest);
  const lostMinutes = Math.ceil((to.getTime() - from.getTime()) / minuteMs);
  const minutes = lostMinutes > 90 ? 60 * Math.ceil(lostMinutes / 60) : lostMinutes;
  const end = state === 'open' ? entriesEndAt : endsAt;
  // Pressed twice, it sets the same.
  const until = `${new Date(end.getTime() + minutes * minuteMs).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)}Z`;
  return {
    text: text('contests.posts.away', { title, from: shown(from), to: shown(to) }),
    buttons: [
      {
        for: 'everybody',
        label: 'extendContest',
        params: { length: minutes > 90 ? `${minutes / 60}h` : `${minutes}m` },
        command: 'host',
        options: { action: 'extend', contest: id, until },
      },
    ],
  };
}

/** What everybody can do with a contest now. */
export function buttonsOf({ id, state }: Pick<Contest, 'id' | 'state'>): readonly Button[] {
  const always: readonly Button[] = [
    { for: 'everybody', label: 'contestRules', command: 'rules', options: { c: id } },
    { for: 'everybody', label: 'remindMe', command: 'remind', options: { c: id } },
  ];
  switch (state) {
    case 'open':
      return [{ for: 'everybody', label: 'enter', command: 'enter', options: { contest: id } }, ...always];
    case 'voting':
      return [{ for: 'everybody', label: 'vote', command: 'ballot', options: { c: id } }, ...always];
    case 'scheduled':
    case 'review':
      return always;
    default:
      return [];
  }
}

export function isOver(state: Contest['state']): boolean {
  return state === 'published' || state === 'cancelled' || state === 'void';
}

function stateLineOf(contest: Contest): Text {
  const { state, opensAt, entriesEndAt, votingAt, endsAt, reason } = contest;
  const shown = instantsIn(contest);
  const why = reason ?? text('contests.reasons.noneGiven');
  switch (state) {
    case 'draft':
      return text('contests.posts.isDraft');
    case 'scheduled':
      return text('contests.posts.isScheduled', { begin: shown(opensAt) });
    case 'open':
      return text('contests.posts.isOpen', { end: shown(entriesEndAt) });
    case 'review':
      return text('contests.posts.isReviewed', { begin: shown(votingAt) });
    case 'voting':
      return text('contests.posts.isVoting', { end: shown(endsAt) });
    case 'closed':
      return text('contests.posts.isClosed');
    case 'published':
      return text('contests.posts.isPublished');
    case 'cancelled':
      return text('contests.posts.isCancelled', { reason: why });
    case 'void':
      return text('contests.posts.isVoid', { reason: why });
  }
}
