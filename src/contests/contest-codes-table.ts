import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type CodeKind, newId } from './contest.js';
import { contestCodes } from './tables.js';

type Owner = Pick<Person, 'platform' | 'id'>;

const keptMs: Readonly<Record<CodeKind, number>> = { link: 10 * 60_000, join: 24 * 3600_000 };

export class ContestCodesTable {
  readonly #database: Database;

  /** @param database may be a transaction, so that a code is used exactly when what it permits is done */
  constructor(database: Database) {
    this.#database = database;
  }

  /** In place of the one that they were given for the same before. @param contest of `join` */
  async give(kind: CodeKind, { platform, id }: Owner, now: Date, contest = ''): Promise<string> {
    await this.#database.delete(contestCodes).where(lte(contestCodes.expiresAt, now));
    const code = newId(8);
    const expiresAt = new Date(now.getTime() + keptMs[kind]);
    await this.#database
      .insert(contestCodes)
      .values({ code, kind, contest, platform, personId: id, expiresAt })
      .onConflictDoUpdate({
        target: [contestCodes.kind, contestCodes.contest, contestCodes.platform, contestCodes.personId],
        set: { code: sql`excluded.code`, expiresAt: sql`excluded.expires_at` },
      });
    return code;
  }

  /** Works once. @returns who was given it, and for what; undefined where there is no such code, or none any more */
  async take(
    kind: CodeKind,
    code: string,
    now: Date,
  ): Promise<{ readonly by: Owner; readonly contest: string } | undefined> {
    const [taken] = await this.#database
      .delete(contestCodes)
      .where(and(eq(contestCodes.code, code), eq(contestCodes.kind, kind), gt(contestCodes.expiresAt, now)))
      .returning();
    return taken && { by: { platform: taken.platform, id: taken.personId }, contest: taken.contest };
  }

  async forget({ platform, id }: Owner): Promise<void> {
    await this.#database
      .delete(contestCodes)
      .where(and(eq(contestCodes.platform, platform), eq(contestCodes.personId, id)));
  }
}
