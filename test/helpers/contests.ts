import { type Contest, type ContestEntry, communityOf, newId, newSecret } from '#src/contests/contest.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { blobKeyOf } from '#src/core/blob-key.js';
import type { Place } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';

export const contestServer = { platform: 'discord', server: 'g1' } as const;

/** On a day in December 2026, at that hour UTC. */
export const december = (day: number, hour = 18) => new Date(Date.UTC(2026, 11, day, hour));

/** Opens on the 1st, takes entries until the 5th, and votes until the 8th. */
export async function addContest(
  database: Database,
  changes: Partial<Contest> = {},
  place: Place = { ...contestServer, channel: 'c1' },
): Promise<Contest> {
  const contest: Contest = {
    id: newId(8),
    host: contestServer,
    title: 'First snow',
    theme: undefined,
    rules: ContestRules.parse({}),
    zone: 'UTC',
    state: 'scheduled',
    revision: 1,
    opensAt: december(1),
    entriesEndAt: december(5),
    votingAt: december(5),
    endsAt: december(8),
    closedAt: undefined,
    publishedAt: undefined,
    reason: undefined,
    result: undefined,
    notes: [],
    cancelled: undefined,
    tieSeed: newSecret(),
    shuffleKey: newSecret(),
    ...changes,
  };
  await new ContestsTable(database).add(contest, [{ place, locale: 'en', isHost: true, post: undefined }]);
  return contest;
}

/** Takes entries from an hour ago on, for an hour, and votes for another one. */
export async function openContestAt(
  database: Database,
  place: Place,
  changes: Partial<Contest> = {},
): Promise<Contest> {
  const [opensAt, entriesEndAt, endsAt] = [-1, 1, 2].map((hours) => new Date(Date.now() + hours * 3600_000)) as [
    Date,
    Date,
    Date,
  ];
  const times = { opensAt, entriesEndAt, votingAt: entriesEndAt, endsAt };
  return addContest(database, { state: 'open', host: communityOf(place), ...times, ...changes }, place);
}

export async function addEntry(
  database: Database,
  { id: contest }: Pick<Contest, 'id'>,
  author: string,
  changes: Partial<ContestEntry> = {},
): Promise<ContestEntry> {
  const entry: ContestEntry = {
    id: newId(12),
    contest,
    number: undefined,
    author: { platform: 'discord', id: author, name: author },
    server: contestServer,
    state: 'accepted',
    reason: undefined,
    source: 'drawn',
    job: undefined,
    picture: blobKeyOf(new TextEncoder().encode(`${contest} ${author}`)),
    isSpoiler: false,
    before: undefined,
    hash: undefined,
    provenance: { isForeignPet: false, isOfPhoto: false, isKnown: true },
    alt: 'a dog in the snow',
    title: undefined,
    submittedAt: december(2),
    ...changes,
  };
  await new ContestEntriesTable(database).add(entry, { places: ['g1'], version: 1 });
  return entry;
}
