import type { IncomingMessage } from 'node:http';
import { ApiError, tooLarge } from './api-error.js';

export interface UploadedFile {
  readonly index: number;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface ReadBody {
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

/** Discord takes at most this much in one request. */
const maxRequestBytes = 25 * 1024 * 1024;

/** JSON, or multipart with a `payload_json` part and `files[n]`. */
export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.byteLength > maxRequestBytes) throw tooLarge();
  if (bytes.byteLength === 0) return { json: undefined, files: [] };
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.startsWith('application/json')) return { json: parseJson(bytes.toString('utf8')), files: [] };
  if (!contentType.startsWith('multipart/form-data'))
    throw new ApiError(400, 50035, `Expected JSON or multipart, got '${contentType}'`);
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  const files: UploadedFile[] = [];
  let json: unknown = {};
  for (const [name, value] of form) {
    const index = /^files\[(\d)\]$/.exec(name)?.[1];
    if (typeof value === 'string') {
      if (name !== 'payload_json') throw new ApiError(400, 50035, `Unknown part '${name}'`);
      json = parseJson(value);
    } else if (index === undefined) {
      throw new ApiError(400, 50035, `Unknown file part '${name}'`);
    } else {
      files.push({
        index: Number(index),
        name: value.name,
        contentType: value.type,
        bytes: new Uint8Array(await value.arrayBuffer()),
      });
    }
  }
  return { json, files };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 50109, 'The request body contains invalid JSON.');
  }
}
