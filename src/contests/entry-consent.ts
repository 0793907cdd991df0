import { type Text, text } from '#src/core/locale.js';
import type { Server } from '#src/core/place.js';
import { type Contest, type ContestPlace, communityKey, communityOf } from './contest.js';
import { communityText } from './entry-telling.js';

/** Of the words that an author agrees to; more with each change of what they mean. */
export const consentVersion = 2;

/** Everywhere that a contest is seen, as it is kept with what was agreed to. */
export function keysOf({ rules }: Contest, places: readonly ContestPlace[]): string[] {
  return [
    ...places.map(({ place }) => communityKey(communityOf(place))),
    ...(rules.hasPage ? ['page'] : []),
  ].toSorted();
}

/** The same in words, for somebody who is in one of them. @param name of the community, where its service says it */
export function placeText({ place }: ContestPlace, here: Server, name: string | undefined): Text {
  if (communityKey(communityOf(place)) === communityKey(here)) return text('contests.entries.seenHere');
  return communityText(place, name);
}
