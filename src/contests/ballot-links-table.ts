import { createHash } from 'node:crypto';
import { and, desc, eq, gt, inArray, lte, ne } from 'drizzle-orm';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { newPageToken } from './page-token.js';
import { contestBallotLinks } from './tables.js';

type Row = typeof contestBallotLinks.$inferSelect;

export interface LinkedVoter {
  readonly contest: string;
  readonly voter: Pick<Person, 'platform' | 'id'>;
  readonly isPanel: boolean;
  /** The community that the link was asked for in. */
  readonly server: string;
}

/** How long each is good for, and how many of them a voter has in a contest: the newest. */
const kinds = {
  link: { forMs: 3_600_000, max: 1 },
  session: { forMs: 86_400_000, max: 5 },
} as const;

export const sessionSeconds = kinds.session.forMs / 1000;

export class BallotLinksTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns a secret of 22 letters, which is stored nowhere */
  async add(kind: Row['kind'], { contest, voter, isPanel, server }: LinkedVoter, now = new Date()): Promise<string> {
    const secret = newPageToken();
    const { forMs, max } = kinds[kind];
    const { platform, id: personId } = voter;
    const digest = digestOf(secret);
    const expiresAt = new Date(now.getTime() + forMs);
    await this.#database
      .insert(contestBallotLinks)
      .values({ digest, kind, contest, platform, personId, server, isPanel, expiresAt });
    const others = this.#database
      .select({ digest: contestBallotLinks.digest })
      .from(contestBallotLinks)
      .where(
        and(
          eq(contestBallotLinks.kind, kind),
          eq(contestBallotLinks.contest, contest),
          eq(contestBallotLinks.platform, platform),
          eq(contestBallotLinks.personId, personId),
          ne(contestBallotLinks.digest, digest),
        ),
      )
      .orderBy(desc(contestBallotLinks.expiresAt))
      .offset(max - 1);
    await this.#database.delete(contestBallotLinks).where(inArray(contestBallotLinks.digest, others));
    return secret;
  }

  /** @returns whose it is, while it is good */
  async find(kind: Row['kind'], secret: string, now = new Date()): Promise<LinkedVoter | undefined> {
    const { digest, expiresAt } = contestBallotLinks;
    const [row] = await this.#database
      .select()
      .from(contestBallotLinks)
      .where(and(eq(digest, digestOf(secret)), eq(contestBallotLinks.kind, kind), gt(expiresAt, now)));
    if (!row) return undefined;
    const { contest, platform, personId, isPanel, server } = row;
    return { contest, voter: { platform, id: personId }, isPanel, server };
  }

  async removeExpired(now: Date): Promise<number> {
    const removed = await this.#database
      .delete(contestBallotLinks)
      .where(lte(contestBallotLinks.expiresAt, now))
      .returning({ contest: contestBallotLinks.contest });
    return removed.length;
  }

  async forget({ platform, id }: Pick<Person, 'platform' | 'id'>): Promise<void> {
    await this.#database
      .delete(contestBallotLinks)
      .where(and(eq(contestBallotLinks.platform, platform), eq(contestBallotLinks.personId, id)));
  }
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
