import { expect, test } from 'vitest';
import { type Favourites, planMarks, type Voter } from '#deploy/demo/contest/plan-marks.js';

const entryCount = 12;
const voters: readonly Voter[] = Array.from({ length: 20 }, (_, index) => ({
  name: `voter ${index}`,
  own: index < entryCount ? index + 1 : undefined,
}));

/** Marks and how much they weigh, which is what decides; of a ballot that has lost an entry the others weigh more. */
function keysOf(marks: readonly (readonly number[])[], entry: number): readonly [number, string] {
  const ballots = marks.filter((ballot) => ballot.includes(entry));
  return [ballots.length, ballots.reduce((sum, { length }) => sum + 1 / length, 0).toFixed(6)];
}

test.each([[{ first: 10, alike: [1, 8] }], [{ first: 1, alike: [2, 3] }], [{ first: 12, alike: [11, 4] }]] as const)(
  'with %j one entry is ahead, and the two behind it stay alike when it goes',
  (favourites) => {
    const plan = planMarks(voters, favourites, entryCount);
    for (const { name, own } of voters) {
      expect(new Set(plan.get(name)).size).toBe(3);
      expect(plan.get(name)).not.toContain(own);
    }
    const { first, alike }: Favourites = favourites;
    const others = Array.from({ length: entryCount }, (_, index) => index + 1).filter(
      (n) => ![first, ...alike].includes(n),
    );
    const all = [...plan.values()];
    const without = all.map((ballot) => ballot.filter((number) => number !== first));
    for (const marks of [all, without]) {
      expect(keysOf(marks, alike[0])).toEqual(keysOf(marks, alike[1]));
      for (const other of others) expect(keysOf(marks, other)[0]).toBeLessThan(keysOf(marks, alike[0])[0]);
    }
    expect(keysOf(all, first)[0]).toBeGreaterThan(keysOf(all, alike[0])[0]);
  },
);
