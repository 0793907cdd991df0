import { createHmac } from 'node:crypto';

/**
 * The order in which one voter sees the entries: as good as by chance, different for each voter, so that no place is better for
 * anybody's entry, and the same whenever and wherever that voter looks. Ascending HMAC-SHA256(key, `<voter>\n<entry id>`).
 * @param voter e.g. `discord:42`
 * @param key of the contest, secret until its end
 */
export function ballotOrder(entries: readonly string[], voter: string, key: Uint8Array): string[] {
  return byDigest(entries, voter, key);
}

/** The order by which entries get their numbers when voting begins: not by time, which would tell who was early. */
export function numberOrder(entries: readonly string[], key: Uint8Array): string[] {
  return byDigest(entries, 'number', key);
}

function byDigest(entries: readonly string[], prefix: string, key: Uint8Array): string[] {
  return entries
    .map((entry) => ({ entry, digest: createHmac('sha256', key).update(`${prefix}\n${entry}`).digest('hex') }))
    .sort((one, other) => (one.digest < other.digest ? -1 : 1))
    .map(({ entry }) => entry);
}
