import { createHash, createHmac } from 'node:crypto';

/** What stands in the opening post, so that the seed cannot be chosen when the ballots are known. @returns hex */
export function commitmentTo(seed: Uint8Array): string {
  return createHash('sha256').update(seed).digest('hex');
}

/** Ascending HMAC-SHA256(seed, entry id) among those that share a rank: anybody can draw it again once the seed is told. */
export function byLot<Row extends { readonly entry: string; readonly rank: number }>(
  rows: readonly Row[],
  seed: Uint8Array,
): Row[] {
  const drawn = new Map(rows.map(({ entry }) => [entry, createHmac('sha256', seed).update(entry).digest('hex')]));
  return rows.toSorted(
    (one, other) => one.rank - other.rank || (drawn.get(one.entry)! < drawn.get(other.entry)! ? -1 : 1),
  );
}
