import type { KeptData } from '#src/core/kept-data.js';
import type { PeoplesContests } from './peoples-contests.js';

export interface KeptContestsOptions {
  readonly contests: PeoplesContests;
  /** Of pictures, after a result was published. */
  readonly days: number;
}

const dayMs = 86_400_000;

/** Ballots and reminders of people, and what is left of them in contests that are counted. Before their entries. */
export function keptContests({ contests, days }: KeptContestsOptions): KeptData {
  return {
    name: 'contests',
    everythingOf: async (person) => ({ rows: await contests.everythingOf(person) }),
    forget: (person) => contests.forget(person),
    async sweep(now, before) {
      const { count, unused } = await contests.removeOld(new Date(now.getTime() - days * dayMs), before);
      return { removed: { contestPictures: count }, unused };
    },
  };
}
