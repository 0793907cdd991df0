import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';

export interface S3ClientOptions {
  /** e.g. `https://s3.eu-central-1.amazonaws.com`; the bucket is addressed by path. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly firstRetryMs?: number;
  /** For how long a server that is away is tried again at least. Where somebody waits for an answer a few tries are enough. */
  readonly patienceMs?: number | undefined;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Within the bucket. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Opened anew for each try. */
  readonly body?: { readonly byteLength: number; readonly sha256: string; readonly open: () => NodeJS.ReadableStream };
}

/** The server's refusal. Holds no key and no signature. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string | undefined;

  constructor({ method }: S3Request, status: number, code: string | undefined) {
    super(`S3 answered ${method} with ${status}${code === undefined ? '' : ` (${code})`}`);
    this.name = 'S3Error';
    this.status = status;
    this.code = code;
  }
}

const maxTries = 5;
const usualFirstRetryMs = 100;
const maxRetryMs = 3000;
/** Without a byte. */
const silenceMs = 30_000;
const maxErrorBytes = 64 * 1024;
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Signed requests, streamed both ways, tried again where the server is away, busy or faulty.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export class S3Client {
  readonly #options: S3ClientOptions;
  readonly #agent: HttpAgent;

  constructor(options: S3ClientOptions) {
    this.#options = options;
    const Agent = new URL(options.endpoint).protocol === 'https:' ? HttpsAgent : HttpAgent;
    // Of connections that nobody uses some may be dead without a word, after a partition: they are not kept for long.
    this.#agent = new Agent({ keepAlive: true, maxSockets: 50, timeout: silenceMs });
  }

  /** @returns with a body that has to be read or destroyed. @throws S3Error */
  async send(request: S3Request): Promise<IncomingMessage> {
    const since = performance.now();
    for (let tries = 1; ; tries += 1) {
      let failure: unknown;
      try {
        const response = await this.#sendOnce(request);
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) return response;
        failure = new S3Error(request, status, await codeOf(response));
        if (status < 500 && status !== 429) throw failure;
      } catch (error) {
        if (error instanceof S3Error && error.status < 500 && error.status !== 429) throw error;
        failure = error;
      }
      if (tries >= maxTries && performance.now() - since >= (this.#options.patienceMs ?? 0)) throw failure;
      await this.#pauseAfter(tries);
    }
  }

  /** Reads the whole body, again from the start where it breaks off. */
  async read(request: S3Request): Promise<Buffer> {
    for (let tries = 1; ; tries += 1) {
      const response = await this.send(request);
      try {
        return await buffer(response);
      } catch (error) {
        if (tries >= maxTries) throw error;
        await this.#pauseAfter(tries);
      }
    }
  }

  #pauseAfter(tries: number): Promise<void> {
    return sleep(Math.min((this.#options.firstRetryMs ?? usualFirstRetryMs) * 2 ** (tries - 1), maxRetryMs));
  }

  async #sendOnce(request: S3Request): Promise<IncomingMessage> {
    const { method, body } = request;
    const { url, headers } = await this.#sign(request);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sending = send(url, {
        method,
        agent: this.#agent,
        // Also while it connects, which `setTimeout` of a request does not count.
        timeout: silenceMs,
        headers: { ...headers, ...(method === 'PUT' && { 'content-length': body?.byteLength ?? 0 }) },
      });
      sending.on('timeout', () => sending.destroy(new Error('S3 was silent for too long')));
      sending.on('error', reject);
      sending.on('response', resolve);
      if (!body) return sending.end();
      const source = body.open();
      source.on('error', (error) => sending.destroy(error instanceof Error ? error : new Error(String(error))));
      return source.pipe(sending);
    });
  }

  async #sign({ method, key, query = {}, body }: S3Request) {
    const { endpoint, bucket, region, accessKeyId, secretAccessKey } = this.#options;
    const url = new URL(`${endpoint.replace(/\/$/, '')}/${bucket}/${key}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const signed = await new AwsV4Signer({
      method,
      url: url.href,
      headers: { 'x-amz-content-sha256': body?.sha256 ?? emptySha256 },
      accessKeyId,
      secretAccessKey,
      service: 's3',
      region,
    }).sign();
    const { host: _, ...rest } = Object.fromEntries(signed.headers.entries());
    return { url: signed.url, headers: rest };
  }
}

/** What S3 calls the error, from the beginning of its XML. */
async function codeOf(response: IncomingMessage): Promise<string | undefined> {
  let text = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      text += chunk;
      if (text.length > maxErrorBytes) break;
    }
  } catch {
    // The status says enough.
  }
  return text.match(/<Code>(\w{1,64})<\/Code>/)?.[1];
}
