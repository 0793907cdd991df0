import { createHash } from 'node:crypto';
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

/** All keys in a text, e.g. in JSON. */
export function findBlobKeys(text: string): BlobKey[] {
  return (text.match(/sha256-[0-9a-f]{64}/g) ?? []).map((key) => BlobKey.parse(key));
}
