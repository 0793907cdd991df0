import type { BlobKey } from '#src/core/blob-key.js';

/** An option as it was given; of a photo, where it is stored. */
export type KeptOption = string | number | boolean | readonly KeptImage[];

interface KeptImage {
  readonly name: string;
  readonly blob: BlobKey;
  /** Whoever sent it had covered it. */
  readonly isSpoiler?: true;
}

/** A command that waits until the person has said which of several things is meant. */
export interface PetQuestion {
  readonly id: string;
  readonly command: string;
  readonly options: Readonly<Record<string, KeptOption>>;
  /** In the order in which they are offered: options that say what is meant. */
  readonly answers: readonly Readonly<Record<string, string | number | boolean>>[];
}
