import type { Logger } from 'pino';
import type { HeldBlobs } from './blobs/held-blobs.js';
import type { Contests } from './bot-contests.js';
import { openEntries } from './bot-entries.js';
import type { Tables } from './bot-tables.js';
import type { ServicesFor } from './command/invocation.js';
import type { Communities } from './contests/communities.js';
import { EntryBans } from './contests/entry-bans.js';
import { type HandoutsOptions, handoutsFor } from './contests/handouts.js';
import { suggestContests } from './contests/suggest-contests.js';
import type { KeptData } from './core/kept-data.js';
import type { PlatformName } from './core/place.js';
import type { Database } from './database/database.js';
import type { Delivery } from './delivery/delivery.js';
import type { Outbox } from './delivery/outbox.js';
import { registerReportNotices } from './delivery/report-notices.js';
import { type ResultsServiceOptions, resultsServiceFor } from './delivery/results-service.js';
import { openVocabulary, readVocabulary } from './drawing/vocabulary.js';
import { maxEditedRatio } from './editing/edit-job.js';
import type { Ledger } from './jobs/ledger.js';
import type { JobQueue } from './jobs/queue.js';
import { type AdminServiceOptions, adminServiceFor } from './moderation/admin-service.js';
import { KnownModerators } from './moderation/known-moderators.js';
import { Reports } from './moderation/reports.js';
import type { Rights } from './moderation/rights-service.js';
import type { Config } from './operations/config.js';
import type { PetRights } from './pets/pet-rights.js';
import { type PetsServiceOptions, petsServiceFor } from './pets/pets-service.js';
import { coachServiceFor } from './photos/coach/coach-service.js';
import type { PhotoDecoder } from './photos/decoder/photo-decoder.js';
import { filesServiceFor } from './photos/files-service.js';
import type { Platform } from './platforms/platform.js';
import { type MyDataOptions, maxExportsPerDay, myDataFor } from './privacy/my-data.js';
import { settingsServiceFor } from './privacy/settings-service.js';
import { readLearntSide } from './training/learnt-side.js';
import { draftsServiceFor } from './training/training-drafts.js';

export interface ServicesOptions {
  readonly config: Config;
  readonly database: Database;
  readonly ballots: ServicesFor['ballots'];
  readonly gallery: HandoutsOptions['gallery'];
  readonly tables: Tables;
  readonly communities: Communities;
  readonly kept: readonly KeptData[];
  readonly contests: Contests;
  readonly blobs: HeldBlobs;
  readonly queue: JobQueue;
  readonly ledger: Ledger;
  readonly delivery: Delivery;
  readonly outbox: Outbox;
  readonly rights: Rights;
  readonly petRights: PetRights;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly decoder: PhotoDecoder;
  readonly log: Logger;
}

/** What commands may use, of every subject. */
export async function openServices(options: ServicesOptions): Promise<ServicesFor> {
  const { config, database, ballots, gallery, tables, kept, contests, blobs, queue, ledger, delivery, outbox } =
    options;
  const { communities, rights, petRights, platforms, decoder, log } = options;
  const { records, pets, shares, drafts, people, exports, rules } = tables;
  const limits = { maxBytes: config.MAX_PHOTO_BYTES, maxPixels: config.MAX_PHOTO_PIXELS };
  const learntSide = await readLearntSide(config.CHECKPOINT, log);
  const petsOptions: PetsServiceOptions = {
    pets,
    shares,
    blobs,
    rights,
    petRights,
    onRevoked: (pet) => ledger.recheckPet(pet),
    maxPetsPerPerson: config.PETS_MAX_PER_PERSON,
  };
  const myDataOptions: MyDataOptions = {
    kept,
    people,
    exports,
    rights,
    blobs,
    platforms,
    forgetTraces: () => queue.forgetTraces(),
  };
  const reports = new Reports(rules);
  const moderators = new KnownModerators({ reports, platforms, log });
  const resultsOptions: ResultsServiceOptions = {
    records,
    rights,
    reports,
    outbox,
    delivery,
    moderators,
    refusalOf: (record) => ledger.refusalOf(record),
  };
  registerReportNotices({ outbox, records, people, platforms });
  const bans = new EntryBans({
    database,
    clock: contests.clock,
    isBanned: async (server, { id }) => (await rules.of(server)).banned.some((person) => person.id === id),
  });
  const adminOptions: AdminServiceOptions = {
    rules,
    stopJobsOf: (person, server) => ledger.cancelIn(server, person),
    barFromContests: (person, server) => bans.bar(server, person),
    readmitToContests: (person, server) => bans.readmit(server, person),
  };
  const handoutsOptions: HandoutsOptions = {
    database,
    blobs,
    gallery,
    keep: (person, archive) => exports.add(person, archive),
    assertMayExport: (person) => rights.assertMayExport(person, maxExportsPerDay),
    countExport: (person) => rights.countExport(person),
  };
  return {
    jobs: (asker) => ledger.serviceFor(asker),
    pets: (asking) => petsServiceFor(petsOptions, asking),
    drafts: (person, invocation) => draftsServiceFor({ table: drafts, blobs }, person, invocation),
    coach: (person) => coachServiceFor({ blobs, limits, learntSide, decode: decoder.for(person) }),
    files: (person) =>
      filesServiceFor(blobs, {
        maxBytes: config.MAX_LORA_BYTES,
        photoLimits: limits,
        maxPhotoRatio: maxEditedRatio,
        decode: decoder.for(person),
      }),
    settings: (person) => settingsServiceFor(people, person),
    myData: (person) => myDataFor(myDataOptions, person),
    results: (applicant) => resultsServiceFor(resultsOptions, applicant),
    admin: (applicant) => adminServiceFor(adminOptions, applicant),
    ballots,
    entries: openEntries({
      database,
      clock: contests.clock,
      tables,
      communities,
      blobs,
      rights,
      petRights,
      moderators,
      decoder,
      platforms,
    }),
    completions: { contest: (typing) => suggestContests(tables.contests, typing) },
    hosting: contests.hosting,
    reviews: contests.reviews,
    handouts: (person) => handoutsFor(handoutsOptions, person),
    sharing: contests.sharing,
    repeating: contests.repeating,
    judging: contests.judging,
    accounts: contests.accounts,
    words: (await readVocabulary(config.CHECKPOINT, log)) ?? openVocabulary,
  };
}
