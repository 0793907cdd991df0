import { expect, test } from 'vitest';
import type { Contest, ContestEntry } from '#src/contests/contest.js';
import { winnersOf } from '#src/contests/winners.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import { UserError } from '#src/core/errors.js';

const card = blobKeyOf(new TextEncoder().encode('card'));
const contest = {
  id: 'k3v9q2ab',
  result: {
    voters: 3,
    ranks: ['a', 'b', 'c', 'd'].map((entry, index) => ({ entry, number: index + 1, rank: index + 1 })),
  },
} as unknown as Contest;
const entry = (id: string, changes: Partial<ContestEntry> = {}) =>
  ({
    id,
    picture: blobKeyOf(new TextEncoder().encode(id)),
    alt: `dog ${id}`,
    isSpoiler: false,
    ...changes,
  }) as ContestEntry;
const all = ['a', 'b', 'c', 'd'].map((id) => entry(id));
const drawn = winnersOf({ winnersCard: async () => card });

test('a card shows the first three, and what was covered as an entry covers it', async () => {
  const shown = await drawn(contest, all, []);
  expect(shown).toMatchObject({ pictures: [{ blob: card }], isSpoiler: false });
  expect(shown!.pictures[0]!.parts).toEqual(all.slice(0, 3).map(({ picture }) => picture));
  const [first, second, third, fourth] = all as [ContestEntry, ContestEntry, ContestEntry, ContestEntry];
  const covered = { isSpoiler: true };
  expect(await drawn(contest, [first, { ...second, ...covered }, third, fourth], [])).toMatchObject(covered);
  expect(await drawn(contest, [first, second, third, { ...fourth, ...covered }], [])).toMatchObject({
    isSpoiler: false,
  });
});

test('there is no card of pictures that are gone, nor while too much is being drawn', async () => {
  expect(
    await drawn(
      contest,
      all.map((one) => ({ ...one, picture: undefined })),
      [],
    ),
  ).toBeUndefined();
  const busy = winnersOf({
    winnersCard: async () => {
      throw new UserError('queueFull');
    },
  });
  expect(await busy(contest, all, [])).toBeUndefined();
});
