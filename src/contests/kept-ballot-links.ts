import type { KeptData } from '#src/core/kept-data.js';
import type { BallotLinksTable } from './ballot-links-table.js';

/** Nobody takes them away: all that is kept of one is that it is good for an hour, or a browser for a day. */
export function keptBallotLinks(links: BallotLinksTable): KeptData {
  return {
    name: 'ballotLinks',
    forget: async (person) => {
      await links.forget(person);
      return [];
    },
    sweep: async (now) => ({ removed: { ballotLinks: await links.removeExpired(now) } }),
  };
}
