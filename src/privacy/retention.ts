import type { Logger } from 'pino';
import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { JobRecords } from '#src/jobs/job-records.js';
import type { ServerRulesTable } from '#src/moderation/server-rules-table.js';
import type { UsageTable } from '#src/moderation/usage-table.js';
import type { PetQuestionsTable } from '#src/pets/pet-questions-table.js';
import type { DueInstantsTable } from '#src/schedule/due-instants.js';
import type { DueHandler } from '#src/schedule/schedule.js';
import type { TrainingDraftsTable } from '#src/training/training-drafts-table.js';
import type { DataExportsTable } from './data-exports.js';
import type { PeopleTable } from './people-table.js';

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
