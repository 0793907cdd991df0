import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { request as requestSafely } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { S3BlobStore } from '#src/blobs/s3-blobs.js';
import { shelves } from '#src/core/blob-key.js';

/** What the next request meets: a busy server, a connection that is cut before the request arrives, or in the middle of the answer. */
export type S3Fault = 'busy' | 'cut before' | 'cut after' | 'cut in the middle';

export interface TestS3 {
  /** As the bot's configuration has it. */
  readonly settings: Readonly<Record<`S3_${string}`, string>>;
  /** Where it keeps what it is given. */
  readonly directory: string;
  /** For the requests to come, the first one first. */
  readonly faults: S3Fault[];
  /** Method and path of each that arrived. */
  readonly requests: string[];
  stop(): Promise<void>;
}

interface Server {
  readonly url: URL;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** s3rver behind a proxy that may fail, and that checks signatures: s3rver knows none of version 4. */
export async function startTestS3(): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'petbooth-s3-'));
  const bucket = 'petbooth';
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await server.run();
  const url = new URL(`http://127.0.0.1:${port}`);
  const key = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  const proxy = await startProxy({ url, bucket, region: 'us-east-1', ...key });
  return {
    ...proxy,
    directory,
    async stop() {
      await proxy.stop();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The same in front of the server that `S3_TEST_ENDPOINT` names, where it is set. Its bucket has to be empty, and is so afterwards. */
export async function startChosenS3(environment = process.env): Promise<Omit<TestS3, 'directory'>> {
  const { S3_TEST_ENDPOINT: endpoint, S3_TEST_BUCKET: bucket, S3_TEST_REGION: region = 'us-east-1' } = environment;
  const { S3_TEST_ACCESS_KEY_ID: accessKeyId, S3_TEST_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!endpoint) return startTestS3();
  if (!bucket || !accessKeyId || !secretAccessKey)
    throw new Error('beside S3_TEST_ENDPOINT set S3_TEST_BUCKET, S3_TEST_ACCESS_KEY_ID and S3_TEST_SECRET_ACCESS_KEY');
  const server = { bucket, region, accessKeyId, secretAccessKey };
  const stored = new S3BlobStore({ ...server, endpoint, temporaryFolder: tmpdir(), maxBytes: 0 });
  for (const shelf of shelves)
    for await (const { key } of stored.listed(shelf))
      throw new Error(`the bucket ${bucket} is not empty: it holds ${key}`);
  const proxy = await startProxy({ ...server, url: new URL(endpoint) });
  return {
    ...proxy,
    async stop() {
      await proxy.stop();
      for (const shelf of shelves) for await (const { key } of stored.listed(shelf)) await stored.delete(key);
    },
  };
}

async function startProxy({
  url,
  bucket,
  region,
  accessKeyId,
  secretAccessKey,
}: Server): Promise<Omit<TestS3, 'directory'>> {
  const faults: S3Fault[] = [];
  const requests: string[] = [];
  const proxy = createServer((incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    if (!isSigned(incoming, secretAccessKey)) {
      incoming.resume();
      outgoing.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
      return;
    }
    pass(incoming, outgoing, url, faults.shift());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    settings: {
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_BUCKET: bucket,
      S3_REGION: region,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: secretAccessKey,
    },
    faults,
    requests,
    async stop() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function isSigned({ method, url = '', headers }: IncomingMessage, secret: string): boolean {
  const [, date, region, names, signature] =
    headers.authorization?.match(
      /Credential=[^/]+\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/,
    ) ?? [];
  if (date === undefined || region === undefined || names === undefined) return false;
  const [path, query = ''] = url.split('?');
  const canonical = [
    method,
    path,
    query.split('&').toSorted().join('&'),
    ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    names,
    headers['x-amz-content-sha256'],
  ].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], `${date}/${region}/s3/aws4_request`, hash].join('\n');
  const key = [date, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac('sha256', key).update(text).digest('hex') === signature;
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, server: URL, fault: S3Fault | undefined): void {
  if (fault === 'busy') {
    incoming.resume();
    outgoing.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
    return;
  }
  if (fault === 'cut before') {
    outgoing.destroy();
    return;
  }
  const { method, url, headers } = incoming;
  const send = server.protocol === 'https:' ? requestSafely : request;
  const { hostname: host, port } = server;
  // Signed for the proxy, which most servers take as it is.
  const passed = send({ host, port, method, path: url, headers }, (response) => {
    if (fault === 'cut after') {
      response.resume().on('end', () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(response.statusCode ?? 500, response.headers);
    if (fault === 'cut in the middle') {
      response.once('data', (chunk: Buffer) => {
        outgoing.write(chunk.subarray(0, chunk.byteLength / 2), () => outgoing.destroy());
        response.destroy();
      });
      return;
    }
    response.pipe(outgoing);
  });
  passed.on('error', () => outgoing.destroy());
  incoming.pipe(passed);
}
