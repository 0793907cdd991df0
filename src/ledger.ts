import type { EarlierJob, JobsService, Person, Place, QueuedJob, Standing, UnfinishedJob } from './command.js';
import { UserError } from './errors.js';
import { type DataOf, type InputOf, type JobName, jobs } from './jobs/index.js';
import type { JobOutcome } from './jobs/outcome.js';
import { type JobQueue, parseResult, RedisFullError } from './jobs/queue.js';
import type { Logger } from './log.js';
import { isSamePerson } from './place.js';
import { activityOf } from './rights.js';
import type { Rights } from './rights-service.js';
import type { JobRecord, JobRecords } from './storage/database/job-records.js';

export interface LedgerOptions {
  readonly records: JobRecords;
  readonly queue: JobQueue;
  readonly rights: Rights;
  readonly maxPerPerson: number;
  readonly maxTotal: number;
  readonly log: Logger;
  /** Takes away the message of a job, and its pictures that nothing else needs. */
  readonly onRemoved: (record: JobRecord) => Promise<void>;
  /** Called when a job has ended without a worker: cancelled before it began. */
  readonly onEnded: (id: string, outcome: JobOutcome) => Promise<void>;
}

/** The platform delivered an event again whose answer is already there. */
export class AlreadyAnsweredError extends Error {
  constructor(id: string) {
    super(`job ${id} was answered before`);
    this.name = 'AlreadyAnsweredError';
  }
}

export interface Asker {
  readonly id: string;
  readonly person: Person;
  readonly place: Place;
  readonly locale: string;
  readonly standing: () => Promise<Standing>;
}

/** Keeps our record of each job (database) and the queue (Redis) in step: recorded first, queued second, so that nothing is lost between. */
export class Ledger {
  readonly #options: LedgerOptions;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /**
   * @param asker.id the job's id; the same id again queues nothing new
   * @throws AlreadyAnsweredError where that job's message was sent already
   * @throws UserError where the rules of the place forbid it, or there is no room
   */
  async enqueue<Name extends JobName>(
    asker: Asker,
    job: { readonly name: Name; readonly data: InputOf<Name>; readonly title: string },
  ): Promise<QueuedJob> {
    const { records, queue, rights, maxPerPerson, maxTotal } = this.#options;
    const data = jobs[job.name].data.parse(job.data) as DataOf<Name>;
    // What was recorded before was permitted then.
    const isKnown = (await records.get(asker.id)) !== undefined;
    const permission = isKnown ? undefined : await rights.permit(activityOf[job.name], asker);
    const inserted = await records.insert(
      {
        id: asker.id,
        name: job.name,
        data,
        title: job.title,
        person: asker.person,
        place: asker.place,
        locale: asker.locale,
      },
      { perPerson: maxPerPerson, total: maxTotal },
      async (database) => permission && rights.count(asker.id, permission, asker, database),
    );
    if (inserted.kind === 'person-full') throw new UserError('queueFullForYou', { max: maxPerPerson });
    if (inserted.kind === 'queue-full') throw new UserError('queueFull');
    const { record } = inserted;
    if (inserted.kind === 'known') {
      if (!isSamePerson(record.person, asker.person)) throw new UserError('jobUnknown');
      if (record.message || record.state !== 'queued') throw new AlreadyAnsweredError(record.id);
    } else {
      try {
        await queue.add(job.name, data as InputOf<Name>, { id: record.id, round: record.round });
      } catch (error) {
        this.#options.log.error({ err: error, jobId: record.id }, 'a job could not be queued');
        // It may have arrived although its answer did not, and nobody would wait for it.
        await queue.cancel(record.id).catch(() => {});
        await records.forget(record.id);
        await rights.giveBack(record.id);
        throw new UserError(error instanceof RedisFullError ? 'storageFull' : 'serviceUnavailable');
      }
    }
    return { id: record.id, position: await records.positionOf(record) };
  }

  /** Puts a recorded job back that Redis does not know: lost with an unsaved Redis, or the bot died between recording and queueing. */
  async requeue(record: JobRecord): Promise<void> {
    await this.#options.queue.add(record.name, record.data as InputOf<JobName>, { id: record.id, round: record.round });
  }

  /** @returns whether there was something to stop */
  async cancel(record: JobRecord): Promise<boolean> {
    if (record.state !== 'queued') return false;
    await this.#options.records.requestCancel(record.id);
    let how: Awaited<ReturnType<JobQueue['cancel']>>;
    try {
      how = await this.#options.queue.cancel(record.id);
    } catch (error) {
      this.#options.log.error({ err: error, jobId: record.id }, 'a job could not be cancelled');
      throw new UserError('serviceUnavailable');
    }
    if (how === 'removed') await this.#options.onEnded(record.id, { kind: 'cancelled' });
    return how !== 'missing';
  }

  /** Stops what a person has waiting or at work in one community. @returns how many */
  async cancelIn({ platform, server }: Pick<Place, 'platform' | 'server'>, person: Person): Promise<number> {
    const unfinished = await this.#options.records.unfinishedOf(person);
    return this.cancelAll(unfinished.filter(({ place }) => place.platform === platform && place.server === server));
  }

  /** @returns how many there were to stop */
  async cancelAll(records: readonly JobRecord[]): Promise<number> {
    let cancelled = 0;
    for (const record of records) {
      if (await this.cancel(record)) cancelled += 1;
    }
    return cancelled;
  }

  /** What one invocation of one person may do. */
  serviceFor(asker: Asker): JobsService {
    const { records, rights } = this.#options;
    const isMine = (record: JobRecord | undefined): record is JobRecord =>
      record !== undefined && isSamePerson(record.person, asker.person);
    const assertMayUse = async (record: JobRecord) => {
      if (isSamePerson(record.person, asker.person)) return;
      // Whose it is, is nobody's business elsewhere.
      if (!isSamePlace(record.place, asker.place)) throw new UserError('jobUnknown');
      if ((await asker.standing()).isModerator) return;
      throw new UserError('jobNotYours', { person: record.person.name });
    };
    return {
      enqueue: (job) => this.enqueue(asker, job),
      assertRoom: async (name) => {
        await rights.assertMay(asker.id, activityOf[name], asker);
        const { maxPerPerson, maxTotal } = this.#options;
        const { own, all } = await records.unfinishedCounts(asker.person);
        if (own >= maxPerPerson) throw new UserError('queueFullForYou', { max: maxPerPerson });
        if (all >= maxTotal) throw new UserError('queueFull');
      },
      unfinished: async () => {
        const own = await records.unfinishedOf(asker.person);
        return Promise.all(
          own.map(
            async (record): Promise<UnfinishedJob> => ({
              id: record.id,
              name: record.name,
              title: record.title,
              position: await records.positionOf(record),
            }),
          ),
        );
      },
      queuedBefore: async <Name extends JobName>(name: Name) => {
        const record = await records.get(asker.id);
        if (!isMine(record) || record.name !== name) return undefined;
        if (record.message || record.state !== 'queued') throw new AlreadyAnsweredError(record.id);
        const data = jobs[name].data.parse(record.data) as DataOf<Name>;
        return { id: record.id, position: await records.positionOf(record), data, title: record.title };
      },
      find: async <Name extends JobName>(name: Name, id: string | undefined) => {
        const record = id === undefined ? await records.newestOf(asker.person, name) : await records.get(id);
        if (record?.name !== name) return undefined;
        await assertMayUse(record);
        return toEarlier<Name>(record);
      },
      findHere: async <Name extends JobName>(name: Name, id: string) => {
        const record = await records.get(id);
        if (record?.name !== name) return undefined;
        if (!isSameChannel(record.place, asker.place)) await assertMayUse(record);
        return toEarlier<Name>(record);
      },
      captionOf: async (picture) => {
        const record = await records.newestEditOf(picture, asker.place);
        return record && toEarlier<'edit'>(record).result?.caption;
      },
      remove: async (id) => {
        const record = await records.get(id);
        if (!record || record.state === 'queued') return false;
        await assertMayUse(record);
        await this.#options.onRemoved(record);
        const isOthers = !isSamePerson(record.person, asker.person);
        if (isOthers) await rights.note('removed', asker, record.person);
        return true;
      },
      cancel: async (id) => {
        if (id === undefined) return this.cancelAll(await records.unfinishedOf(asker.person));
        const record = await records.get(id);
        if (record?.state !== 'queued') return 0;
        await assertMayUse(record);
        const count = await this.cancelAll([record]);
        const isOthers = !isSamePerson(record.person, asker.person);
        if (count > 0 && isOthers) await rights.note('stopped', asker, record.person);
        return count;
      },
    };
  }
}

/** Moderators act in their own community only. */
function isSamePlace(one: Place, other: Place): boolean {
  if (one.platform !== other.platform) return false;
  return one.channel === other.channel || (one.server !== undefined && one.server === other.server);
}

/** What is posted there is for everybody to see who is there. */
function isSameChannel(one: Place, other: Place): boolean {
  return one.platform === other.platform && one.channel === other.channel;
}

function toEarlier<Name extends JobName>(record: JobRecord): EarlierJob<Name> {
  const { id, title, person, outcome } = record;
  const name = record.name as Name;
  const data = jobs[name].data.parse(record.data) as DataOf<Name>;
  return {
    id,
    title,
    person,
    data,
    ...(outcome?.kind === 'completed' && { result: parseResult(name, outcome.result) }),
  };
}
