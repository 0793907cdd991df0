import { approvalForm, tallyApproval } from './approval.js';
import { type CastBallot, type CountedBallot, countedBallots, type Electorate, type Method } from './ballots.js';
import { duelsForm, tallyDuels } from './duels.js';
import { byLot, commitmentTo } from './lot.js';
import { combineWithPanel } from './panel.js';
import { podiumForm, tallyPodium } from './podium.js';
import { rankedForm, tallyRanked } from './ranked.js';
import type { KeyName } from './ranks.js';
import { minRatedOf, starsForm, tallyStars } from './stars.js';

interface MethodSettings {
  readonly approval: object;
  /** `minRated` absent: `minRatedOf` the entries there were. */
  readonly stars: { readonly minRated?: number | undefined };
  readonly podium: { readonly places: number };
  readonly ranked: object;
  readonly duels: object;
}

/** A contest at its end: how it was voted on, and everything that was voted. */
export type TallyInput = {
  [M in Method]: Electorate & {
    readonly method: M;
    readonly settings: MethodSettings[M];
    readonly ballots: readonly CastBallot<M>[];
    /** Of the judges, in percent; absent: there are none. */
    readonly panelWeight?: number;
    /** 32 bytes by which equal entries are put in an order; absent: they share their rank. */
    readonly lotSeed?: Uint8Array;
  };
}[Method];

/** What one group of voters says. */
export type Standing = ReturnType<typeof standingOf>;

export interface Tally {
  readonly everybody: Standing;
  /** Absent: nobody was to judge. */
  readonly judges?: Standing;
  /** Both, with the weight of the judges that counted in percent: a group that did not vote says nothing. */
  readonly together?: { readonly weight: number; readonly rows: ReturnType<typeof combineWithPanel> };
  /** What is announced, best first. */
  readonly result: readonly { readonly entry: string; readonly rank: number; readonly decidedBy?: KeyName }[];
  /** The order after the lot, and what was announced of its seed. */
  readonly lot?: { readonly order: readonly string[]; readonly commitment: string };
}

/** Counts what was voted. Exact, but for duels; the order of ballots and the names of accounts do not matter. */
export function tally(input: TallyInput): Tally {
  const { panelWeight, lotSeed } = input;
  const everybody = standingOf(input, false);
  const judges = panelWeight === undefined ? undefined : standingOf(input, true);
  const weight = weightThatCounts(everybody.voters, judges?.voters, panelWeight);
  const together = judges && { weight, rows: combineWithPanel(everybody.rows, judges.rows, weight) };
  const decisive = together && weight > 0 && weight < 100 ? together.rows : weight === 100 ? judges?.rows : undefined;
  const result = (decisive ?? everybody.rows).map(({ entry, rank, decidedBy }) => ({
    entry,
    rank,
    ...(decidedBy && { decidedBy }),
  }));
  return {
    everybody,
    ...(judges && { judges }),
    ...(together && { together }),
    result,
    ...(lotSeed && {
      lot: { order: byLot(result, lotSeed).map(({ entry }) => entry), commitment: commitmentTo(lotSeed) },
    }),
  };
}

function weightThatCounts(voters: number, judges = 0, panelWeight = 0): number {
  if (judges === 0) return 0;
  return voters === 0 ? 100 : panelWeight;
}

function accountsOf(ballots: readonly CountedBallot<Method>[]): readonly string[] {
  return ballots.map(({ voter }) => voter);
}

/** `accounts`: those whose ballots count. */
function standingOf(input: TallyInput, isPanel: boolean) {
  const running = input.entries.flatMap(({ id, isAccepted }) => (isAccepted ? [id] : []));
  const ofGroup = <M extends Method>(ballots: readonly CastBallot<M>[]) =>
    ballots.filter((ballot) => ballot.isPanel === isPanel);
  switch (input.method) {
    case 'approval': {
      const ballots = countedBallots(approvalForm, input, ofGroup(input.ballots));
      return { method: input.method, accounts: accountsOf(ballots), ...tallyApproval(ballots, running) };
    }
    case 'stars': {
      const ballots = countedBallots(starsForm, input, ofGroup(input.ballots));
      const minRated = input.settings.minRated ?? minRatedOf(input.entries.length);
      const entries = new Set(input.entries.map(({ id }) => id));
      return { method: input.method, ...tallyStars(ballots, running, { minRated, entries }) };
    }
    case 'podium': {
      const ballots = countedBallots(podiumForm, input, ofGroup(input.ballots));
      return {
        method: input.method,
        accounts: accountsOf(ballots),
        ...tallyPodium(ballots, running, input.settings.places),
      };
    }
    case 'ranked': {
      const ballots = countedBallots(rankedForm, input, ofGroup(input.ballots));
      return { method: input.method, accounts: accountsOf(ballots), ...tallyRanked(ballots, running) };
    }
    case 'duels': {
      const ballots = countedBallots(duelsForm, input, ofGroup(input.ballots));
      return { method: input.method, accounts: accountsOf(ballots), ...tallyDuels(ballots, running) };
    }
  }
}
