/**
 * @file Reads and writes safetensors: a little-endian u64 header length, a JSON header, raw row-major tensors.
 * Reference: huggingface/safetensors README ("Format").
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from './half-precision.js';
import { writeAtomically } from './write-atomically.js';

/** Bytes per element of each element type that the format knows. */
const ELEMENT_BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;

export type SafetensorsDtype = keyof typeof ELEMENT_BYTES;

export interface SafetensorsEntry {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Absolute offset in the file. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** A tensor to write; values are rounded to `dtype` (default F32). */
export interface SafetensorsTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly dtype?: 'F32' | 'F16';
}

export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes are not a well-formed safetensors file. */
export class SafetensorsError extends Error {
  constructor(path: string, reason: string) {
    super(`${path}: not a valid safetensors file: ${reason}`);
    this.name = 'SafetensorsError';
  }
}

const MAX_HEADER_BYTES = 100_000_000; // the limit of the reference implementation
const LENGTH_BYTES = 8;

interface Header {
  readonly entries: Map<string, SafetensorsEntry>;
  readonly metadata: Record<string, string>;
}

/** @returns the header's length in bytes, checked against the limit and the file */
function headerLength(path: string, prefix: Uint8Array, fileBytes: number): number {
  if (fileBytes < LENGTH_BYTES) throw new SafetensorsError(path, `${fileBytes} bytes are too few for a header length`);
  const length = new DataView(prefix.buffer, prefix.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new SafetensorsError(path, `header of ${length} bytes exceeds the limit of ${MAX_HEADER_BYTES}`);
  }
  if (length > BigInt(fileBytes - LENGTH_BYTES)) {
    throw new SafetensorsError(path, `header of ${length} bytes exceeds the file of ${fileBytes} bytes`);
  }
  return Number(length);
}

function parseHeader(path: string, json: Uint8Array, fileBytes: number): Header {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw new SafetensorsError(path, 'header is not UTF-8 JSON');
  }
  if (!isRecord(parsed)) throw new SafetensorsError(path, 'header is not a JSON object');

  const dataStart = LENGTH_BYTES + json.length;
  const entries = new Map<string, SafetensorsEntry>();
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '__metadata__') Object.assign(metadata, parseMetadata(path, value));
    else entries.set(name, parseEntry(path, name, value, dataStart));
  }

  // Tensors must tile the data: neither overlaps nor holes in which something could hide.
  let end = dataStart;
  for (const [name, entry] of [...entries].sort(
    ([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength,
  )) {
    if (entry.byteOffset !== end) {
      throw new SafetensorsError(path, `tensor ${name} starts at byte ${entry.byteOffset}, expected ${end}`);
    }
    end += entry.byteLength;
  }
  if (end !== fileBytes) throw new SafetensorsError(path, `tensors end at byte ${end}, the file at ${fileBytes}`);
  return { entries, metadata };
}

function parseMetadata(path: string, value: unknown): Record<string, string> {
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw new SafetensorsError(path, '__metadata__ is not a map of strings');
  }
  return value as Record<string, string>;
}

function parseEntry(path: string, name: string, value: unknown, dataStart: number): SafetensorsEntry {
  if (!isRecord(value)) throw new SafetensorsError(path, `tensor ${name} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype)) {
    throw new SafetensorsError(path, `tensor ${name} has unknown dtype ${JSON.stringify(dtype)}`);
  }
  if (!isSizeList(shape)) throw new SafetensorsError(path, `tensor ${name} has shape ${JSON.stringify(shape)}`);
  if (!isSizeList(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw new SafetensorsError(path, `tensor ${name} has data_offsets ${JSON.stringify(offsets)}`);
  }
  const known = dtype as SafetensorsDtype;
  const expectedBytes = shape.reduce((product, size) => product * size, ELEMENT_BYTES[known]);
  const byteLength = offsets[1]! - offsets[0]!;
  if (byteLength !== expectedBytes) {
    throw new SafetensorsError(path, `tensor ${name} takes ${byteLength} bytes, its shape and dtype ${expectedBytes}`);
  }
  return { dtype: known, shape, byteOffset: dataStart + offsets[0]!, byteLength };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizeList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function toFloat32(path: string, name: string, dtype: SafetensorsDtype, bytes: Uint8Array): Float32Array {
  // A copy at offset 0 gives the alignment that typed arrays want; `slice` of a Node Buffer would not copy.
  const { buffer } = new Uint8Array(bytes);
  if (dtype === 'F32') return new Float32Array(buffer);
  if (dtype === 'F16') return float16ToFloat32(new Uint16Array(buffer));
  if (dtype === 'BF16') return bfloat16ToFloat32(new Uint16Array(buffer));
  if (dtype === 'F64') return Float32Array.from(new Float64Array(buffer));
  if (dtype === 'I64') return Float32Array.from(new BigInt64Array(buffer), Number); // kohya's alpha, as diffusers writes it
  throw new SafetensorsError(path, `tensor ${name} has dtype ${dtype}, expected a float of 16, 32 or 64 bits, or I64`);
}

const SAMPLE_BYTES = 64 * 1024;
const SAMPLE_COUNT = 64;

export const GIT_LFS_ADVICE = 'is a Git LFS pointer, not the file itself; run `git lfs pull` in its folder';

/** Whether a file is the note that Git LFS leaves in place of a large one: as the length of a header it would be absurd. */
export function isGitLfsPointer(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, LENGTH_BYTES)) === 'version ';
}

/** An open checkpoint file: its header in memory, its tensors on disk. */
export class SafetensorsFile {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly byteLength: number;
  readonly modifiedAtMs: number;

  private constructor(path: string, header: Header, byteLength: number, modifiedAtMs: number) {
    this.path = path;
    this.entries = header.entries;
    this.metadata = header.metadata;
    this.byteLength = byteLength;
    this.modifiedAtMs = modifiedAtMs;
  }

  /** Reads and checks the header. @throws SafetensorsError where the file is malformed */
  static async open(path: string): Promise<SafetensorsFile> {
    const handle = await open(path, 'r');
    try {
      const { size, mtimeMs } = await handle.stat();
      const prefix = await readBytes(handle, path, 0, Math.min(LENGTH_BYTES, size));
      if (isGitLfsPointer(prefix)) throw new SafetensorsError(path, GIT_LFS_ADVICE);
      const json = await readBytes(handle, path, LENGTH_BYTES, headerLength(path, prefix, size));
      return new SafetensorsFile(path, parseHeader(path, json, size), size, mtimeMs);
    } finally {
      await handle.close();
    }
  }

  /**
   * Tells files apart by content wherever they lie: their header, and up to 4 MiB of samples spread over all bytes.
   * Enough for weights, since training changes every tensor; not against somebody who forges them.
   */
  async fingerprint(): Promise<string> {
    const hash = createHash('sha256').update(JSON.stringify([this.byteLength, [...this.entries]]));
    const stride = Math.max(SAMPLE_BYTES, Math.floor(this.byteLength / SAMPLE_COUNT));
    const handle = await open(this.path, 'r');
    try {
      for (let offset = 0; offset < this.byteLength; offset += stride) {
        hash.update(await readBytes(handle, this.path, offset, Math.min(SAMPLE_BYTES, this.byteLength - offset)));
      }
    } finally {
      await handle.close();
    }
    return hash.digest('hex');
  }

  /** @returns the values of one tensor, widened to float32 */
  async readFloat32(name: string): Promise<Float32Array> {
    const entry = this.entries.get(name);
    if (!entry) throw new SafetensorsError(this.path, `no tensor ${name}`);
    const handle = await open(this.path, 'r');
    try {
      const bytes = await readBytes(handle, this.path, entry.byteOffset, entry.byteLength);
      return toFloat32(this.path, name, entry.dtype, bytes);
    } finally {
      await handle.close();
    }
  }
}

async function readBytes(handle: FileHandle, path: string, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const maxBytesPerRead = 2 ** 30;
  for (let done = 0; done < length; ) {
    const chunk = Math.min(length - done, maxBytesPerRead);
    const { bytesRead } = await handle.read(bytes, done, chunk, offset + done);
    if (bytesRead === 0) throw new SafetensorsError(path, `ends at byte ${offset + done}, expected ${offset + length}`);
    done += bytesRead;
  }
  return bytes;
}

/** @returns the bytes of a file with these tensors; equal input gives equal bytes */
export function encodeSafetensors(
  tensors: Readonly<Record<string, SafetensorsTensor>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  // Wider elements first keeps every tensor aligned to its own size.
  const ordered = Object.entries(tensors).sort(([, a], [, b]) => elementBytes(b) - elementBytes(a));
  let end = 0;
  for (const [name, tensor] of ordered) {
    const size = tensor.shape.reduce((product, length) => product * length, 1);
    if (size !== tensor.data.length) {
      throw new Error(
        `encodeSafetensors: ${name} has ${tensor.data.length} values, its shape [${tensor.shape}] ${size}`,
      );
    }
    const start = end;
    end += size * elementBytes(tensor);
    header[name] = { dtype: tensor.dtype ?? 'F32', shape: tensor.shape, data_offsets: [start, end] };
  }
  const values = ordered.map(([, { dtype, data }]) => (dtype === 'F16' ? float32ToFloat16(data) : data));
  return joinFile(
    header,
    values.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
}

function joinFile(header: Readonly<Record<string, unknown>>, data: readonly Uint8Array[]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const paddedLength = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  const dataLength = data.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const bytes = new Uint8Array(LENGTH_BYTES + paddedLength + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(paddedLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + paddedLength);
  bytes.set(json, LENGTH_BYTES);
  let offset = LENGTH_BYTES + paddedLength;
  for (const part of data) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}

function elementBytes(tensor: SafetensorsTensor): number {
  return ELEMENT_BYTES[tensor.dtype ?? 'F32'];
}

/** What a file says about itself, without a look at its tensors. @throws SafetensorsError where its header is malformed */
export function readSafetensorsMetadata(bytes: Uint8Array, source = 'safetensors'): SafetensorsContent['metadata'] {
  const length = headerLength(source, bytes, bytes.length);
  return parseHeader(source, bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), bytes.length).metadata;
}

/** The same tensors with more said about them; what the file says itself stays. @throws SafetensorsError where its header is malformed */
export function addSafetensorsMetadata(bytes: Uint8Array, more: Readonly<Record<string, string>>): Uint8Array {
  const source = 'safetensors';
  const dataStart = LENGTH_BYTES + headerLength(source, bytes, bytes.length);
  const json = bytes.subarray(LENGTH_BYTES, dataStart);
  const { metadata } = parseHeader(source, json, bytes.length);
  const { __metadata__: _, ...tensors } = JSON.parse(new TextDecoder().decode(json));
  return joinFile({ __metadata__: { ...more, ...metadata }, ...tensors }, [bytes.subarray(dataStart)]);
}

/** @param source name for messages @throws SafetensorsError where the bytes are malformed or a tensor is not a float */
export function decodeSafetensors(bytes: Uint8Array, source = 'safetensors'): SafetensorsContent {
  const length = headerLength(source, bytes, bytes.length);
  const header = parseHeader(source, bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), bytes.length);
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, entry] of header.entries) {
    const raw = bytes.subarray(entry.byteOffset, entry.byteOffset + entry.byteLength);
    tensors.set(name, { shape: entry.shape, data: toFloat32(source, name, entry.dtype, raw) });
  }
  return { tensors, metadata: header.metadata };
}

/** A reader sees the old file or the new one, never a part. */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, SafetensorsTensor>>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await writeAtomically(path, encodeSafetensors(tensors, metadata));
}
