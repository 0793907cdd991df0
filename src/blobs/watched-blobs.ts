import { Counter, type Registry } from 'prom-client';
import { BlobMissingError, type StoredBlobs } from '#src/core/blob-store.js';

export const blobOperations = ['put', 'putStream', 'get', 'open', 'look', 'delete', 'list'] as const;
export type BlobOperation = (typeof blobOperations)[number];

/** For the metrics of whichever process has the store. @returns notes one that failed */
export function countFileFailures(registry: Registry): (operation: BlobOperation) => void {
  const failures = new Counter({
    name: 'petbooth_file_failures_total',
    help: 'What the store of files did not do, after trying again.',
    labelNames: ['operation'],
    registers: [registry],
  });
  for (const operation of blobOperations) failures.inc({ operation }, 0);
  return (operation) => failures.inc({ operation });
}

/** The same store, telling of each operation that failed. A file that is not there is an answer of the store's, and no failure. */
export function watchBlobs(files: StoredBlobs, onFailure: (operation: BlobOperation) => void): StoredBlobs {
  const watch = async <Result>(operation: BlobOperation, running: Promise<Result>): Promise<Result> => {
    try {
      return await running;
    } catch (error) {
      if (!(error instanceof BlobMissingError)) onFailure(operation);
      throw error;
    }
  };
  return {
    put: (bytes, key) => watch('put', files.put(bytes, key)),
    putStream: (chunks, beforeNamed) => watch('putStream', files.putStream(chunks, beforeNamed)),
    get: (key) => watch('get', files.get(key)),
    open: (key) => watch('open', files.open(key)),
    has: (key) => watch('look', files.has(key)),
    byteLengthOf: (key) => watch('look', files.byteLengthOf(key)),
    delete: (key) => watch('delete', files.delete(key)),
    async *listed(shelf) {
      try {
        yield* files.listed(shelf);
      } catch (error) {
        onFailure('list');
        throw error;
      }
    },
    removeLeftovers: () => watch('delete', files.removeLeftovers()),
  };
}
