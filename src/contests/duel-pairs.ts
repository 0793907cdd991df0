import { ballotOrder } from './ballot-order.js';

/** More is no pleasure. */
export const maxPairs = 30;
/** In which nothing new need be found where nearly all pairs are there. */
const maxRounds = 300;

/**
 * The pairs that one voter is asked about, the same whenever and wherever that voter looks: round by round all entries in an
 * order as good as by chance, taken two by two. So nobody is shown often before everybody was, no pair comes twice, and sides
 * are by chance.
 * @param key of the contest, secret until its end
 */
export function duelPairs(
  entries: readonly string[],
  voter: string,
  key: Uint8Array,
): (readonly [left: string, right: string])[] {
  const wanted = Math.min(maxPairs, (entries.length * (entries.length - 1)) / 2);
  const pairs: (readonly [string, string])[] = [];
  const seen = new Set<string>();
  for (let round = 0; pairs.length < wanted && round < maxRounds; round += 1) {
    const order = ballotOrder(entries, `${voter}/${round}`, key);
    for (let at = 0; at + 1 < order.length && pairs.length < wanted; at += 2) {
      const pair = [order[at]!, order[at + 1]!] as const;
      const name = pair.toSorted().join();
      if (seen.has(name)) continue;
      seen.add(name);
      pairs.push(pair);
    }
  }
  return pairs;
}
