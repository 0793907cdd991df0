import type { Person, Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { noteInTrail } from '#src/moderation/trail.js';
import type { Account } from './account-links-table.js';

/** What a moderator has done with a contest. */
export interface HostingNote {
  /** Its id. */
  readonly contest: string;
  readonly moderator: Person;
  /** As it might have been typed. */
  readonly line: string;
  /** Whom it was done to. */
  readonly about?: Account;
}

/** For the other moderators of these communities; in one of another service somebody stands by name alone. */
export async function noteHosting(
  { contest, moderator, line, about }: HostingNote,
  communities: Iterable<Server>,
  transaction: Database,
): Promise<void> {
  const words = { key: 'commands.admin.replies.auditLine', params: { line, contest } } as const;
  for (const community of communities) {
    const { platform, server } = community;
    const by = platform === moderator.platform ? moderator : { platform, id: server, name: moderator.name };
    await noteInTrail(community, by, words, transaction, platform === about?.platform ? about.id : undefined);
  }
}
