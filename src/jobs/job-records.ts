import { and, asc, count, desc, eq, gt, gte, inArray, min, ne, sql } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { MessageReference, Person, Place, Server } from '#src/core/place.js';
import { findUnusedBlobs } from '#src/database/blob-uses.js';
import type { Database } from '#src/database/database.js';
import { idsOf, removeSomeAtATime, rowsAtATime, someAtATime } from '#src/database/some-at-a-time.js';
import { blobUses } from '#src/database/tables.js';
import { placeNow } from '#src/moderation/place-now.js';
import { filesOfData, filesOfOutcome } from './files.js';
import type { JobName } from './index.js';
import type { JobRecord, NewJobRecord } from './job-record.js';
import { Needs } from './needs.js';
import type { JobOutcome } from './outcome.js';
import { jobs } from './tables.js';

type Owner = Pick<Person, 'platform' | 'id'>;

export class JobRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Adds a job unless it is known.
   * @param round its priority in the queue
   * @param alongside in the same transaction, where the job is new; nothing is added where it throws
   */
  async insert(
    { id, name, data, needs, title, person, locale, place }: NewJobRecord,
    round: number,
    alongside?: (database: Database) => Promise<void>,
  ): Promise<{ readonly record: JobRecord; readonly isNew: boolean }> {
    const owner = { platform: person.platform, personId: person.id, personName: person.name };
    const inserted = await this.#database.transaction(async (transaction) => {
      const [added] = await transaction
        .insert(jobs)
        .values({
          id,
          name,
          data,
          needs,
          title,
          ...owner,
          locale,
          place: placeNow(place),
          round,
          state: 'queued',
        })
        .onConflictDoNothing()
        .returning();
      if (added) await alongside?.(transaction);
      return added;
    });
    if (inserted) return { record: toRecord(inserted), isNew: true };
    const known = await this.get(id);
    if (!known) throw new Error(`job ${id} was removed while it was added again`);
    return { record: known, isNew: false };
  }

  /** All unfinished ones, in order. */
  async turns(): Promise<Pick<JobRecord, 'id' | 'name' | 'needs' | 'person' | 'place' | 'round'>[]> {
    const { id, name, needs, platform, personId, personName, place, round } = jobs;
    const rows = await this.#database
      .select({ id, name, needs, platform, personId, personName, place, round })
      .from(jobs)
      .where(eq(jobs.state, 'queued'))
      .orderBy(asc(jobs.round), asc(jobs.sequence));
    return rows.map((row) => ({
      id: row.id,
      name: row.name as JobName,
      needs: Needs.parse(row.needs ?? {}),
      person: { platform: row.platform, id: row.personId, name: row.personName },
      place: row.place,
      round: row.round,
    }));
  }

  /**
   * Of conditions on times a database without statistics makes nothing better than a search through all at once.
   * @returns how many
   */
  async removeFinishedBefore(moment: Date): Promise<number> {
    const { id, sequence, state, createdAt } = jobs;
    const all = someAtATime<{ id: string; sequence: number; state: JobRecord['state']; createdAt: Date }>((last) =>
      this.#database
        .select({ id, sequence, state, createdAt })
        .from(jobs)
        .where(gt(sequence, last?.sequence ?? -1))
        .orderBy(asc(sequence))
        .limit(rowsAtATime),
    );
    return removeSomeAtATime(
      all,
      (row) => (row.state === 'delivered' || row.state === 'undeliverable') && row.createdAt < moment,
      (rows) => this.#database.delete(jobs).where(inArray(id, idsOf(rows))),
    );
  }

  async get(id: string): Promise<JobRecord | undefined> {
    const [row] = await this.#database.select().from(jobs).where(eq(jobs.id, id));
    return row && toRecord(row);
  }

  /** @returns stored files of its result that nothing names any more */
  async forgetFinished(id: string): Promise<BlobKey[]> {
    return this.#database.transaction(async (transaction) => {
      const [removed] = await transaction
        .delete(jobs)
        .where(and(eq(jobs.id, id), ne(jobs.state, 'queued')))
        .returning({ outcome: jobs.outcome });
      return findUnusedBlobs(transaction, filesOfOutcome(removed?.outcome));
    });
  }

  /** Some at a time: a person may have thousands. */
  async *idsOf(person: Owner): AsyncGenerator<readonly string[], void> {
    const { id, sequence } = jobs;
    const all = someAtATime<{ id: string; sequence: number }>((last) =>
      this.#database
        .select({ id, sequence })
        .from(jobs)
        .where(isOwnedAfter(person, last))
        .orderBy(asc(sequence))
        .limit(rowsAtATime),
    );
    for await (const rows of all) yield idsOf(rows);
  }

  /** Every row, as it is, some at a time. */
  rowsOf(person: Owner): AsyncGenerator<readonly (typeof jobs.$inferSelect)[], void> {
    return someAtATime((last) =>
      this.#database
        .select()
        .from(jobs)
        .where(isOwnedAfter(person, last))
        .orderBy(asc(jobs.sequence))
        .limit(rowsAtATime),
    );
  }

  /** @returns stored files of theirs that nothing names any more, those of pets and drafts aside; some at a time */
  async *removeAll(person: Owner): AsyncGenerator<readonly BlobKey[], void> {
    for await (const ids of this.idsOf(person)) {
      yield await this.#database.transaction(async (transaction) => {
        const removed = await transaction
          .delete(jobs)
          .where(inArray(jobs.id, [...ids]))
          .returning();
        const files = removed.flatMap(({ data, outcome }) => [...filesOfData(data), ...filesOfOutcome(outcome)]);
        return findUnusedBlobs(transaction, files);
      });
    }
  }

  async forget(id: string): Promise<void> {
    await this.#database.delete(jobs).where(eq(jobs.id, id));
  }

  async unfinishedOf(person: Owner): Promise<JobRecord[]> {
    const rows = await this.#database
      .select()
      .from(jobs)
      .where(and(eq(jobs.state, 'queued'), isOwnedBy(person)))
      .orderBy(asc(jobs.round), asc(jobs.sequence));
    return rows.map(toRecord);
  }

  /** Anybody's, of a pet. */
  async unfinishedWith(pet: string): Promise<JobRecord[]> {
    const isOf = sql`jsonb_path_exists(${jobs.data}, '$.**.id ? (@ == $pet)', jsonb_build_object('pet', ${pet}::text))`;
    const rows = await this.#database
      .select()
      .from(jobs)
      .where(and(eq(jobs.state, 'queued'), isOf))
      .orderBy(asc(jobs.round), asc(jobs.sequence));
    return rows.map(toRecord);
  }

  /** The person's newest job of a kind that they asked for in one community, or in private; whatever became of it. */
  async newestOf(person: Owner, name: JobName, { server }: Pick<Place, 'server'>): Promise<JobRecord | undefined> {
    const isThere = sql`${jobs.place}->>'server' IS NOT DISTINCT FROM ${server ?? null}::text`;
    const [row] = await this.#database
      .select()
      .from(jobs)
      .where(and(eq(jobs.name, name), isOwnedBy(person), isThere))
      .orderBy(desc(jobs.sequence))
      .limit(1);
    return row && toRecord(row);
  }

  /** As whom somebody asked for something in a community since a moment; undefined where they did not. */
  async seenAs(person: Owner, { platform, server }: Server, since: Date): Promise<Person | undefined> {
    const isThere = and(eq(jobs.platform, platform), sql`${jobs.place}->>'server' = ${server}`);
    const [row] = await this.#database
      .select({ name: jobs.personName })
      .from(jobs)
      .where(and(isOwnedBy(person), isThere, gte(jobs.createdAt, since)))
      .orderBy(desc(jobs.sequence))
      .limit(1);
    return row && { platform: person.platform, id: person.id, name: row.name };
  }

  /** To whom `undeliverableTo` would bring something. */
  async peopleWithUndeliverable(): Promise<Owner[]> {
    return this.#database
      .selectDistinct({ platform: jobs.platform, id: jobs.personId })
      .from(jobs)
      .where(eq(jobs.state, 'undeliverable'));
  }

  /** What has ended and was given up on its way to the person, oldest first. */
  async undeliverableTo(person: Owner, limit: number): Promise<JobRecord[]> {
    const rows = await this.#database
      .select()
      .from(jobs)
      .where(and(isOwnedBy(person), eq(jobs.state, 'undeliverable')))
      .orderBy(asc(jobs.sequence))
      .limit(limit);
    return rows.map(toRecord);
  }

  /** Records that what was given up was told after all. @param place whose it is now: that of the message, where others see it there */
  async deliverElsewhere(id: string, message: MessageReference, place: Place): Promise<void> {
    await this.#database
      .update(jobs)
      .set({ message, place, state: 'delivered', deliveredAt: new Date() })
      .where(and(eq(jobs.id, id), eq(jobs.state, 'undeliverable')));
  }

  /** Among those that ended well in one channel. */
  async newestEditOf(picture: BlobKey, { platform, channel }: Place): Promise<JobRecord | undefined> {
    const [row] = await this.#database
      .select()
      .from(jobs)
      .where(
        and(
          eq(jobs.name, 'edit'),
          eq(jobs.platform, platform),
          inArray(
            jobs.id,
            this.#database
              .select({ id: blobUses.id })
              .from(blobUses)
              .where(and(eq(blobUses.blob, picture), eq(blobUses.kind, 'done'))),
          ),
          sql`${jobs.data}->>'picture' = ${picture}`,
          sql`${jobs.place}->>'channel' = ${channel}`,
          sql`${jobs.outcome}->>'kind' = 'completed'`,
        ),
      )
      .orderBy(desc(jobs.sequence))
      .limit(1);
    return row && toRecord(row);
  }

  /** Those that have ended and of which nobody knows yet. */
  async undelivered(): Promise<{ readonly count: number; readonly oldestAt: Date | undefined }> {
    const [row] = await this.#database
      .select({ count: count(), oldestAt: min(jobs.settledAt) })
      .from(jobs)
      .where(eq(jobs.state, 'settled'));
    return { count: row?.count ?? 0, oldestAt: row?.oldestAt ?? undefined };
  }

  async setMessage(id: string, message: MessageReference): Promise<void> {
    await this.#database.update(jobs).set({ message }).where(eq(jobs.id, id));
  }

  async setPictureScore(id: string, pictureScore: number): Promise<void> {
    await this.#database.update(jobs).set({ pictureScore }).where(eq(jobs.id, id));
  }

  async uncover(id: string): Promise<void> {
    await this.#database.update(jobs).set({ isUncovered: true }).where(eq(jobs.id, id));
  }

  async requestCancel(id: string): Promise<void> {
    await this.#database.update(jobs).set({ cancelRequested: true }).where(eq(jobs.id, id));
  }

  /** Records how a job ended, once, together with what else comes true. @returns whether this call was the one */
  async settle(
    id: string,
    outcome: JobOutcome,
    alongside?: (settled: JobRecord, database: Database) => Promise<void>,
  ): Promise<boolean> {
    const update = async (database: Pick<Database, 'update'>) => {
      const [settled] = await database
        .update(jobs)
        .set({ state: 'settled', outcome, settledAt: new Date() })
        .where(and(eq(jobs.id, id), eq(jobs.state, 'queued')))
        .returning();
      return settled && toRecord(settled);
    };
    if (!alongside) return (await update(this.#database)) !== undefined;
    return this.#database.transaction(async (transaction) => {
      const settled = await update(transaction);
      if (settled) await alongside(settled, transaction);
      return settled !== undefined;
    });
  }

  /** Something else than its result is told of a job that has ended. */
  async withdraw(id: string, outcome: JobOutcome, alongside: (database: Database) => Promise<void>): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction
        .update(jobs)
        .set({ outcome })
        .where(and(eq(jobs.id, id), ne(jobs.state, 'queued')));
      await alongside(transaction);
    });
  }

  /** @param message which is the result now */
  async finishDelivery(id: string, state: 'delivered' | 'undeliverable', message?: MessageReference): Promise<void> {
    await this.#database
      .update(jobs)
      .set({ state, deliveredAt: new Date(), ...(message && { message }) })
      .where(and(eq(jobs.id, id), ne(jobs.state, 'queued')));
  }
}

function isOwnedBy(owner: Owner) {
  return and(eq(jobs.platform, owner.platform), eq(jobs.personId, owner.id));
}

function isOwnedAfter(owner: Owner, last: Pick<JobRecord, 'sequence'> | undefined) {
  return and(isOwnedBy(owner), gt(jobs.sequence, last?.sequence ?? -1));
}

function toRecord(row: typeof jobs.$inferSelect): JobRecord {
  return {
    id: row.id,
    sequence: row.sequence,
    name: row.name as JobName,
    data: row.data,
    needs: Needs.parse(row.needs ?? {}),
    title: row.title,
    person: { platform: row.platform, id: row.personId, name: row.personName },
    locale: row.locale,
    place: row.place,
    message: row.message ?? undefined,
    round: row.round,
    state: row.state,
    cancelRequested: row.cancelRequested,
    outcome: row.outcome ?? undefined,
    pictureScore: row.pictureScore ?? undefined,
    isUncovered: row.isUncovered,
    createdAt: row.createdAt,
  };
}
