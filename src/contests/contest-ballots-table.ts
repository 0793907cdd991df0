import { randomInt } from 'node:crypto';
import { and, count, eq, isNotNull, isNull, notInArray, or, sql } from 'drizzle-orm';
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

  /** Without marks, where there is none yet. */
  async open({ contest, voter, isPanel }: BallotOf, empty: MarksOf[Method], at: Date, server: string): Promise<void> {
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
  }

  /**
   * In one statement, which holds the contest and the ballot while it runs: whoever ends the voting waits for it, or it finds that
   * the voting has ended; and of two presses at once the second finds that the ballot has changed.
   * @param revision of the contest when the press was judged
   * @param before the ballot then; undefined where there was none
   * @returns false where either is not so any more, and nothing is saved
   */
  async save(
    { contest, voter, isPanel }: BallotOf,
    { revision, before }: { readonly revision: number; readonly before: BallotRow | undefined },
    marks: MarksOf[Method],
    { event, at, server }: BallotChange,
  ): Promise<boolean> {
    const lastEvent = [...(before ? eventsOf(before) : []), event].slice(-rememberedEvents).join(' ');
    const changed = sql`${JSON.stringify(marks)}::jsonb, ${lastEvent}, ${server}, ${at.toISOString()}::timestamptz`;
    const running = sql`with "running" as materialized (
      select "id" from "contests" where "id" = ${contest} and "revision" = ${revision} for share
    )`;
    const { rows } = (await this.#database.execute(
      before
        ? sql`${running}
          update "contest_ballots" set ("marks", "last_event", "server", "changed_at") = row (${changed})
          from "running" where "contest" = "running"."id" and "platform" = ${voter.platform}
            and "person_id" = ${voter.id} and "is_panel" = ${isPanel} and "last_event" = ${before.lastEvent}
          returning "contest"`
        : sql`${running}
          insert into "contest_ballots"
            ("contest", "platform", "person_id", "is_panel", "marks", "last_event", "server", "changed_at")
          select "id", ${voter.platform}, ${voter.id}, ${isPanel}::boolean, ${changed} from "running"
          on conflict do nothing returning "contest"`,
    )) as unknown as { readonly rows: readonly unknown[] };
    return rows.length > 0;
  }

  /** As one of everybody and as a judge. */
  ofAccounts(contest: string, accounts: readonly BallotOf['voter'][]): Promise<BallotRow[]> {
    return this.#database
      .select()
      .from(contestBallots)
      .where(or(...accounts.map((account) => isOfVoter(contest, account))));
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

/** Fisher and Yates, by numbers that nobody can foresee. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}
