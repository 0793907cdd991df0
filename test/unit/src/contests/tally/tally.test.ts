import { describe, expect, test } from 'vitest';
import { type CastBallot, methods } from '#src/contests/tally/ballots.js';
import { byLot, commitmentTo } from '#src/contests/tally/lot.js';
import { type TallyInput, tally } from '#src/contests/tally/tally.js';
import { randomContest, seededRandom, shuffled } from './random-contest.js';

const seeds = Array.from({ length: 150 }, (_, index) => index);

/** Ranks by entry, with everything that was compared. */
const standings = (input: TallyInput) => {
  const { everybody, judges, result } = tally(input);
  return JSON.stringify([everybody, judges, result], (_, value) => (typeof value === 'object' ? value : String(value)));
};

describe.each(methods)('%s', (method) => {
  test('the order of ballots does not matter', () => {
    for (const seed of seeds) {
      const input = randomContest(method, seed);
      const ballots = shuffled(input.ballots as readonly CastBallot[], seededRandom(seed));
      expect(ranksOf({ ...input, ballots } as TallyInput)).toEqual(ranksOf(input));
    }
  });

  test('other names of entries change nothing but the names', () => {
    for (const seed of seeds) {
      const input = randomContest(method, seed);
      const renamed = (id: string) => `z${String.fromCharCode(155 - id.charCodeAt(0))}`;
      expect(ranksOf(renamedBy(input, renamed))).toEqual(
        new Map([...ranksOf(input)].map(([entry, rank]) => [renamed(entry), rank])),
      );
    }
  });

  test('an entry that is taken out leaves what would be without it', () => {
    for (const seed of seeds) {
      // Where nobody has too few to rate: how many of a ballot are needed counts those that were taken out.
      const input = { ...randomContest(method, seed), settings: { places: 3, minRated: 0 } } as TallyInput;
      const never = { ...input, entries: input.entries.filter(({ isAccepted }) => isAccepted) };
      expect(standings(never)).toBe(standings(input));
    }
  });

  test('each accepted entry has one row, ranks are as in a competition, and a key is named wherever a rank is not shared', () => {
    for (const seed of seeds) {
      const input = randomContest(method, seed, seed % 2 ? { panelWeight: 40 } : {});
      const { result } = tally(input);
      const accepted = input.entries.flatMap(({ id, isAccepted }) => (isAccepted ? [id] : []));
      expect(result.map(({ entry }) => entry).toSorted()).toEqual(accepted.toSorted());
      for (const [index, { rank, decidedBy }] of result.entries()) {
        const isShared = index > 0 && result[index - 1]!.rank === rank;
        expect(rank).toBe(isShared ? result[index - 1]!.rank : index + 1);
        expect(decidedBy !== undefined).toBe(index > 0 && !isShared);
      }
    }
  });
});

describe('approval', () => {
  test('another mark for an entry never makes it worse', () => {
    for (const seed of seeds) {
      const input = randomContest('approval', seed) as TallyInput & { method: 'approval' };
      const [liked] = input.entries;
      const before = ranksOf(input).get(liked!.id);
      const ballots = input.ballots.map((ballot) => ({ ...ballot, marks: [...new Set([...ballot.marks, liked!.id])] }));
      if (before !== undefined) expect(ranksOf({ ...input, ballots }).get(liked!.id)).toBeLessThanOrEqual(before);
    }
  });
});

describe('ranked', () => {
  test('who beats everybody head to head is first, and the paths are those found by trying thresholds', () => {
    for (const seed of seeds) {
      const { everybody } = tally(randomContest('ranked', seed));
      if (everybody.method !== 'ranked') throw new Error('another method was counted');
      const { entries, preferred, paths, rows } = everybody;
      const size = entries.length;
      const all = Array.from({ length: size }, (_, index) => index);
      const champion = all.find((one) =>
        all.every((other) => other === one || preferred[one]![other]! > preferred[other]![one]!),
      );
      if (champion !== undefined && size > 1) {
        expect(rows[0]).toMatchObject({ entry: entries[champion], rank: 1 });
        expect(rows.filter(({ rank }) => rank === 1)).toHaveLength(1);
      }
      for (const from of all)
        for (const to of all) if (from !== to) expect(paths[from]![to]).toBe(widestPath(preferred, from, to));
    }
  });
});

describe('duels', () => {
  test('at the maximum each entry has as many games as its strength lets expect', () => {
    for (const seed of seeds) {
      const input = randomContest('duels', seed, { ballots: 20 }) as TallyInput & { method: 'duels' };
      const { everybody } = tally(input);
      if (everybody.method !== 'duels') throw new Error('another method was counted');
      const strengths = new Map(everybody.rows.map(({ entry, strength }) => [entry, strength]));
      const expected = new Map(everybody.rows.map(({ entry, strength = 0 }) => [entry, 1 / (1 + Math.exp(-strength))]));
      for (const [left, right] of countedGames(input)) {
        const chance = 1 / (1 + Math.exp(strengths.get(right)! - strengths.get(left)!));
        expected.set(left, expected.get(left)! + chance);
        expected.set(right, expected.get(right)! + 1 - chance);
      }
      for (const { entry, wonGames } of everybody.rows) expect(wonGames + 0.5).toBeCloseTo(expected.get(entry)!, 8);
    }
  });
});

describe('a panel', () => {
  const approval = (ballots: readonly (readonly [voter: string, marks: string, isPanel?: true])[]): TallyInput => ({
    method: 'approval',
    settings: {},
    entries: ['A', 'B'].map((id) => ({ id, author: `author of ${id}`, isAccepted: true })),
    personOf: (account) => account,
    panelWeight: 90,
    ballots: ballots.map(([voter, marks, isPanel = false], index) => {
      return { voter, marks: [...marks], isPanel, isVoid: false, changedAt: index };
    }),
  });

  test('that did not vote weighs nothing', () => {
    const { together, result } = tally(approval([['v1', 'A']]));
    expect(together?.weight).toBe(0);
    expect(result.map(({ entry, rank }) => `${entry} ${rank}`)).toEqual(['A 1', 'B 2']);
  });

  test('that alone voted decides alone', () => {
    const { together, result } = tally(approval([['j1', 'B', true]]));
    expect(together?.weight).toBe(100);
    expect(result.map(({ entry, rank }) => `${entry} ${rank}`)).toEqual(['B 1', 'A 2']);
  });

  test('weighs what was announced where both voted', () => {
    const { together, result } = tally(
      approval([
        ['v1', 'A'],
        ['v2', 'A'],
        ['j1', 'B', true],
      ]),
    );
    expect(together?.weight).toBe(90);
    expect(result[0]).toEqual({ entry: 'B', rank: 1 });
    expect(result[1]).toEqual({ entry: 'A', rank: 2, decidedBy: 'total' });
  });
});

test('a lot orders those that share a rank, and no others', () => {
  const seed = Buffer.from('a seed');
  const rows = [1, 2, 2, 2, 5].map((rank, index) => ({ entry: 'ABCDE'[index]!, rank }));
  const drawn = byLot(rows, seed);
  expect(drawn.map(({ rank }) => rank)).toEqual([1, 2, 2, 2, 5]);
  expect(byLot(rows.toReversed(), seed)).toEqual(drawn);
  const orders = new Set(
    Array.from({ length: 60 }, (_, n) =>
      byLot(rows, Buffer.from([n]))
        .map(({ entry }) => entry)
        .join(),
    ),
  );
  expect(orders.size).toBe(6);
  expect(commitmentTo(seed)).toMatch(/^[0-9a-f]{64}$/);
});

function ranksOf(input: TallyInput): Map<string, number> {
  return new Map(
    tally(input)
      .result.map(({ entry, rank }) => [entry, rank] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function renamedBy(input: TallyInput, rename: (id: string) => string): TallyInput {
  const ids = new Set(input.entries.map(({ id }) => id));
  const renamed = (value: unknown): unknown => {
    if (typeof value === 'string') return ids.has(value) ? rename(value) : value;
    if (Array.isArray(value)) return value.map(renamed);
    return Object.fromEntries(Object.entries(value as object).map(([key, mark]) => [renamed(key), mark]));
  };
  return {
    ...input,
    entries: input.entries.map((entry) => ({ ...entry, id: rename(entry.id) })),
    ballots: (input.ballots as readonly CastBallot[]).map((ballot) => ({ ...ballot, marks: renamed(ballot.marks) })),
  } as TallyInput;
}

/** The largest threshold at which wins of at least that strength still lead from one to the other. */
function widestPath(preferred: readonly (readonly number[])[], from: number, to: number): number {
  const linkOf = (one: number, other: number) => {
    const [won, lost] = [preferred[one]![other]!, preferred[other]![one]!];
    return won > lost ? won : 0;
  };
  const most = Math.max(0, ...preferred.flat());
  for (let threshold = most; threshold > 0; threshold--) {
    const reached = new Set([from]);
    for (const one of reached)
      for (let other = 0; other < preferred.length; other++) if (linkOf(one, other) >= threshold) reached.add(other);
    if (reached.has(to)) return threshold;
  }
  return 0;
}

function countedGames({ entries, ballots, personOf }: TallyInput & { method: 'duels' }): [string, string][] {
  const last = new Map(ballots.map((ballot) => [personOf(ballot.voter), ballot]));
  const authors = new Map(
    entries.flatMap(({ id, author, isAccepted }) => (isAccepted ? [[id, personOf(author)]] : [])),
  );
  return [...last].flatMap(([person, { isVoid, marks }]) =>
    isVoid
      ? []
      : marks.flatMap(([left, right]): [string, string][] => {
          const isCounted = [left, right].every((entry) => authors.has(entry) && authors.get(entry) !== person);
          return isCounted ? [[left, right]] : [];
        }),
  );
}
