/** @file What lies in a ZIP archive from a stranger: bounded, without following it anywhere. PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16. */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  /** @throws RangeError where there is more of it than that, or it cannot be unpacked */
  read(maxBytes: number): Promise<Uint8Array>;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const maxCommentBytes = 0xffff;
const maxEntries = 1000;
const encrypted = 1;
const stored = 0;
const deflated = 8;
const inflate = promisify(inflateRaw);

/** @throws RangeError where it is no archive, or one that lies about itself */
export function zipEntries(archive: Uint8Array): ZipEntry[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  if (count > maxEntries) throw new RangeError(`${count} entries, at most ${maxEntries} are read`);
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== entrySignature) throw new RangeError('an entry is not where it should be');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const head = {
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      packedBytes: bytes.readUInt32LE(at + 20),
      start: bytes.readUInt32LE(at + 42),
    };
    const name = bytes.toString('utf8', at + 46, at + 46 + nameBytes!);
    entries.push({ name, read: (maxBytes) => unpack(bytes, head, maxBytes) });
    at += 46 + nameBytes! + extraBytes! + commentBytes!;
  }
  return entries;
}

function endOf(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - endBytes - maxCommentBytes);
  for (let at = bytes.length - endBytes; at >= first; at -= 1) if (bytes.readUInt32LE(at) === endSignature) return at;
  throw new RangeError('no end of an archive');
}

interface EntryHead {
  readonly flags: number;
  readonly method: number;
  readonly packedBytes: number;
  readonly start: number;
}

async function unpack(bytes: Buffer, head: EntryHead, maxBytes: number): Promise<Uint8Array> {
  const { flags, method, packedBytes, start } = head;
  if ((flags & encrypted) !== 0) throw new RangeError('an entry is encrypted');
  if (bytes.readUInt32LE(start) !== localSignature) throw new RangeError('an entry is not where it should be');
  const from = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
  const packed = bytes.subarray(from, from + packedBytes);
  if (packed.length < packedBytes) throw new RangeError('an entry is cut');
  if (method === stored && packed.length <= maxBytes) return packed;
  if (method !== deflated) throw new RangeError('an entry is too large, or packed in another way');
  try {
    return await inflate(packed, { maxOutputLength: maxBytes });
  } catch (error) {
    throw new RangeError('an entry is too large, or damaged', { cause: error });
  }
}
