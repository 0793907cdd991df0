import { UserError } from '#src/core/errors.js';
import type { Place } from '#src/core/place.js';
import type { Picture } from '#src/core/reply.js';
import type { Contest, ContestEntry } from './contest.js';
import type { ContestPictures } from './sheets/contest-pictures.js';
import { winnersPicture } from './sheets/sheet-picture.js';

/** As many as have medals; those that share the last of these ranks may be more. */
const lastRankShown = 3;
const maxShown = 9;

/** As a message shows it. */
export interface WinnersCard {
  readonly pictures: readonly Picture[];
  readonly isSpoiler: boolean;
}

/** A picture of the first ones, for the result. */
export function winnersOf(
  pictures: Pick<ContestPictures, 'winnersCard'>,
): (contest: Contest, entries: readonly ContestEntry[], seenAt: readonly Place[]) => Promise<WinnersCard | undefined> {
  return async ({ id, result }, entries, seenAt) => {
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const winners = (result?.ranks ?? [])
      .filter(({ rank }) => rank <= lastRankShown)
      .flatMap(({ entry, rank, number }) => {
        const { picture, alt = '', isSpoiler = false } = byId.get(entry) ?? {};
        return picture ? [{ rank, number, picture, alt, isSpoiler }] : [];
      })
      .slice(0, maxShown);
    if (winners.length === 0) return undefined;
    try {
      const card = await pictures.winnersCard(id, winners);
      return {
        pictures: [winnersPicture(card, winners, seenAt)],
        // What one place covers is not shown uncovered in another.
        isSpoiler: winners.some(({ isSpoiler }) => isSpoiler),
      };
    } catch (error) {
      // Too much is being drawn just now: the words do not wait for it.
      if (error instanceof UserError) return undefined;
      throw error;
    }
  };
}
