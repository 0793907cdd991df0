import { join } from 'node:path';
import type { StoredBlobs } from '#src/core/blob-store.js';
import { FileBlobStore } from './blobs.js';
import { S3BlobStore } from './s3-blobs.js';
import { type BlobOperation, watchBlobs } from './watched-blobs.js';

/** Those of the configuration that say where files are kept. */
export interface BlobSettings {
  readonly DATA_DIR: string;
  readonly MAX_BLOB_BYTES: number;
  readonly S3_ENDPOINT?: string | undefined;
  readonly S3_BUCKET?: string | undefined;
  readonly S3_REGION: string;
  readonly S3_ACCESS_KEY_ID?: string | undefined;
  readonly S3_SECRET_ACCESS_KEY?: string | undefined;
}

/**
 * A bucket where one is named, else files under `DATA_DIR`.
 * @param patienceMs for how long a bucket that is away is tried again at least
 */
export function openBlobs(
  settings: BlobSettings,
  onFailure: (operation: BlobOperation) => void = () => {},
  patienceMs?: number,
): StoredBlobs {
  return watchBlobs(open(settings, patienceMs), onFailure);
}

function open(settings: BlobSettings, patienceMs: number | undefined): StoredBlobs {
  const { DATA_DIR, MAX_BLOB_BYTES: maxBytes, S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_REGION: region } = settings;
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey)
    return new FileBlobStore({ folder: join(DATA_DIR, 'blobs'), maxBytes });
  const temporaryFolder = join(DATA_DIR, 'uploads');
  const account = { endpoint, bucket, region, accessKeyId, secretAccessKey };
  return new S3BlobStore({ ...account, temporaryFolder, maxBytes, patienceMs });
}
