import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';

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

/** s3rver behind a proxy that may fail, and that checks signatures: s3rver knows none of version 4. */
export async function startTestS3(): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'petbooth-s3-'));
  const bucket = 'petbooth';
  const secret = 'S3RVER';
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await server.run();
  const faults: S3Fault[] = [];
  const requests: string[] = [];
  const proxy = createServer((incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    if (!isSigned(incoming, secret)) {
      incoming.resume();
      outgoing.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
      return;
    }
    pass(incoming, outgoing, port, faults.shift());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port: proxyPort } = proxy.address() as AddressInfo;
  return {
    settings: {
      S3_ENDPOINT: `http://127.0.0.1:${proxyPort}`,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: secret,
    },
    directory,
    faults,
    requests,
    async stop() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await server.close();
      await rm(directory, { recursive: true, force: true });
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

function pass(incoming: IncomingMessage, outgoing: ServerResponse, port: number, fault: S3Fault | undefined): void {
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
  const passed = request({ host: '127.0.0.1', port, method, path: url, headers }, (response) => {
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
