import type { Logger } from 'pino';
import type { BlobKey } from '#src/core/blob-key.js';
import type { EarlierJob } from '#src/core/earlier-job.js';
import { UserError } from '#src/core/errors.js';
import type { DrawnPets, JobPet, PetFiles } from '#src/core/job-pet.js';
import { isSamePerson, type MessageReference, type Person, type Place, type Standing } from '#src/core/place.js';
import type { Rights } from '#src/moderation/rights-service.js';
import type { PetRights } from '#src/pets/pet-rights.js';
import { estimateMs } from './estimate.js';
import { type DataOf, type InputOf, type JobName, type Jobs, jobs } from './index.js';
import type { JobDurations } from './job-durations.js';
import type { JobRecord } from './job-record.js';
import type { JobRecords } from './job-records.js';
import { isKnown, type Needs } from './needs.js';
import type { JobOutcome } from './outcome.js';
import { type CancelOutcome, type JobQueue, RedisFullError } from './queue.js';
import { NewerResultError, parseResult } from './result.js';
import type { JobsService, QueuedJob, Removal, UnfinishedJob } from './services.js';
import type { TurnOwner } from './turns.js';
import type { TurnsOfQueues } from './turns-of-queues.js';

export interface LedgerOptions {
  readonly records: JobRecords;
  readonly queue: JobQueue;
  readonly turns: TurnsOfQueues;
  readonly durations: Pick<JobDurations, 'meanMs'>;
  /** That a job takes of the engine, where the bot's checkpoint says it. */
  readonly memoryBytesOf: (name: JobName) => number | undefined;
  readonly rights: Rights;
  readonly petRights: PetRights;
  readonly maxPerPerson: number;
  readonly maxPerServer: number;
  readonly maxTotal: number;
  readonly log: Logger;
  /** Takes away the message of a job, and its pictures that nothing else needs. @returns false where the message stays */
  readonly onRemoved: (record: JobRecord) => Promise<boolean>;
  /** Takes away a message that shows a part of a result. */
  readonly onCopyRemoved: (message: MessageReference, locale: string) => Promise<boolean>;
  readonly deleteBlobs: (keys: readonly BlobKey[]) => Promise<void>;
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
  /** The message whose button was pressed. */
  readonly message?: MessageReference | undefined;
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
   * @throws UserError where the rules of the place forbid it, a pet in it may not be drawn, or there is no room
   */
  async enqueue<Name extends JobName>(
    asker: Asker,
    job: { readonly name: Name; readonly data: InputOf<Name>; readonly title: string },
  ): Promise<QueuedJob> {
    const { queue, records, rights, turns } = this.#options;
    const data = jobs[job.name].data.parse(job.data) as DataOf<Name>;
    const { record, newWith } = await this.#record(asker, { ...job, data });
    if (!newWith) {
      if (!isSamePerson(record.person, asker.person)) throw new UserError('jobUnknown');
      if (record.message || record.state !== 'queued') throw new AlreadyAnsweredError(record.id);
    } else {
      try {
        await queue.add(
          job.name,
          { data, petFiles: newWith },
          { id: record.id, priority: record.round, needs: record.needs },
        );
      } catch (error) {
        this.#options.log.error({ err: error, jobId: record.id }, 'a job could not be queued');
        // It may have arrived although its answer did not, and nobody would wait for it.
        await queue.cancel(record.id).catch(() => {});
        await records.forget(record.id);
        turns.end(record.id, Date.now());
        await rights.giveBack(record.id);
        throw new UserError(error instanceof RedisFullError ? 'storageFull' : 'serviceUnavailable');
      }
    }
    return this.placeOf(record.id);
  }

  /**
   * Gives a job its turn and records it, unless it is known.
   * @returns newWith where it is new: files of the pets in it
   */
  async #record(
    asker: Asker,
    job: Pick<JobRecord, 'name' | 'data' | 'title'>,
  ): Promise<{ readonly record: JobRecord; readonly newWith?: PetFiles }> {
    const { records, turns, rights } = this.#options;
    const { id, person, place, locale } = asker;
    // What was recorded before was permitted, and had its room, then.
    const known = await records.get(id);
    if (known) return { record: known };
    const contract = jobs[job.name].version;
    const { files: petFiles, checkpoint } = await this.#petsOf({ person, place, needs: { contract }, ...job });
    const memoryBytes = checkpoint === undefined ? this.#options.memoryBytesOf(job.name) : undefined;
    const needs: Needs = {
      contract,
      ...(checkpoint !== undefined && { checkpoint }),
      ...(memoryBytes !== undefined && { memoryBytes }),
    };
    const permission = await rights.permit(jobs[job.name].activity, asker);
    const hadTurn = turns.get(id) !== undefined;
    const refusal = hadTurn ? undefined : this.#refusalOf(asker);
    if (refusal) throw refusal;
    const round = turns.add(ownerOf({ id, name: job.name, needs, person, place }), Date.now());
    let isNew = false;
    try {
      const inserted = await records.insert(
        { id, person, place, locale, needs, ...job },
        round,
        permission && ((database) => rights.count(id, permission, asker, database)),
      );
      isNew = inserted.isNew;
      return { record: inserted.record, ...(isNew && { newWith: petFiles }) };
    } finally {
      if (!isNew && !hadTurn) turns.end(id, Date.now());
    }
  }

  /** Why this person cannot have one more job here. */
  #refusalOf({ person, place }: Pick<Asker, 'person' | 'place'>): UserError | undefined {
    const { turns, maxPerPerson, maxPerServer, maxTotal } = this.#options;
    const owner = ownerOf({ id: '', name: 'imagine', needs: { contract: 1 }, person, place });
    if (turns.countOf(owner.person) >= maxPerPerson) return new UserError('queueFullForYou', { max: maxPerPerson });
    if (owner.server !== undefined && turns.countOf(owner.server) >= maxPerServer)
      return new UserError('queueFullForServer', { max: maxPerServer });
    return turns.count >= maxTotal ? new UserError('queueFull') : undefined;
  }

  /** Where an unfinished job stands, and until when it may be done. */
  placeOf(id: string): QueuedJob {
    const { turns, durations } = this.#options;
    const beside = turns.beside(id);
    const etaMs = beside && estimateMs(beside, id, (name) => durations.meanMs(name), Date.now());
    return { id, position: turns.positionOf(id), ...(etaMs !== undefined && { etaMs }) };
  }

  /** Lets what has waited long among quicker jobs go on. */
  async age(): Promise<void> {
    for (const { id, priority } of this.#options.turns.age(Date.now()))
      await this.#options.queue.changePriority(id, priority);
  }

  /** Puts a recorded job back that Redis does not know: lost with an unsaved Redis, or the bot died between recording and queueing. */
  async requeue(record: JobRecord): Promise<void> {
    if (await this.refusalOf(record)) return this.#options.onEnded(record.id, { kind: 'cancelled' });
    const { id, name, needs, round } = record;
    // As it was recorded, with what only a newer version knows of it.
    const data = record.data as DataOf<typeof name>;
    const attempt = { data, petFiles: (await this.#petsOf(record)).files };
    await this.#options.queue.add(name, attempt, { id, priority: round, needs });
  }

  /** @throws UserError where there is a pet in it that its person may not draw where it was asked for */
  async #petsOf(record: Pick<JobRecord, 'name' | 'data' | 'needs' | 'person' | 'place'>): Promise<DrawnPets> {
    // Whom a newer version draws, its bot looks after.
    if (!isKnown(record.name, record.needs)) return { files: {} };
    const pets = await this.#options.petRights.filesFor(record, petsIn(record));
    return jobs[record.name].drawsPets ? pets : { files: {} };
  }

  /** What by now forbids a job that was permitted when it was asked for. */
  async refusalOf(record: JobRecord): Promise<UserError | undefined> {
    try {
      await this.#options.rights.assertNotBanned(record);
      await this.#petsOf(record);
      return undefined;
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
  }

  /** Stops a job that is not permitted any more; whoever asked for it is told why when it has ended. */
  async recheck(record: JobRecord): Promise<void> {
    if (record.state === 'queued' && (await this.refusalOf(record))) await this.cancel(record);
  }

  /** Sharing has ended, or the pet is gone: stops what was asked for of it by those who may not draw it any more. */
  async recheckPet(pet: string): Promise<void> {
    for (const record of await this.#options.records.unfinishedWith(pet)) {
      // It is looked at again before anything of it is posted.
      await this.recheck(record).catch((error: unknown) =>
        this.#options.log.warn({ err: error, jobId: record.id }, 'a job of a pet could not be stopped'),
      );
    }
  }

  /** @returns whether there was something to stop */
  async cancel(record: JobRecord): Promise<boolean> {
    if (record.state !== 'queued') return false;
    await this.#options.records.requestCancel(record.id);
    let cancelled: CancelOutcome;
    try {
      cancelled = await this.#options.queue.cancel(record.id);
    } catch (error) {
      this.#options.log.error({ err: error, jobId: record.id }, 'a job could not be cancelled');
      throw new UserError('serviceUnavailable');
    }
    if (cancelled.kind === 'removed') {
      await this.#options.onEnded(record.id, { kind: 'cancelled' });
      await this.#options.deleteBlobs(cancelled.leftovers);
    }
    return cancelled.kind !== 'missing';
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
      const { isModerator, isChannelModerator } = await asker.standing();
      if (isModerator || (isChannelModerator && isSameChannel(record.place, asker.place))) return;
      throw new UserError('jobNotYours', { person: record.person.name });
    };
    /** Something of a job is shown here, or made of it. What one asked for oneself may come along into private. */
    const assertMayShow = async (record: JobRecord) => {
      const isToOneself = isMine(record) && asker.place.server === undefined;
      if (!isToOneself && !(await rights.mayShowAt(asker.place, record.place))) throw new UserError('jobElsewhere');
    };
    const remove = async (id: string, takeAway: (record: JobRecord) => Promise<boolean>): Promise<Removal> => {
      const record = await records.get(id);
      if (!record || record.state === 'queued') return 'gone';
      await assertMayUse(record);
      const isGone = await takeAway(record);
      if (!isSamePerson(record.person, asker.person)) await rights.note('removed', asker, record.person);
      return isGone ? 'removed' : 'outOfReach';
    };
    return {
      enqueue: (job) => this.enqueue(asker, job),
      assertRoom: async (name) => {
        await rights.assertMay(asker.id, jobs[name].activity, asker);
        const refusal = this.#refusalOf(asker);
        if (refusal) throw refusal;
      },
      unfinished: async () => {
        const own = await records.unfinishedOf(asker.person);
        return own
          .filter(({ name, needs }) => isKnown(name, needs))
          .map(({ id, name, title }): UnfinishedJob => ({ ...this.placeOf(id), name, title, line: jobs[name].line }))
          .toSorted((one, other) => one.position - other.position);
      },
      queuedBefore: async <Name extends JobName>(name: Name) => {
        const record = await records.get(asker.id);
        if (!isMine(record) || record.name !== name) return undefined;
        if (record.message || record.state !== 'queued') throw new AlreadyAnsweredError(record.id);
        const data = dataOf<Name>(record);
        return { ...this.placeOf(record.id), data, title: record.title };
      },
      find: async <Name extends JobName>(name: Name, id: string | undefined) => {
        const record =
          id === undefined ? await records.newestOf(asker.person, name, asker.place) : await records.get(id);
        if (record?.name !== name) return undefined;
        await assertMayUse(record);
        await assertMayShow(record);
        return toEarlier<Name>(record, asker.person);
      },
      findHere: async <Name extends JobName>(name: Name, id: string) => {
        const record = await records.get(id);
        if (record?.name !== name) return undefined;
        if (!isSameChannel(record.place, asker.place)) await assertMayUse(record);
        await assertMayShow(record);
        return toEarlier<Name>(record, asker.person);
      },
      captionOf: async (picture) => {
        const record = await records.newestEditOf(picture, asker.place);
        return record && toEarlier<'edit'>(record, asker.person).result?.caption;
      },
      remove: (id) => remove(id, (record) => this.#options.onRemoved(record)),
      removeCopy: async (id) => {
        const { message } = asker;
        return message === undefined ? 'gone' : remove(id, () => this.#options.onCopyRemoved(message, asker.locale));
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

/** How the turns of a job are counted. */
export function ownerOf({
  id,
  name,
  needs,
  person,
  place,
}: Pick<JobRecord, 'id' | 'name' | 'needs' | 'person' | 'place'>): TurnOwner {
  return {
    id,
    name,
    needs,
    person: `${person.platform}/${person.id}`,
    ...(place.server !== undefined && { server: `${place.platform}/server/${place.server}` }),
  };
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

/* A record's name and data belong together, which the compiler cannot see across a table's rows. */

/** @throws UserError `jobUnknown` where another version wrote it so that this one cannot read it */
function dataOf<Name extends JobName>({ name, data }: Pick<JobRecord, 'name' | 'data'>): DataOf<Name> {
  const parsed = jobs[name].data.safeParse(data);
  if (!parsed.success) throw new UserError('jobUnknown');
  return parsed.data as DataOf<Name>;
}

/** @throws UserError `jobUnknown` where another version wrote it so that nobody can tell */
function petsIn({ name, data }: Pick<JobRecord, 'name' | 'data'>): readonly JobPet[] {
  const job: { pets?(data: unknown): readonly JobPet[] } = jobs[name];
  return job.pets?.(dataOf({ name, data })) ?? [];
}

function toEarlier<Name extends JobName>(record: JobRecord, asker: Person): EarlierJob<Jobs[Name]> {
  const { id, title, person, outcome, isUncovered } = record;
  const name = record.name as Name;
  const data = dataOf<Name>(record);
  return {
    id,
    title,
    person,
    data,
    isUncovered,
    ...(!isSamePerson(person, asker) && { isOthers: true }),
    ...(outcome?.kind === 'completed' && resultOf(name, outcome.result)),
  };
}

/** One of a newer version is there for that one alone. */
function resultOf<Name extends JobName>(name: Name, result: unknown) {
  try {
    return { result: parseResult(name, result) };
  } catch (error) {
    if (error instanceof NewerResultError) return {};
    throw error;
  }
}
