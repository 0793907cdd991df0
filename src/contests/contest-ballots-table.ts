import { randomInt } from 'node:crypto';
import { and, count, eq, isNotNull, isNull, notInArray, sql } from 'drizzle-orm';
import type { Text } from '#src/core/locale.js';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { Contest } from './contest.js';
import { contestBallots } from './tables.js';
import type { MarksOf, Method } from './tally/ballots.js';

/** Postgres takes so many values at once, and others wait no longer. */
const rowsPerStatement = 500;

export type BallotRow = typeof contestBallots.$inferSelect;

/** Whose ballot: of a person, as one of everybody or as a judge. */
export interface BallotOf {
  readonly contest: string;
  readonly voter: Pick<Person, 'platform' | 'id'>;
  readonly isPanel: boolean;
}

export interface BallotChange {
  /** The press: the same one again changes nothing. */
  readonly event: string;
  readonly at: Date;
  /** The community that it was made in. */
  readonly server: string;
}

/** More presses of one person are not on their way at a time. */
const rememberedEvents = 8;

/** Presses that have changed a ballot, and do not change it again; none of their ids has a blank. */
export function eventsOf({ lastEvent }: Pick<BallotRow, 'lastEvent'>): readonly string[] {
  return lastEvent === '' ? [] : lastEvent.split(' ');
}

export class ContestBallotsTable {
  readonly #database: Database;

  /** @param database may be a transaction */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Nobody else changes it until the transaction ends, so that two presses at once are two changes.
   * @returns how it is, empty where there was none
   */
  async lock(of: BallotOf, empty: MarksOf[Method], { at, server }: BallotChange): Promise<BallotRow> {
    const { contest, voter, isPanel } = of;
    const locked = () => this.#database.select().from(contestBallots).where(isOf(of)).for('update');
    const [known] = await locked();
    if (known) return known;
    await this.#database
      .insert(contestBallots)
      .values({
        contest,
        platform: voter.platform,
        personId: voter.id,
        isPanel,
        marks: empty,
        lastEvent: '',
        server,
        changedAt: at,
      })
      .onConflictDoNothing();
    const [row] = await locked();
    return row!;
  }

  /** @param before as it was locked */
  async save(before: BallotRow, marks: MarksOf[Method], { event, at, server }: BallotChange): Promise<void> {
    const { contest, platform, personId: id, isPanel } = before;
    const lastEvent = [...eventsOf(before), event].slice(-rememberedEvents).join(' ');
    await this.#database
      .update(contestBallots)
      .set({ marks, lastEvent, changedAt: at, server })
      .where(isOf({ contest, voter: { platform, id }, isPanel }));
  }

  async get(of: BallotOf): Promise<BallotRow | undefined> {
    const [row] = await this.#database.select().from(contestBallots).where(isOf(of));
    return row;
  }

  /** How many there are with anything on them. */
  async countMarked(contest: string): Promise<number> {
    const [row] = await this.#database
      .select({ count: count() })
      .from(contestBallots)
      .where(and(eq(contestBallots.contest, contest), isMarked));
    return row?.count ?? 0;
  }

  async hasVoted(contest: string, { platform, id }: BallotOf['voter']): Promise<boolean> {
    const isTheirs = and(eq(contestBallots.platform, platform), eq(contestBallots.personId, id));
    const [row] = await this.#database
      .select({ contest: contestBallots.contest })
      .from(contestBallots)
      .where(and(eq(contestBallots.contest, contest), isTheirs, isMarked))
      .limit(1);
    return row !== undefined;
  }

  /** Takes from ballots whose they are and when they were changed, and leaves them in an order that says nothing. */
  async anonymise({ id: contest, host, publishedAt, endsAt }: Contest): Promise<void> {
    const rows = await this.#database.delete(contestBallots).where(eq(contestBallots.contest, contest)).returning();
    const nameless = shuffled(rows).map(({ isPanel, marks, voidReason }, index) => ({
      contest,
      ...host,
      // No platform has such an account.
      personId: `ballot-${index + 1}`,
      isPanel,
      marks,
      lastEvent: '',
      voidReason,
      changedAt: publishedAt ?? endsAt,
    }));
    for (let start = 0; start < nameless.length; start += rowsPerStatement)
      await this.#database.insert(contestBallots).values(nameless.slice(start, start + rowsPerStatement));
  }

  async removeAll(contest: string): Promise<void> {
    await this.#database.delete(contestBallots).where(eq(contestBallots.contest, contest));
  }

  /** Takes the ballots of a person out, or back in where there is no reason. @returns whether anything has changed */
  async setVoid(contest: string, voter: BallotOf['voter'], reason: Text | undefined): Promise<boolean> {
    const isOther = reason ? isNull(contestBallots.voidReason) : isNotNull(contestBallots.voidReason);
    const changed = await this.#database
      .update(contestBallots)
      .set({ voidReason: reason ?? null })
      .where(and(isOfVoter(contest, voter), isOther))
      .returning({ contest: contestBallots.contest });
    return changed.length > 0;
  }

  /** Takes them back in where they are out for that reason. */
  async clearVoid(contest: string, voter: BallotOf['voter'], reason: Text['key']): Promise<void> {
    await this.#database
      .update(contestBallots)
      .set({ voidReason: null })
      .where(and(isOfVoter(contest, voter), sql`${contestBallots.voidReason}->>'key' = ${reason}`));
  }

  /** Why a person's ballot is out; undefined where it counts. */
  async voidReasonOf(contest: string, voter: BallotOf['voter']): Promise<Text | undefined> {
    const [row] = await this.#database
      .select({ reason: contestBallots.voidReason })
      .from(contestBallots)
      .where(and(isOfVoter(contest, voter), isNotNull(contestBallots.voidReason)));
    return row?.reason ?? undefined;
  }

  ofContest(contest: string): Promise<BallotRow[]> {
    return this.#database.select().from(contestBallots).where(eq(contestBallots.contest, contest));
  }
}

function isOfVoter(contest: string, { platform, id }: BallotOf['voter']) {
  return and(
    eq(contestBallots.contest, contest),
    eq(contestBallots.platform, platform),
    eq(contestBallots.personId, id),
  );
}
const isMarked = notInArray(sql`${contestBallots.marks}::text`, ['[]', '{}']);

function isOf({ contest, voter, isPanel }: BallotOf) {
  return and(
    eq(contestBallots.contest, contest),
    eq(contestBallots.platform, voter.platform),
    eq(contestBallots.personId, voter.id),
    eq(contestBallots.isPanel, isPanel),
  );
}

/** Fisher and Yates, by numbers that nobody can foresee. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}
