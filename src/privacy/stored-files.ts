import type { Redis } from 'ioredis';
import { lookAtAnnounced } from '#src/blobs/announced-blobs.js';
import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import { shelves } from '#src/core/blob-key.js';
import type { ListedBlob, StoredBlobs } from '#src/core/blob-store.js';
import type { BlobRegister } from '#src/database/blob-register.js';
import { rowsAtATime } from '#src/database/some-at-a-time.js';
import type { DueInstantsTable } from '#src/schedule/due-instants.js';
import type { DueHandler } from '#src/schedule/schedule.js';

/** What they are called among the instants. The first shelf is set by a migration. */
export const inventory = 'file-inventory';
export const announcedFiles = 'announced-files';

/** No worker takes as long to store one file. */
const lookEveryMs = 600_000;
const nextLook = { what: announcedFiles, key: 'look' } as const;

export interface StoredFilesOptions {
  readonly files: Pick<StoredBlobs, 'listed'>;
  readonly blobs: Pick<HeldBlobs, 'duringUseOf' | 'missingOf' | 'deleteAll'>;
  readonly register: Pick<BlobRegister, 'noteFound'>;
  readonly redis: Pick<Redis, 'srandmember' | 'srem' | 'exists' | 'rename'>;
}

export async function scheduleAnnouncedFiles(instants: DueInstantsTable, now = new Date()): Promise<void> {
  await instants.setFirst({ ...nextLook, dueAt: new Date(now.getTime() + lookEveryMs) });
}

export function announcedFilesHandler(
  { blobs, redis }: Pick<StoredFilesOptions, 'blobs' | 'redis'>,
  instants: DueInstantsTable,
): DueHandler {
  return {
    outside: async () => {
      await lookAtAnnounced(redis, async (keys) => {
        // What is not there was removed by its worker, or never came to be.
        await blobs.deleteAll(await blobs.duringUseOf(keys, () => blobs.missingOf(keys)));
      });
      await instants.set({ ...nextLook, dueAt: new Date(Date.now() + lookEveryMs) });
    },
  };
}

/**
 * Notes files that are older than the register. One shelf follows the other, each an instant of its own, so that a bot that is
 * stopped goes on with the same shelf, and what else is due comes in between.
 */
export function inventoryHandler(
  { files, register }: Pick<StoredFilesOptions, 'files' | 'register'>,
  instants: DueInstantsTable,
): DueHandler {
  const noteShelf = async (shelf: string) => {
    let [count, batch] = [0, [] as ListedBlob[]];
    const noteBatch = async () => {
      count += batch.length;
      await register.noteFound(batch);
      batch = [];
    };
    for await (const file of files.listed(shelf)) if (batch.push(file) >= rowsAtATime) await noteBatch();
    await noteBatch();
    return count;
  };
  return {
    outside: async ({ key }) => {
      for (const shelf of shelves.filter((other) => other >= key)) {
        const isEmpty = (await noteShelf(shelf)) === 0;
        const next = shelves[shelves.indexOf(shelf) + 1];
        if (isEmpty || next === undefined) continue;
        await instants.set({ what: inventory, key: next, dueAt: new Date() });
        return;
      }
    },
  };
}
