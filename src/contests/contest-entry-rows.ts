import type { BlobKey } from '#src/core/blob-key.js';
import type { ContestEntry, Provenance } from './contest.js';
import type { contestEntries, KeptProvenance } from './tables.js';

export type EntryRow = typeof contestEntries.$inferSelect;

/** Those that it had when its row was read. */
export function filesOf({ picture, before }: Pick<EntryRow, 'picture' | 'before'>): BlobKey[] {
  return [picture, before].filter((file) => file !== null);
}

export function toRow<Entry extends Omit<ContestEntry, 'id'>>({ author, server, provenance, ...entry }: Entry) {
  return {
    ...entry,
    platform: author.platform,
    personId: author.id,
    personName: author.name,
    server: server.server,
    provenance: {
      ...provenance,
      madeAt: provenance.madeAt?.toISOString(),
      accountCreatedAt: provenance.accountCreatedAt?.toISOString(),
      joinedAt: provenance.joinedAt?.toISOString(),
    },
  };
}

export function toEntry({ platform, personId, personName, server, provenance, ...row }: EntryRow): ContestEntry {
  return {
    id: row.id,
    contest: row.contest,
    number: row.number ?? undefined,
    author: { platform, id: personId, name: personName },
    server: { platform, server },
    state: row.state,
    reason: row.reason ?? undefined,
    source: row.source,
    job: row.job ?? undefined,
    picture: row.picture ?? undefined,
    isSpoiler: row.isSpoiler,
    before: row.before ?? undefined,
    hash: row.hash ?? undefined,
    provenance: toProvenance(provenance),
    alt: row.alt,
    title: row.title ?? undefined,
    submittedAt: row.submittedAt,
    decidedAt: row.decidedAt ?? undefined,
    becomes: row.becomes ?? undefined,
  };
}

function toProvenance({ madeAt, accountCreatedAt, joinedAt, ...rest }: KeptProvenance): Provenance {
  return {
    ...rest,
    madeAt: dateOf(madeAt),
    accountCreatedAt: dateOf(accountCreatedAt),
    joinedAt: dateOf(joinedAt),
  };
}

function dateOf(iso: string | undefined): Date | undefined {
  return iso === undefined ? undefined : new Date(iso);
}
