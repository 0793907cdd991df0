import { config as loadEnvironmentFile } from 'dotenv';
import { loadConfig } from '#src/operations/config.js';
import { ProgressLine } from './transfer/progress-line.js';
import { transfer } from './transfer/transfer.js';

/** `npm run transfer`: copies what is under DATA_DIR to where DATABASE_URL and S3_… say, and goes on where it was interrupted. */
async function run(): Promise<void> {
  loadEnvironmentFile({ quiet: true });
  const config = loadConfig(process.env);
  const { DATABASE_URL: databaseUrl, S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_REGION: region } = config;
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  const hasBucket = endpoint && bucket && accessKeyId && secretAccessKey;
  if (databaseUrl === undefined && !hasBucket)
    throw new Error('set DATABASE_URL, or S3_ENDPOINT, S3_BUCKET and a key, or both: they say where to');
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort(new Error('interrupted: run it again to go on')));
  process.once('SIGTERM', () => stopping.abort(new Error('interrupted: run it again to go on')));
  const line = new ProgressLine();
  await transfer({
    dataFolder: config.DATA_DIR,
    maxBlobBytes: config.MAX_BLOB_BYTES,
    target: { databaseUrl, ...(hasBucket && { bucket: { endpoint, bucket, region, accessKeyId, secretAccessKey } }) },
    onTold: (sentence) => {
      line.end();
      process.stdout.write(`${sentence}\n`);
    },
    onProgress: (what, progress) => line.tell(what, progress),
    signal: stopping.signal,
  }).finally(() => line.end());
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
