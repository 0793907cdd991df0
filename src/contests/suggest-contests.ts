import type { Suggestion } from '#src/core/options.js';
import { type Place, serverOf } from '#src/core/place.js';
import type { ContestsTable } from './contests-table.js';
import { contestStates } from './life-cycle.js';

export interface TypedContestName {
  readonly place: Place;
  readonly typed: string;
  /** They know of drafts, too. */
  readonly forModerators: boolean;
}

const knownToAll = contestStates.filter((state) => state !== 'draft');

/** Contests that are seen in a community, by what of their titles is typed so far; the newest first. */
export async function suggestContests(
  contests: Pick<ContestsTable, 'seenIn'>,
  { place, typed, forModerators }: TypedContestName,
): Promise<readonly Suggestion[]> {
  const server = serverOf(place);
  if (!server) return [];
  const words = typed.trim().toLowerCase();
  const seen = await contests.seenIn(server, forModerators ? contestStates : knownToAll);
  return seen
    .filter(({ id, title }) => id === words || title.toLowerCase().includes(words))
    .map(({ id, title }) => ({ label: title, value: id }));
}
