import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ApiError, badRequest } from './api-error.js';
import { type MethodName, methods, UploadedFile } from './bot-api-methods.js';

const maxRequestBytes = 60 * 1024 * 1024;

/** The parameters of a request as values: JSON, or a form whose fields are JSON where a method does not want text. */
export async function readParameters(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (body.byteLength === 0) return {};
  if (type.startsWith('application/json')) return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  if (!type.startsWith('multipart/form-data')) throw badRequest(`unsupported content type ${type}`);
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const fields: Record<string, unknown> = {};
  const files = new Map<string, UploadedFile>();
  for (const [name, value] of form) {
    if (typeof value === 'string') fields[name] = value;
    else files.set(name, new UploadedFile(value.name, new Uint8Array(await value.arrayBuffer())));
  }
  // The client puts the method's name among the fields.
  delete fields.method;
  const used = new Set<string>();
  const attach = (value: unknown): unknown => {
    const name = typeof value === 'string' && /^attach:\/\/(.+)$/.exec(value)?.[1];
    if (!name) return value;
    const file = files.get(name);
    if (!file) throw badRequest(`can't parse InputMedia: file attached as ${name} not found`);
    used.add(name);
    return file;
  };
  const parameters = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? attachIn(fromForm(name, value), attach) : value,
    ]),
  );
  for (const [name, file] of files) if (!used.has(name)) parameters[name] = file;
  return parameters;
}

/** @throws ApiError with the first thing that Telegram would not take */
export function validate(name: string, parameters: Record<string, unknown>): { name: MethodName; payload: unknown } {
  if (!Object.hasOwn(methods, name)) throw new ApiError(404, 'Not Found: method not found');
  const parsed = methods[name as MethodName].safeParse(parameters);
  if (!parsed.success)
    throw badRequest(`${name}: ${z.prettifyError(parsed.error)} in ${JSON.stringify(parameters).slice(0, 300)}`);
  return { name: name as MethodName, payload: parsed.data };
}

const textFields = new Set(['text', 'caption', 'url', 'secret_token', 'callback_query_id', 'file_id', 'language_code']);

function fromForm(name: string, value: string): unknown {
  if (textFields.has(name)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function attachIn(value: unknown, attach: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => attachIn(item, attach));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, attachIn(inner, attach)]));
  }
  return attach(value);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).byteLength;
    if (length > maxRequestBytes) throw new ApiError(413, 'Request Entity Too Large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
