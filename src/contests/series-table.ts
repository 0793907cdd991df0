import { and, count, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { communityKey, communityOf } from './contest.js';
import type { ContestSeries } from './series.js';
import { contestEntries, contestSeries, contests } from './tables.js';

export class SeriesTable {
  readonly #database: Database;

  /** @param database may be a transaction */
  constructor(database: Database) {
    this.#database = database;
  }

  /** @param first the contest that it begins with */
  async add({ host, ...series }: ContestSeries, first: string): Promise<void> {
    await this.#database.insert(contestSeries).values({ ...series, ...host, places: [...series.places] });
    await this.#database.update(contests).set({ series: series.id }).where(eq(contests.id, first));
  }

  /** Nobody else changes it until the transaction ends. */
  async lock(id: string): Promise<ContestSeries | undefined> {
    const [row] = await this.#database.select().from(contestSeries).where(eq(contestSeries.id, id)).for('update');
    return row && toSeries(row);
  }

  /** That of a contest, if it goes on. */
  async running(contest: string): Promise<ContestSeries | undefined> {
    const [row] = await this.#database
      .select({ series: contestSeries })
      .from(contestSeries)
      .innerJoin(contests, eq(contests.series, contestSeries.id))
      .where(and(eq(contests.id, contest), isNull(contestSeries.pausedAt)));
    return row && toSeries(row.series);
  }

  async noteMade(id: string, contest: string, lastPeriod: number): Promise<void> {
    await this.#database
      .update(contestSeries)
      .set({ lastPeriod, madeCount: sql`${contestSeries.madeCount} + 1` })
      .where(eq(contestSeries.id, id));
    await this.#database.update(contests).set({ series: id }).where(eq(contests.id, contest));
  }

  /** A community takes part in the next ones no more, as in this one. */
  async removePlace(contest: string, guest: Server): Promise<void> {
    const series = await this.running(contest);
    const places = series?.places.filter(({ place }) => communityKey(communityOf(place)) !== communityKey(guest));
    if (series) await this.#database.update(contestSeries).set({ places }).where(eq(contestSeries.id, series.id));
  }

  async pause(id: string, pausedAt: Date): Promise<void> {
    await this.#database.update(contestSeries).set({ pausedAt }).where(eq(contestSeries.id, id));
  }

  /** How many of the newest, up to so many, took no entry at all and are past taking any. */
  async countEmpty(id: string, newest: number): Promise<number> {
    const rows = await this.#database
      .select({ state: contests.state, entries: count(contestEntries.id) })
      .from(contests)
      .leftJoin(contestEntries, eq(contestEntries.contest, contests.id))
      .where(and(eq(contests.series, id), gt(contests.revision, 1)))
      .groupBy(contests.id, contests.state, contests.opensAt)
      .orderBy(desc(contests.opensAt))
      .limit(newest);
    return rows.filter(({ state, entries }) => state === 'void' && entries === 0).length;
  }
}

function toSeries({ platform, server, createdAt: _, ...row }: typeof contestSeries.$inferSelect): ContestSeries {
  return { ...row, host: { platform, server }, pausedAt: row.pausedAt ?? undefined };
}
