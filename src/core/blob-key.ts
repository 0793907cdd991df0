import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { z } from 'zod';

/** Names stored bytes by their content: `sha256-` and 64 hexadecimal digits. A URL or a platform's file id does not fit. */
export const BlobKey = z
  .string()
  .regex(/^sha256-[0-9a-f]{64}$/)
  .brand<'BlobKey', 'inout'>();
export type BlobKey = z.infer<typeof BlobKey>;

export function blobKeyOf(bytes: Uint8Array): BlobKey {
  return BlobKey.parse(`sha256-${createHash('sha256').update(bytes).digest('hex')}`);
}

/** The first two digits of a digest: every store keeps its files by them. */
export const shelves: readonly string[] = Array.from({ length: 256 }, (_, index) =>
  index.toString(16).padStart(2, '0'),
);

export function digestOf(key: BlobKey): string {
  return BlobKey.parse(key).slice('sha256-'.length);
}

export function shelfOf(key: BlobKey): string {
  return digestOf(key).slice(0, 2);
}

const hashedAtOnceBytes = 1024 * 1024;

/** The same, with pauses for others: some twenty megabytes take as many milliseconds, or more. */
export async function hashBlob(bytes: Uint8Array): Promise<BlobKey> {
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.byteLength; start += hashedAtOnceBytes) {
    if (start > 0) await breathe();
    hash.update(bytes.subarray(start, start + hashedAtOnceBytes));
  }
  return BlobKey.parse(`sha256-${hash.digest('hex')}`);
}
