import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { MessageReference, PlatformName, Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type Contest, type ContestPlace, communityOf, type Guest } from './contest.js';
import type { ContestState } from './life-cycle.js';
import { contestPlaces, contests } from './tables.js';

/** What a transition, or a moderator, changes. */
export type ContestChange = Partial<
  Pick<
    Contest,
    'state' | 'title' | 'rules' | 'zone' | 'opensAt' | 'entriesEndAt' | 'votingAt' | 'endsAt' | 'publishedAt' | 'notes'
  > &
    Nullable<Pick<Contest, 'theme' | 'closedAt' | 'reason' | 'result' | 'cancelled'>>
>;

/** Null: not any more. */
type Nullable<Of> = { readonly [Name in keyof Of]: Of[Name] | null };

export class ContestsTable {
  readonly #database: Database;

  /** @param database may be a transaction, so that a contest changes together with what follows from it */
  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns false where it is there already */
  async add({ host, revision: _, ...contest }: Contest, places: readonly ContestPlace[]): Promise<boolean> {
    const added = await this.#database
      .insert(contests)
      .values({ ...contest, ...host })
      .onConflictDoNothing()
      .returning({ id: contests.id });
    if (added.length === 0) return false;
    await this.#database
      .insert(contestPlaces)
      .values(places.map(({ place, ...rest }) => ({ contest: contest.id, ...communityOf(place), place, ...rest })));
    return true;
  }

  async get(id: string): Promise<Contest | undefined> {
    const [row] = await this.#database.select().from(contests).where(eq(contests.id, id));
    return row && toContest(row);
  }

  /** Nobody else changes it until the transaction ends. */
  async lock(id: string): Promise<Contest | undefined> {
    const [row] = await this.#database.select().from(contests).where(eq(contests.id, id)).for('update');
    return row && toContest(row);
  }

  /** Those that are seen in a community, the newest first. */
  async seenIn({ platform, server }: Server, states: readonly ContestState[]): Promise<Contest[]> {
    const rows = await this.#database
      .select({ contest: contests })
      .from(contests)
      .innerJoin(contestPlaces, eq(contestPlaces.contest, contests.id))
      .where(
        and(
          eq(contestPlaces.platform, platform),
          eq(contestPlaces.server, server),
          isNull(contestPlaces.leftAt),
          inArray(contests.state, [...states]),
        ),
      )
      .orderBy(desc(contests.createdAt), asc(contests.id));
    return rows.map(({ contest }) => toContest(contest));
  }

  /** What takes entries on these platforms, once for each of its communities; the newest first. */
  async takingEntriesOn(
    platforms: readonly PlatformName[],
    at: Date,
  ): Promise<Pick<Contest & ContestPlace, 'id' | 'title' | 'place'>[]> {
    return this.#database
      .select({ id: contests.id, title: contests.title, place: contestPlaces.place })
      .from(contests)
      .innerJoin(contestPlaces, eq(contestPlaces.contest, contests.id))
      .where(
        and(
          eq(contests.state, 'open'),
          lte(contests.opensAt, at),
          gt(contests.entriesEndAt, at),
          inArray(contestPlaces.platform, [...platforms]),
          isNull(contestPlaces.leftAt),
        ),
      )
      .orderBy(desc(contests.createdAt), asc(contests.id));
  }

  /** Of one community, the newest first. */
  async hostedBy({ platform, server }: Server, states: readonly ContestState[]): Promise<Contest[]> {
    const rows = await this.#database
      .select()
      .from(contests)
      .where(and(eq(contests.platform, platform), eq(contests.server, server), inArray(contests.state, [...states])))
      .orderBy(desc(contests.createdAt), asc(contests.id));
    return rows.map(toContest);
  }

  /** How many of a community's are in one of these states. */
  async countHosted({ platform, server }: Server, states: readonly ContestState[]): Promise<number> {
    const [row] = await this.#database
      .select({ count: count() })
      .from(contests)
      .where(and(eq(contests.platform, platform), eq(contests.server, server), inArray(contests.state, [...states])));
    return row?.count ?? 0;
  }

  /** By which the last contest of a community told its times. */
  async lastZone({ platform, server }: Server): Promise<string | undefined> {
    const [row] = await this.#database
      .select({ zone: contests.zone })
      .from(contests)
      .where(and(eq(contests.platform, platform), eq(contests.server, server)))
      .orderBy(desc(contests.createdAt))
      .limit(1);
    return row?.zone;
  }

  /** The last one of a series so far. */
  async newestOf(series: string): Promise<Contest | undefined> {
    const isOfSeries = eq(contests.series, series);
    const [row] = await this.#database
      .select()
      .from(contests)
      .where(isOfSeries)
      .orderBy(desc(contests.opensAt))
      .limit(1);
    return row && toContest(row);
  }

  async inStates(states: readonly ContestState[]): Promise<Contest[]> {
    const rows = await this.#database
      .select()
      .from(contests)
      .where(inArray(contests.state, [...states]))
      .orderBy(asc(contests.createdAt), asc(contests.id));
    return rows.map(toContest);
  }

  async byGalleryToken(token: string): Promise<Contest | undefined> {
    const [row] = await this.#database.select().from(contests).where(eq(contests.galleryToken, token));
    return row && toContest(row);
  }

  async galleryToken(id: string): Promise<string | undefined> {
    const [row] = await this.#database
      .select({ token: contests.galleryToken })
      .from(contests)
      .where(eq(contests.id, id));
    return row?.token ?? undefined;
  }

  /** @param token undefined: there is no link any more */
  async setGalleryToken(id: string, token: string | undefined): Promise<void> {
    await this.#database
      .update(contests)
      .set({ galleryToken: token ?? null })
      .where(eq(contests.id, id));
  }

  /** @returns how it is then, or undefined where somebody else has changed it since it was read */
  async change({ id, state, revision }: Contest, change: ContestChange): Promise<Contest | undefined> {
    const [row] = await this.#database
      .update(contests)
      .set({ ...change, revision: revision + 1 })
      .where(and(eq(contests.id, id), eq(contests.state, state), eq(contests.revision, revision)))
      .returning();
    return row && toContest(row);
  }

  async places(contest: string): Promise<ContestPlace[]> {
    const rows = await this.#database
      .select()
      .from(contestPlaces)
      .where(and(eq(contestPlaces.contest, contest), isNull(contestPlaces.leftAt)))
      .orderBy(asc(contestPlaces.joinedAt), asc(contestPlaces.platform), asc(contestPlaces.server));
    return rows.map(({ place, locale, isHost, post }) => ({ place, locale, isHost, post: post ?? undefined }));
  }

  /** Communities beside the host's that take part, or did: each keeps its number, from 1 on in the order in which they came. */
  async guests(contest: string): Promise<Guest[]> {
    const rows = await this.#database
      .select()
      .from(contestPlaces)
      .where(and(eq(contestPlaces.contest, contest), eq(contestPlaces.isHost, false)))
      .orderBy(asc(contestPlaces.joinedAt), asc(contestPlaces.platform), asc(contestPlaces.server));
    return rows.map(({ place, joinedAt, leftAt }, index) => {
      return { number: index + 1, place, joinedAt, hasLeft: leftAt !== null };
    });
  }

  /** One that has left may come back. */
  async addPlace(contest: string, { place, ...rest }: ContestPlace): Promise<void> {
    const values = { contest, ...communityOf(place), place, ...rest };
    await this.#database
      .insert(contestPlaces)
      .values(values)
      .onConflictDoUpdate({
        target: [contestPlaces.contest, contestPlaces.platform, contestPlaces.server],
        set: { ...values, post: rest.post ?? null, leftAt: null },
      });
  }

  /** @returns as it was; undefined where it was none, or the host's */
  async leave(contest: string, server: Server, leftAt: Date): Promise<ContestPlace | undefined> {
    const [left] = await this.#database
      .update(contestPlaces)
      .set({ leftAt })
      .where(and(isPlace(contest, server), isNull(contestPlaces.leftAt), eq(contestPlaces.isHost, false)))
      .returning();
    return left && { place: left.place, locale: left.locale, isHost: false, post: left.post ?? undefined };
  }

  /** Who has the prize by it, or by an earlier one of its series. */
  async prizeHolders(id: string): Promise<readonly string[]> {
    const own = this.#database.select({ series: contests.series }).from(contests).where(eq(contests.id, id));
    const rows = await this.#database
      .select({ holders: contests.prizeHolders })
      .from(contests)
      .where(and(or(eq(contests.id, id), inArray(contests.series, own)), isNotNull(contests.prizeHolders)));
    return [...new Set(rows.flatMap(({ holders }) => holders ?? []))];
  }

  /** In place of everybody who had it. */
  async setPrizeHolders(id: string, people: readonly string[]): Promise<void> {
    const own = this.#database.select({ series: contests.series }).from(contests).where(eq(contests.id, id));
    await this.#database.update(contests).set({ prizeHolders: null }).where(inArray(contests.series, own));
    await this.#database.update(contests).set({ prizeHolders: people }).where(eq(contests.id, id));
  }

  /** @returns whether it could be reached before */
  async noteUnreachable(contest: string, place: Server, unreachableSince: Date): Promise<boolean> {
    const noted = await this.#database
      .update(contestPlaces)
      .set({ unreachableSince })
      .where(and(isPlace(contest, place), isNull(contestPlaces.unreachableSince)))
      .returning({ contest: contestPlaces.contest });
    return noted.length > 0;
  }

  async noteReachable(contest: string, place: Server): Promise<void> {
    await this.#database
      .update(contestPlaces)
      .set({ unreachableSince: null })
      .where(and(isPlace(contest, place), isNotNull(contestPlaces.unreachableSince)));
  }

  /** Since when nothing can be posted in any of its places; undefined where there is one. */
  async nowhereSince(contest: string): Promise<Date | undefined> {
    const places = await this.#database
      .select({ since: contestPlaces.unreachableSince })
      .from(contestPlaces)
      .where(and(eq(contestPlaces.contest, contest), isNull(contestPlaces.leftAt)));
    const since = places.map((place) => place.since).filter((moment) => moment !== null);
    if (since.length < places.length || since.length === 0) return undefined;
    return new Date(Math.max(...since.map((moment) => moment.getTime())));
  }

  async notePost(contest: string, place: Server, post: MessageReference): Promise<void> {
    await this.#database.update(contestPlaces).set({ post }).where(isPlace(contest, place));
  }

  /** A phase begins, with one message that says so, or none. */
  async startPhase(contest: string, messageCount: number): Promise<void> {
    await this.#database.update(contestPlaces).set({ messageCount }).where(eq(contestPlaces.contest, contest));
  }

  /** Counts one more message. @returns false where there have been as many as a phase has */
  async mayPostMore(contest: string, place: Server, max: number): Promise<boolean> {
    const counted = await this.#database
      .update(contestPlaces)
      .set({ messageCount: sql`${contestPlaces.messageCount} + 1` })
      .where(and(isPlace(contest, place), lt(contestPlaces.messageCount, max)))
      .returning({ contest: contestPlaces.contest });
    return counted.length > 0;
  }
}

function isPlace(contest: string, { platform, server }: Server) {
  return and(
    eq(contestPlaces.contest, contest),
    eq(contestPlaces.platform, platform),
    eq(contestPlaces.server, server),
  );
}

export function toContest({
  platform,
  server,
  series: _series,
  prizeHolders: _prizeHolders,
  galleryToken: _galleryToken,
  createdAt: _createdAt,
  ...row
}: typeof contests.$inferSelect): Contest {
  const { theme, closedAt, publishedAt, reason, result, cancelled } = row;
  return {
    ...row,
    host: { platform, server },
    theme: theme ?? undefined,
    closedAt: closedAt ?? undefined,
    publishedAt: publishedAt ?? undefined,
    reason: reason ?? undefined,
    result: result ?? undefined,
    cancelled: cancelled ?? undefined,
  };
}
