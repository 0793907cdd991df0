import { and, eq, sql } from 'drizzle-orm';
import type { PlatformName, ServerMove } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { jobs } from '#src/jobs/tables.js';
import { mergedRules, Rules } from '#src/moderation/rights.js';
import { lockRules, type ServerRulesTable } from '#src/moderation/server-rules-table.js';
import { audit, serverMoves, serverRules, usage } from '#src/moderation/tables.js';
import { petShares } from '#src/pets/tables.js';

type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** Communities that moved, and everything of theirs that goes along. */
export class ServerMoves {
  readonly #database: Database;
  readonly #rules: Pick<ServerRulesTable, 'readAgain'>;

  constructor(database: Database, rules: Pick<ServerRulesTable, 'readAgain'>) {
    this.#database = database;
    this.#rules = rules;
  }

  /** All tables with places, together or not at all. Again, or while some of it has gone along already, it moves what is left. */
  async move(move: ServerMove): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const { platform, from: server, to: movedTo } = move;
      await lockRules(transaction, platform);
      await transaction
        .insert(serverMoves)
        .values({ platform, server, movedTo })
        .onConflictDoUpdate({ target: [serverMoves.platform, serverMoves.server], set: { movedTo } });
      await moveRules(transaction, move);
      await moveShares(transaction, move);
      await moveJobs(transaction, move);
      for (const table of [audit, usage])
        await transaction
          .update(table)
          .set({ server: movedTo })
          .where(and(eq(table.platform, platform), eq(table.server, server)));
    });
    this.#rules.readAgain();
  }

  /** Old ids, and what they became. */
  async of(platform: PlatformName): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#database.select().from(serverMoves).where(eq(serverMoves.platform, platform));
    return new Map(rows.map(({ server, movedTo }) => [server, movedTo]));
  }
}

/** Where moderators have made rules at the new place already, both hold. */
async function moveRules(transaction: Transaction, { platform, from, to }: ServerMove): Promise<void> {
  const isOf = (server: string) => and(eq(serverRules.platform, platform), eq(serverRules.server, server));
  const [older] = await transaction.delete(serverRules).where(isOf(from)).returning();
  if (!older) return;
  const rename = (rules: Rules): Rules => ({
    ...rules,
    channels: rules.channels.map((channel) => (channel.id === from ? { ...channel, id: to } : channel)),
  });
  const [newer] = await transaction.select().from(serverRules).where(isOf(to));
  const rules = mergedRules(rename(Rules.parse(older.rules)), newer && Rules.parse(newer.rules));
  await transaction
    .insert(serverRules)
    .values({ platform, server: to, rules })
    .onConflictDoUpdate({ target: [serverRules.platform, serverRules.server], set: { rules } });
}

async function moveShares(transaction: Transaction, { platform, from, to }: ServerMove): Promise<void> {
  const moved = await transaction
    .delete(petShares)
    .where(and(eq(petShares.platform, platform), sql`${petShares.scope} <> 'person'`, eq(petShares.target, from)))
    .returning();
  for (const share of moved)
    await transaction
      .insert(petShares)
      .values({ ...share, target: to })
      .onConflictDoNothing();
}

/** Their messages stay where they were posted: ids of messages do not go along. */
async function moveJobs(transaction: Transaction, { platform, from, to }: ServerMove): Promise<void> {
  const place = sql`${jobs.place} || ${JSON.stringify({ server: to, channel: to })}::jsonb`;
  await transaction
    .update(jobs)
    .set({ place })
    .where(and(eq(jobs.platform, platform), sql`${jobs.place}->>'channel' = ${from}`));
}
