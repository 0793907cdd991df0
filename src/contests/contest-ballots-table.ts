import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Text } from '#src/core/locale.js';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { contestBallots } from './tables.js';
import type { MarksOf, Method } from './tally/ballots.js';

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
    const [row] = await this.#database.select().from(contestBallots).where(isOf(of)).for('update');
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

function isOf({ contest, voter, isPanel }: BallotOf) {
  return and(
    eq(contestBallots.contest, contest),
    eq(contestBallots.platform, voter.platform),
    eq(contestBallots.personId, voter.id),
    eq(contestBallots.isPanel, isPanel),
  );
}
