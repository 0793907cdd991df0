import type { BlobKey } from '#src/core/blob-key.js';
import { normalised } from '#src/core/clean-words.js';

export interface Pet {
  /** Whose it is, where it is somebody else's. */
  readonly sharedBy?: string;
  readonly id: string;
  readonly name: string;
  readonly className: string;
  readonly previews: readonly BlobKey[];
  /** It was learnt from photos that were covered. */
  readonly isSpoiler?: true;
  readonly photoCount: number;
  readonly createdAt: Date;
}

/** How a pet is told from others of its name. */
export function petLabel({ name, sharedBy }: Pick<Pet, 'name' | 'sharedBy'>): string {
  return sharedBy === undefined ? name : `${name} (${sharedBy})`;
}

/** How names are compared: without case, without surplus spaces. */
export function petNameKey(name: string): string {
  return normalised(name, 'NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

export const shareScopes = ['channel', 'server', 'person'] as const;

export type ShareScope = (typeof shareScopes)[number];
