/** Where Discord keeps what people attach. */
export const discordFileHosts: readonly string[] = ['cdn.discordapp.com', 'media.discordapp.net'];

export interface FetchOptions {
  /** Hosts, with a port where it is not the usual one. */
  readonly allowedHosts: readonly string[];
  /** Plain http:// is for tests on this machine. */
  readonly allowsHttp?: boolean;
  readonly timeoutMs: number;
}

/**
 * Downloads a file, and stops at the first byte too many. Messages of errors do not name the address: it is signed, so that
 * whoever has it has the file.
 * @throws RangeError where the file is larger than `maxBytes`
 */
export async function fetchAttachment(
  address: string,
  maxBytes: number,
  { allowedHosts, allowsHttp = false, timeoutMs }: FetchOptions,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isAllowed = url && (url.protocol === 'https:' || (allowsHttp && url.protocol === 'http:'));
  if (!isAllowed || !allowedHosts.includes(url.host)) throw new Error('an attachment lies outside of Discord');
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  let response: Response;
  try {
    response = await fetch(url, { signal: either, redirect: 'error', headers: { 'Accept-Encoding': 'identity' } });
  } catch (error) {
    throw new Error(`an attachment could not be fetched (${error instanceof Error ? error.name : 'unknown'})`);
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`an attachment could not be fetched: status ${response.status}`);
  }
  const claimed = Number(response.headers.get('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    if (claimed > maxBytes) throw new RangeError(`an attachment of ${claimed} bytes: expected at most ${maxBytes}`);
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      length += chunk.byteLength;
      if (length > maxBytes) throw new RangeError(`an attachment of more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    await response.body.cancel().catch(() => {});
    if (error instanceof RangeError) throw error;
    throw new Error(`an attachment broke off after ${length} bytes`);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
