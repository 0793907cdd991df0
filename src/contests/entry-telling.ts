import { type Text, text } from '#src/core/locale.js';
import type { PlatformName } from '#src/core/place.js';
import type { Picture, Reply } from '#src/core/reply.js';
import type { Contest, ContestEntry } from './contest.js';
import type { RejectionReason } from './services.js';

/** One of its author’s, in a list. */
export function entryLine(number: number, contest: string, entry: ContestEntry): Text {
  return text('contests.entries.line', { number, contest, state: entryState(entry) });
}

/** What has become of it, and why. */
export function entryState({ state, reason = text('contests.entries.reasons.rules') }: ContestEntry): Text {
  switch (state) {
    case 'rejected':
      return text('contests.entries.states.rejected', { reason });
    case 'disqualified':
      return text('contests.entries.states.disqualified', { reason });
    case 'asked':
      return text('contests.entries.states.pending');
    default:
      return stateTexts[state];
  }
}

const stateTexts = {
  pending: text('contests.entries.states.pending'),
  accepted: text('contests.entries.states.accepted'),
  unreviewed: text('contests.entries.states.unreviewed'),
  withdrawn: text('contests.entries.states.withdrawn'),
} as const;

const platformTexts = {
  discord: text('contests.entries.onDiscord'),
  telegram: text('contests.entries.onTelegram'),
  web: text('contests.entries.onWeb'),
} as const satisfies Record<PlatformName, Text>;

/** Some community. @param name where its service says it */
export function communityText({ platform }: { readonly platform: PlatformName }, name: string | undefined): Text {
  const what = platformTexts[platform];
  return name === undefined ? what : text('contests.entries.named', { name, what });
}

/** How pictures come into a contest. */
export function waysToEnter({ rules: { accepts } }: Pick<Contest, 'rules'>): Text[] {
  return [
    ...(accepts.includes('drawn') ? [text('commands.enter.replies.howDrawn')] : []),
    ...(accepts.includes('edits') ? [text('commands.enter.replies.howEdits')] : []),
    ...(accepts.includes('photos') ? [text('commands.enter.replies.howPhotos')] : []),
  ];
}

/** An entry's picture without a word of whose it is. */
export function shownEntry(entry: ContestEntry): Required<Pick<Reply, 'pictures'>> & { readonly isSpoiler: boolean } {
  return { pictures: pictureOf(entry), isSpoiler: entry.isSpoiler };
}

function pictureOf({ picture, alt }: ContestEntry): Picture[] {
  if (picture === undefined) return [];
  const words = alt === '' ? text('contests.entries.photoAlt') : text('contests.entries.alt', { words: alt });
  return [{ blob: picture, alt: words }];
}

/** Why entries are not accepted, in the usual words. */
export const rejectionTexts = {
  theme: text('contests.entries.reasons.theme'),
  rules: text('contests.entries.reasons.rules'),
  others: text('contests.entries.reasons.others'),
  people: text('contests.entries.reasons.people'),
  explicit: text('contests.entries.reasons.explicit'),
  repeated: text('contests.entries.reasons.repeated'),
} as const satisfies Record<RejectionReason, Text>;
