import { randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import { HeldBlobs } from './blobs/held-blobs.js';
import { openBlobs } from './blobs/open-blobs.js';
import { openBallots, voterFactsFrom } from './bot-ballots.js';
import { openContestPages } from './bot-contest-pages.js';
import { openContests } from './bot-contests.js';
import { openCommunities } from './bot-entries.js';
import { keptDataOf } from './bot-kept-data.js';
import { BotMetrics } from './bot-metrics.js';
import { openServices } from './bot-services.js';
import { openTables } from './bot-tables.js';
import { readCheckpointId } from './checkpoint-id.js';
import type { Command } from './command/define-command.js';
import { Dispatcher } from './command/dispatch.js';
import { FloodLimit } from './command/flood-limit.js';
import { PetQuestions } from './command/pet-questions.js';
import type { FitPhoto } from './core/files.js';
import type { Notes } from './core/notes.js';
import type { PlatformName } from './core/place.js';
import { BlobRegister } from './database/blob-register.js';
import { BlobTotals } from './database/blob-totals.js';
import { findUnusedBlobs } from './database/blob-uses.js';
import type { Database } from './database/database.js';
import { migrationsFolder, type OpenDatabaseOptions, openDatabase } from './database/open-database.js';
import { Delivery } from './delivery/delivery.js';
import type { DeliveryRetriesOptions } from './delivery/delivery-retries.js';
import { Outbox } from './delivery/outbox.js';
import { JobEvents } from './jobs/events.js';
import { Fleet } from './jobs/fleet.js';
import { Ledger, ownerOf } from './jobs/ledger.js';
import { readMemoryNeeds } from './jobs/memory-needs.js';
import { JobQueue } from './jobs/queue.js';
import { TurnsOfQueues } from './jobs/turns-of-queues.js';
import { UnservedJobs, type UnservedJobsOptions } from './jobs/unserved-jobs.js';
import { Rights } from './moderation/rights-service.js';
import { readBlocklist } from './moderation/word-blocklist.js';
import type { Config } from './operations/config.js';
import { Health } from './operations/health.js';
import { type OperationsServer, startOperationsServer } from './operations/operations-server.js';
import { PetRights } from './pets/pet-rights.js';
import { PhotoDecoder } from './photos/decoder/photo-decoder.js';
import { editedSide } from './photos/photos.js';
import { JudgeClient, type PictureJudge } from './photos/picture-look/judge-client.js';
import { PictureLook } from './photos/picture-look/picture-look.js';
import { PictureScores } from './photos/picture-look/picture-scores.js';
import { withPictureLook } from './photos/picture-look/with-picture-look.js';
import { type ConnectionDelays, Connections } from './platforms/connections.js';
import type { Platform } from './platforms/platform.js';
import { isLoopback } from './platforms/web/request-guard.js';
import { retention, retentionHandler, scheduleRetention } from './privacy/retention.js';
import {
  announcedFiles,
  announcedFilesHandler,
  inventory,
  inventoryHandler,
  scheduleAnnouncedFiles,
} from './privacy/stored-files.js';
import { connectRedis, waitForRedis } from './redis/connect-redis.js';
import { Schedule } from './schedule/schedule.js';
import { scheduleTidying, tidying, tidyingHandler } from './schedule/tidying.js';

/** Of decoding one, at work and on a busy machine; a picture that takes longer is made to. */
const photoMaxWorkMs = 20_000;
const photoTimeoutMs = 60_000;
/** Of one person, on buttons that are answered in place: whoever marks nine pictures with one thumb is slower. */
const maxPressesPerSecond = 5;

/** What platforms need beside the stored files. */
export interface PlatformParts {
  readonly notesOf: (platform: PlatformName) => Notes;
  readonly health: Health;
  readonly fitPhoto: FitPhoto;
  /** Rejects where another bot may act by now. */
  readonly assertLeading: () => Promise<void>;
}

export interface BotOptions {
  readonly config: Config;
  /** REDIS_URL, or the address of the managed server. */
  readonly redisUrl: string;
  readonly commands: readonly Command[];
  readonly createPlatforms: (blobs: HeldBlobs, parts: PlatformParts) => readonly Platform[];
  readonly log: Logger;
  /** Ends the wait for another bot that leads. */
  readonly stopping?: AbortSignal;
  /** For tests. */
  readonly judge?: PictureJudge;
  readonly editIntervalMs?: number;
  readonly reconcileIntervalMs?: number;
  readonly requeueAfterMs?: number;
  readonly maxDeliveryAttempts?: number;
  readonly deliveryRetries?: Partial<DeliveryRetriesOptions>;
  readonly unserved?: Pick<UnservedJobsOptions, 'intervalMs' | 'graceMs'>;
  readonly connectionDelays?: ConnectionDelays;
  readonly lease?: OpenDatabaseOptions['lease'];
  readonly onOpened?: (database: Database) => void;
}

export interface RunningBot {
  readonly platforms: readonly Platform[];
  readonly operationsPort: number | undefined;
  /** Takes nothing new, finishes what is being answered, closes. Jobs at work go on and are delivered at the next start. */
  stop(): Promise<void>;
}

/** Puts the bot together and starts it: storage, queue, delivery, platforms. */
export async function startBot(options: BotOptions): Promise<RunningBot> {
  const { config, redisUrl, commands, log } = options;
  const closing: (() => Promise<unknown> | unknown)[] = [];
  let isStarted = false;
  const stop = async () => {
    isStarted = false;
    for (const close of closing.splice(0).reverse()) {
      await Promise.resolve(close()).catch((error: unknown) => log.warn({ err: error }, 'something did not close'));
    }
  };
  try {
    const commandRedis = connectRedis(redisUrl, 'commands', log);
    closing.push(() => commandRedis.disconnect());
    const eventRedis = connectRedis(redisUrl, 'blocking', log);
    closing.push(() => eventRedis.disconnect());
    await Promise.all([waitForRedis(commandRedis, 10_000), waitForRedis(eventRedis, 10_000)]);
    const health = new Health(() => commandRedis.status === 'ready');
    const metrics = new BotMetrics();
    const operations = await startOperations(config, metrics, health, () => isStarted);
    closing.push(() => operations?.stop());

    // All that follows is for the bot that acts.
    const opened = await openDatabase({
      url: config.DATABASE_URL,
      folder: config.DATA_DIR,
      migrationsFolder,
      stopping: options.stopping,
      ...(options.lease && { lease: options.lease }),
      onUnsafe: (error) => {
        log.fatal({ err: error }, error.message);
        process.exit(1);
      },
      onWaiting: (leader = 'another bot') =>
        log.info(`${leader} leads on this database; this bot takes over when that has ended`),
      onFailure: (failure) => metrics.noteDatabaseFailure(failure),
      onConnectionLost: (error) => log.warn({ err: error }, 'a connection to Postgres was lost'),
    });
    closing.push(() => opened.close());
    options.onOpened?.(opened.database);
    metrics.noteLeading();
    const storedFiles = openBlobs(config, metrics.noteFileFailure);
    await storedFiles.removeLeftovers();
    const register = new BlobRegister(opened.database);
    const blobs = new HeldBlobs({
      files: storedFiles,
      register,
      findUnused: (keys) => findUnusedBlobs(opened.database, keys),
      beforeDelete: opened.assertLeading,
    });
    const tables = await openTables(opened.database);
    const { records, durations, rules, pets, shares, people, questions, exports, instants, notes } = tables;
    closing.push(() => notes.flush());
    const checkpoint = await readCheckpointId(config.CHECKPOINT);
    const turns = new TurnsOfQueues({ sliceMs: config.TRAIN_SLICE_SECONDS * 1000, checkpoint });
    for (const record of await records.turns()) turns.restore(ownerOf(record), record.round, Date.now());
    const queue = new JobQueue(commandRedis, {
      checkpoint,
      onOpened: (name) => events.listenTo(name),
      beforeWrite: opened.assertLeading,
    });
    closing.push(() => queue.close());
    const rights = new Rights(rules, opened.database);
    const fleet = new Fleet({ redis: commandRedis, countConnected: (name) => queue.countConnected(name) });
    const unserved: UnservedJobs = new UnservedJobs({
      fleet,
      turns,
      checkpoint,
      onChanged: (ids) => delivery.showServed(ids),
      log,
      ...options.unserved,
    });
    closing.push(() => unserved.stop());
    metrics.watch({
      turns,
      unserved,
      workers: fleet,
      look: () => health.report(),
      undelivered: () => records.undelivered(),
      depths: () => tables.posts.depths(),
      stored: new BlobTotals(register),
    });
    const decoder = new PhotoDecoder({
      maxProcesses: config.PHOTO_PROCESSES,
      maxMemoryBytes: config.PHOTO_MEMORY_BYTES,
      maxWorkMs: photoMaxWorkMs,
      timeoutMs: photoTimeoutMs,
    });
    closing.push(() => decoder.stop());
    const created = options.createPlatforms(blobs, {
      notesOf: (platform) => notes.of(platform),
      health,
      fitPhoto: decoder.fitPhoto,
      assertLeading: opened.assertLeading,
    });
    const judge = options.judge ?? new JudgeClient({ maxPixels: editedSide ** 2 });
    closing.push(() => judge.stop());
    const look = new PictureLook({
      scores: new PictureScores(blobs, judge, log),
      ruleAt: (place) =>
        rights.pictureRuleAt(place, {
          host: config.PICTURES,
          isOwnPage: place.platform === 'web' && isLoopback(config.WEB_HOST),
        }),
      isSpoilerPlace: (place) => rights.isSpoilerPlace(place),
      keepScore: (job, score) => records.setPictureScore(job, score),
    });
    const platforms = new Map<PlatformName, Platform>(
      created.map((platform) => [platform.name, withPictureLook(platform, look)]),
    );
    const connections: Connections = new Connections({
      platforms,
      log,
      onConnected: () => delivery.onReconnected(),
      delays: options.connectionDelays,
    });
    const { database } = opened;
    const facts = voterFactsFrom({ rights, platforms });
    const communities = openCommunities({ database, facts, records, platforms });
    const pages = openContestPages({ config, database, tables, blobs, decoder, look, facts, log });
    closing.push(() => pages.stop());
    const petRights = new PetRights(pets, shares);
    const ledger: Ledger = new Ledger({
      records,
      queue,
      turns,
      durations,
      memoryBytesOf: await readMemoryNeeds(config.CHECKPOINT, log),
      rights,
      petRights,
      maxPerPerson: config.QUEUE_MAX_PER_PERSON,
      maxPerServer: config.QUEUE_MAX_PER_SERVER,
      maxTotal: config.QUEUE_MAX_TOTAL,
      log,
      deleteBlobs: (keys) => blobs.deleteAll(keys),
      onEnded: (id, outcome) => delivery.settle(id, outcome),
      onRemoved: (record) => delivery.takeBack(record),
      onCopyRemoved: (message, locale) => delivery.takeAway(message, locale),
    });
    const outbox = new Outbox({
      database: opened.database,
      platforms: connections.working,
      intervalMs: options.reconcileIntervalMs,
      maxAttempts: options.maxDeliveryAttempts,
      retries: options.deliveryRetries,
      log,
    });
    closing.push(() => outbox.stop());
    const delivery: Delivery = new Delivery({
      database: opened.database,
      records,
      outbox,
      queue,
      turns,
      durations,
      platforms: connections.working,
      log,
      blobs,
      giveBack: (id, database) => rights.giveBack(id, database),
      keepPet: (owner, pet, database) => pets.save(owner, pet, database),
      mayShowAt: (to, from) => rights.mayShowAt(to, from),
      isTakingEntries: (place, person) => communities.isTakingEntries(place, person, new Date()),
      refusalOf: (record) => ledger.refusalOf(record),
      recheck: (record) => ledger.recheck(record),
      requeue: (record) => ledger.requeue(record),
      placeOf: (id) => ledger.placeOf(id),
      unserved: (id) => unserved.reasonOf(id),
      age: () => ledger.age(),
      editIntervalMs: options.editIntervalMs,
      reconcileIntervalMs: options.reconcileIntervalMs,
      requeueAfterMs: options.requeueAfterMs,
      onTried: (job, outcome) => metrics.noteDelivery(job, outcome),
    });
    closing.push(() => delivery.stop());
    const contests = openContests({
      database,
      outbox,
      presence: tables.presence,
      pictures: pages.pictures,
      lookAhead: () => pages.lookAhead(),
      people,
      platforms: connections.working,
      takeAway: (message, locale) => delivery.takeAway(message, locale),
      log,
    });
    closing.push(() => contests.stop());
    const kept = keptDataOf(tables, {
      ledger,
      queue,
      outbox,
      database,
      clock: contests.clock,
      contestDays: config.CONTEST_RETENTION_DAYS,
    });
    const services = await openServices({
      config,
      database,
      ballots: openBallots({ database, facts, pages }),
      gallery: pages.gallery,
      tables,
      communities,
      kept,
      contests,
      blobs,
      queue,
      ledger,
      delivery,
      outbox,
      rights,
      petRights,
      platforms,
      decoder,
      log,
    });
    const dispatcher = new Dispatcher({
      flood: new FloodLimit({
        max: config.FLOOD_MAX_COMMANDS,
        windowMs: config.FLOOD_WINDOW_SECONDS * 1000,
      }),
      pressFlood: new FloodLimit({
        max: maxPressesPerSecond * config.FLOOD_WINDOW_SECONDS,
        windowMs: config.FLOOD_WINDOW_SECONDS * 1000,
      }),
      commands,
      services,
      questions: new PetQuestions({ table: questions, filesFor: services.files, blobs }),
      platforms,
      delivery,
      people,
      rights,
      moves: tables.moves,
      onRemoved: contests.removedFrom,
      blocklist: readBlocklist(config.PROMPT_BLOCKLIST),
      look,
      blobs,
      newSeed: () => randomInt(2 ** 32),
      onAnswered: (command, outcome, milliseconds) => metrics.noteAnswer(command, outcome, milliseconds),
      log,
    });
    const events: JobEvents = new JobEvents(eventRedis, metrics.listening(delivery, turns), log);
    closing.push(() => events.close());
    const isSetUpOtherwise = await queue.open();
    if (isSetUpOtherwise) for (const { id, needs } of await records.turns()) await queue.readdress(id, needs);
    unserved.start();
    health.watch({
      connections,
      askDatabase: () => opened.database.execute('select 1'),
    });
    await outbox.start();
    closing.push(() => connections.stop());
    await connections.start(dispatcher);
    await pages.start();
    closing.push(() => outbox.close());
    await delivery.start();
    const sweeping = retentionHandler(
      {
        days: config.RETENTION_DAYS,
        blobs,
        register,
        kept,
        exports,
        people,
        tablesOfPeople: tables.tablesOfPeople,
        log,
      },
      instants,
    );
    const stored = { files: storedFiles, blobs, register, redis: commandRedis };
    const handlers = {
      [retention]: sweeping,
      [tidying]: tidyingHandler(opened, instants),
      [announcedFiles]: announcedFilesHandler(stored, instants),
      [inventory]: inventoryHandler(stored, instants),
      ...contests.handlers,
    };
    const schedule = new Schedule({ database: opened.database, handlers, before: contests.beforeDue, log });
    closing.push(() => schedule.stop());
    await scheduleRetention(instants);
    await scheduleTidying(instants);
    await scheduleAnnouncedFiles(instants);
    await contests.start(schedule);
    schedule.wake();
    isStarted = true;
    return { platforms: created, operationsPort: operations?.port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startOperations(
  { OPERATIONS_HOST: host, OPERATIONS_PORT: port }: Config,
  { registry }: BotMetrics,
  health: Health,
  isStarted: () => boolean,
): Promise<OperationsServer | undefined> {
  if (port === undefined) return undefined;
  const look = async () => {
    const details = await health.report();
    const { status, database, redis } = details;
    const isReady = isStarted() && database === 'working' && redis === 'working';
    return { isFailing: isStarted() && status === 'failing', isReady, details };
  };
  return startOperationsServer({ host, port, registry, look });
}
