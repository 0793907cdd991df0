import { and, inArray, notInArray } from 'drizzle-orm';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Database } from './database.js';
import { blobUses } from './tables.js';

type Reader = Pick<Database, 'selectDistinct'>;

/** As many as one query asks about without holding up others. */
const batchSize = 200;

/**
 * The same photo, sent twice, is stored once: another pet, a waiting job, a draft, a question, an export or a result may need it.
 * What a job was given is not needed once it has ended.
 * @returns keys that nothing needs
 */
export async function findUnusedBlobs(database: Reader, keys: Iterable<BlobKey>): Promise<BlobKey[]> {
  const all = [...new Set(keys)];
  const found: BlobKey[] = [];
  for (let start = 0; start < all.length; start += batchSize) {
    const batch = all.slice(start, start + batchSize);
    const rows = await database
      .selectDistinct({ blob: blobUses.blob })
      .from(blobUses)
      .where(and(inArray(blobUses.blob, batch), notInArray(blobUses.kind, ['done', 'stored'])));
    const used = new Set(rows.map(({ blob }) => blob));
    found.push(...batch.filter((key) => !used.has(key)));
  }
  return found;
}
