import type { Logger } from './log.js';
import type { DueInstantsTable } from './schedule/due-instants.js';
import type { DueHandler } from './schedule/schedule.js';
import type { BlobKey } from './storage/blob-key.js';
import type { DataExportsTable } from './storage/database/data-exports.js';
import type { JobRecords } from './storage/database/job-records.js';
import type { PeopleTable } from './storage/database/people.js';
import type { PetQuestionsTable } from './storage/database/pet-questions.js';
import type { ServerRulesTable } from './storage/database/server-rules.js';
import type { TrainingDraftsTable } from './storage/database/training-drafts.js';
import type { UsageTable } from './storage/database/usage.js';
import type { HeldBlobs } from './storage/held-blobs.js';

const dayMs = 86_400_000;
const sweepEveryMs = dayMs / 4;
/** Not while everything starts. */
const firstSweepAfterMs = 60_000;

/** What it is called among the instants. */
export const retention = 'retention';
const nextSweep = { what: retention, key: 'sweep' } as const;

const lookedUpAtOnce = 200;

/** Moderators look back further than people at pictures. */
const auditKeptDays = 90;

export interface RetentionOptions {
  readonly days: number;
  readonly blobs: Pick<HeldBlobs, 'olderThan' | 'deleteAll'>;
  /** Of some stored files, those that no row names. */
  readonly findUnnamed: (keys: readonly BlobKey[]) => Promise<readonly BlobKey[]>;
  readonly records: Pick<JobRecords, 'removeFinishedBefore'>;
  readonly drafts: Pick<TrainingDraftsTable, 'removeOld'>;
  readonly questions: Pick<PetQuestionsTable, 'removeOld'>;
  readonly exports: Pick<DataExportsTable, 'removeOld'>;
  readonly usage: Pick<UsageTable, 'removeOld'>;
  readonly rules: Pick<ServerRulesTable, 'removeAuditBefore'>;
  readonly people: Pick<PeopleTable, 'removeIdleBefore'>;
  readonly log: Logger;
}

/**
 * Removes finished jobs, and then every stored file that neither a pet nor a job names: drawn pictures, previews and
 * snapshots of trainings, photos of trainings that came to nothing. Files that were stored lately stay, named or not,
 * since what they belong to may be on its way. Trainings that nobody decided about go sooner, with their photos, and what
 * counts towards limits after a day, and people of whom nothing is kept with their last job.
 */
export async function sweep(
  { days, blobs, findUnnamed, records, drafts, questions, exports, usage, rules, people, log }: RetentionOptions,
  now = new Date(),
): Promise<void> {
  const forgotten = await drafts.removeOld(now);
  const unanswered = await questions.removeOld(now);
  await blobs.deleteAll([...forgotten.unused, ...unanswered.unused, ...(await exports.removeOld(now))]);
  const before = new Date(now.getTime() - days * dayMs);
  await usage.removeOld(now);
  const noted = await rules.removeAuditBefore(new Date(now.getTime() - Math.max(days, auditKeptDays) * dayMs));
  const jobs = await records.removeFinishedBefore(before);
  await people.removeIdleBefore(before);
  let files = 0;
  let batch: BlobKey[] = [];
  const removeUnnamed = async () => {
    const unnamed = await findUnnamed(batch);
    await blobs.deleteAll(unnamed);
    files += unnamed.length;
    batch = [];
  };
  for await (const key of blobs.olderThan(before)) if (batch.push(key) >= lookedUpAtOnce) await removeUnnamed();
  await removeUnnamed();
  if (jobs > 0 || files > 0 || forgotten.count > 0 || noted > 0)
    log.info({ jobs, files, drafts: forgotten.count, auditEntries: noted, days }, 'old jobs and files were removed');
}

/** Sweeps now and then, however often the bot is started. */
export async function scheduleRetention(instants: DueInstantsTable, now = new Date()): Promise<void> {
  await instants.setFirst({ ...nextSweep, dueAt: new Date(now.getTime() + firstSweepAfterMs) });
}

/** Does what `scheduleRetention` has set, and sets the next one. */
export function retentionHandler(options: RetentionOptions, instants: DueInstantsTable): DueHandler {
  return {
    outside: async () => {
      await sweep(options);
      await instants.set({ ...nextSweep, dueAt: new Date(Date.now() + sweepEveryMs) });
    },
  };
}
