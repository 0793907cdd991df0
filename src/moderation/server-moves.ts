import { and, eq } from 'drizzle-orm';
import type { PlatformName, ServerMove } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { mergedRules, Rules } from './rights.js';
import { lockRules, type ServerRulesTable } from './server-rules-table.js';
import { audit, serverMoves, serverRules, usage } from './tables.js';

/** Takes along what another subject keeps of a community. Again, it takes along what is left. */
export type MoveAlong = (move: ServerMove, transaction: Database) => Promise<void>;

/** Communities that moved, and everything of theirs that goes along. */
export class ServerMoves {
  readonly #database: Database;
  readonly #rules: Pick<ServerRulesTable, 'readAgain'>;
  readonly #others: readonly MoveAlong[];

  constructor(database: Database, rules: Pick<ServerRulesTable, 'readAgain'>, others: readonly MoveAlong[]) {
    this.#database = database;
    this.#rules = rules;
    this.#others = others;
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
      for (const moveAlong of this.#others) await moveAlong(move, transaction);
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
async function moveRules(transaction: Database, { platform, from, to }: ServerMove): Promise<void> {
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
