import { and, asc, count, eq, gt, inArray, lt, lte, min, notInArray, sql } from 'drizzle-orm';
import type { Person, PlatformName, ServerMove } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { placeNow } from '#src/moderation/place-now.js';
import type { NewPost, OutboxDepth, OutboxRow } from './post.js';
import { outbox } from './tables.js';

export interface DueOptions {
  readonly platform: PlatformName;
  /** Others are left to a bot that knows them. */
  readonly kinds: readonly string[];
  readonly now: Date;
  readonly withRetries: boolean;
  readonly limit: number;
}

type Owner = Pick<Person, 'platform' | 'id'>;

const isFirstOfLane = sql`NOT EXISTS (
  SELECT 1 FROM ${outbox} AS "earlier" WHERE "earlier"."lane" = ${outbox.lane} AND "earlier"."sequence" < ${outbox.sequence}
)`;

export class OutboxTable {
  readonly #database: Database;

  /** @param database may be a transaction, so that something is to be posted exactly when its cause is recorded */
  constructor(database: Database) {
    this.#database = database;
  }

  /** @param now by the clock that `due` is asked with: the server's may be ahead of it */
  async add({ key, kind, place, person, payload, lane = key, isRenewed }: NewPost, now: Date): Promise<void> {
    const owner = person && { personId: person.id, personName: person.name };
    const inserted = this.#database.insert(outbox).values({
      key,
      lane,
      kind,
      platform: place.platform,
      place: placeNow(place),
      payload,
      nextAt: now,
      ...owner,
    });
    // A try that has begun finds that it was not the last one; one that begins waits until the change is to be seen.
    if (isRenewed) await inserted.onConflictDoUpdate({ target: outbox.key, set: { attempts: 0, nextAt: now } });
    else await inserted.onConflictDoNothing();
  }

  async get(key: string): Promise<OutboxRow | undefined> {
    const [row] = await this.#database.select().from(outbox).where(eq(outbox.key, key));
    return row && toRow(row);
  }

  /** Those whose time has come and that no other of their lane stands before: what was never tried first, then in order. */
  async due({ platform, kinds, now, withRetries, limit }: DueOptions): Promise<OutboxRow[]> {
    const rows = await this.#database
      .select()
      .from(outbox)
      .where(
        and(
          eq(outbox.platform, platform),
          inArray(outbox.kind, [...kinds]),
          lte(outbox.nextAt, now),
          withRetries ? undefined : eq(outbox.attempts, 0),
          isFirstOfLane,
        ),
      )
      .orderBy(sql`${outbox.attempts} > 0`, asc(outbox.sequence))
      .limit(limit);
    return rows.map(toRow);
  }

  /**
   * Counts a try before it is made, so that one that ends the process is not made again at once.
   * @returns undefined where it is gone or was tried meanwhile, or another one of its lane has to go first
   */
  async claim({ key, attempts }: Pick<OutboxRow, 'key' | 'attempts'>, nextAt: Date): Promise<OutboxRow | undefined> {
    const [row] = await this.#database
      .update(outbox)
      .set({ attempts: attempts + 1, nextAt })
      .where(and(eq(outbox.key, key), eq(outbox.attempts, attempts), isFirstOfLane))
      .returning();
    return row && toRow(row);
  }

  /** The try does not count. @param nextAt as long as it would have waited, where absent */
  async putBack({ key, attempts }: Pick<OutboxRow, 'key' | 'attempts'>, nextAt?: Date): Promise<void> {
    await this.#database
      .update(outbox)
      .set({ attempts: attempts - 1, ...(nextAt && { nextAt }) })
      .where(and(eq(outbox.key, key), eq(outbox.attempts, attempts)));
  }

  /** @param tried as it was claimed; it stays where it was renewed since */
  async remove({ key, attempts }: Pick<OutboxRow, 'key' | 'attempts'>): Promise<void> {
    await this.#database.delete(outbox).where(and(eq(outbox.key, key), eq(outbox.attempts, attempts)));
  }

  async removeLane(lane: string): Promise<void> {
    await this.#database.delete(outbox).where(eq(outbox.lane, lane));
  }

  /** What somebody should have had by now, the oldest first. */
  async triedFor(person: Owner, limit: number): Promise<OutboxRow[]> {
    const rows = await this.#database
      .select()
      .from(outbox)
      .where(and(isFor(person), gt(outbox.attempts, 0)))
      .orderBy(asc(outbox.sequence))
      .limit(limit);
    return rows.map(toRow);
  }

  /** Who should have had something by now. */
  async peopleTried(): Promise<Owner[]> {
    const rows = await this.#database
      .selectDistinct({ platform: outbox.platform, id: outbox.personId })
      .from(outbox)
      .where(gt(outbox.attempts, 0));
    return rows.flatMap(({ platform, id }) => (id === null ? [] : [{ platform, id }]));
  }

  /** What is overdue and has failed before is spread over as long as it would have waited. */
  async spreadOverdue(
    now: Date,
    { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
  ): Promise<void> {
    const delayMs = sql`least(${maxMs}::float8, ${firstMs}::float8 * power(2, least(${outbox.attempts} - 1, 30)))`;
    const nextAt = sql`${now.toISOString()}::timestamptz + random() * ${delayMs} * interval '1 millisecond'`;
    await this.#database
      .update(outbox)
      .set({ nextAt })
      .where(and(gt(outbox.attempts, 0), lt(outbox.nextAt, now)));
  }

  async depths(): Promise<OutboxDepth[]> {
    const rows = await this.#database
      .select({ platform: outbox.platform, count: count(), oldestAt: min(outbox.createdAt) })
      .from(outbox)
      .groupBy(outbox.platform);
    return rows.map(({ oldestAt, ...row }) => ({ ...row, oldestAt: oldestAt! }));
  }

  /** Every row of a person, as it is. */
  everythingOf(person: Owner): Promise<(typeof outbox.$inferSelect)[]> {
    return this.#database.select().from(outbox).where(isFor(person));
  }

  async forget(person: Owner): Promise<void> {
    await this.#database.delete(outbox).where(isFor(person));
  }

  /** @returns how many */
  async removeBefore(moment: Date, exceptKinds: readonly string[]): Promise<number> {
    const removed = await this.#database
      .delete(outbox)
      .where(and(lt(outbox.createdAt, moment), notInArray(outbox.kind, [...exceptKinds])))
      .returning({ key: outbox.key });
    return removed.length;
  }
}

/** What is to be posted in a community that goes on under another id. */
export async function moveOutbox({ platform, from, to }: ServerMove, transaction: Database): Promise<void> {
  const place = sql`${outbox.place} || ${JSON.stringify({ server: to, channel: to })}::jsonb`;
  await transaction
    .update(outbox)
    .set({ place })
    .where(and(eq(outbox.platform, platform), sql`${outbox.place}->>'channel' = ${from}`));
}

function isFor(person: Owner) {
  return and(eq(outbox.platform, person.platform), eq(outbox.personId, person.id));
}

function toRow({
  key,
  lane,
  kind,
  place,
  personId,
  personName,
  payload,
  attempts,
}: typeof outbox.$inferSelect): OutboxRow {
  const person = personId !== null && { platform: place.platform, id: personId, name: personName ?? '' };
  return { key, lane, kind, place, ...(person && { person }), payload, attempts };
}
