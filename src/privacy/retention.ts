import type { Logger } from 'pino';
import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import type { KeptData } from '#src/core/kept-data.js';
import type { BlobRegister } from '#src/database/blob-register.js';
import type { DueInstantsTable } from '#src/schedule/due-instants.js';
import type { DueHandler } from '#src/schedule/schedule.js';
import type { DataExportsTable } from './data-exports.js';
import type { PeopleTable, TableOfPeople } from './people-table.js';

const dayMs = 86_400_000;
const sweepEveryMs = dayMs / 4;
/** Not while everything starts. */
const firstSweepAfterMs = 60_000;

/** What it is called among the instants. */
export const retention = 'retention';
const nextSweep = { what: retention, key: 'sweep' } as const;

export interface RetentionOptions {
  readonly days: number;
  readonly blobs: Pick<HeldBlobs, 'deleteAll'>;
  readonly register: Pick<BlobRegister, 'all'>;
  readonly kept: readonly Pick<KeptData, 'sweep'>[];
  readonly exports: Pick<DataExportsTable, 'removeOld'>;
  readonly people: Pick<PeopleTable, 'removeIdleBefore'>;
  /** Whoever has a row in one of these is remembered. */
  readonly tablesOfPeople: readonly TableOfPeople[];
  readonly log: Logger;
}

/**
 * Removes what every subject holds to be too old, and then every stored file that no row names: drawn pictures, previews and
 * snapshots of trainings, photos of trainings that came to nothing. Files that were stored lately stay, named or not,
 * since what they belong to may be on its way. People of whom nothing is kept go with their last job.
 */
export async function sweep(
  { days, blobs, register, kept, exports, people, tablesOfPeople, log }: RetentionOptions,
  now = new Date(),
): Promise<void> {
  const before = new Date(now.getTime() - days * dayMs);
  const removed: Record<string, number> = {};
  for (const one of kept) {
    const swept = await one.sweep?.(now, before);
    Object.assign(removed, swept?.removed);
    await blobs.deleteAll(swept?.unused ?? []);
  }
  await blobs.deleteAll(await exports.removeOld(now));
  await people.removeIdleBefore(before, tablesOfPeople);
  let files = 0;
  for await (const some of register.all()) {
    const unnamed = some.filter(({ uses, lastUsedAt }) => uses.length === 0 && lastUsedAt < before);
    await blobs.deleteAll(unnamed.map(({ blob }) => blob));
    files += unnamed.length;
  }
  const isNothing = files === 0 && Object.values(removed).every((count) => count === 0);
  if (!isNothing) log.info({ ...removed, files, days }, 'old jobs and files were removed');
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
