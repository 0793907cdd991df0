import { expect, test } from 'vitest';
import type { BlobKey } from '#src/core/blob-key.js';
import { ToldProgress } from '#workers/jobs/told-progress.js';

const key = (name: string) => `sha256-${name}` as BlobKey;

function createTold(put: (bytes: Uint8Array) => Promise<BlobKey>) {
  const reports: object[] = [];
  const warnings: string[] = [];
  const told = new ToldProgress<{ readonly step: number }>({
    blobs: { put },
    log: { warn: (_: object, message: string) => void warnings.push(message) },
    report: (progress) => void reports.push(progress),
  });
  return { told, reports, warnings };
}

test('progress is told at once, and the newest again when a preview is stored', async () => {
  let store = (_: BlobKey) => {};
  const { told, reports } = createTold(() => new Promise((resolve) => (store = resolve)));
  told.tell({ step: 1 }, new Uint8Array(1));
  told.tell({ step: 2 });
  await Promise.resolve();
  expect(reports).toEqual([{ step: 1 }, { step: 2 }]);
  store(key('a'));
  await told.stored();
  told.tell({ step: 3 });
  expect(reports.slice(2)).toEqual([
    { step: 2, preview: key('a') },
    { step: 3, preview: key('a') },
  ]);
});

test('a preview that cannot be stored is missed by nobody but the log', async () => {
  const { told, reports, warnings } = createTold(() => Promise.reject(new Error('no room')));
  told.tell({ step: 1 }, new Uint8Array(1));
  await told.stored();
  told.tell({ step: 2 });
  expect(reports).toEqual([{ step: 1 }, { step: 2 }]);
  expect(warnings).toEqual(['a preview or snapshot could not be stored']);
});
