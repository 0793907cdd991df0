/** @file What the processes of strangers' photos do. Both sides know the types; only those processes import the work. */
import type { PhotoFrame } from '#src/core/files.js';
import type { AssessedPhoto, PhotoAssessment } from '#src/photos/coach/assess-photos.js';
import type { ContactSheet } from '#src/photos/coach/contact-sheet.js';
import type { Fingerprint } from '#src/photos/coach/similarity.js';
import type { PhotoLimits, PhotoProblem } from '#src/photos/photos.js';
import type { Cell } from '#src/photos/sheets/compose-cells.js';
import type { Winner } from '#src/photos/sheets/winners-card.js';
import type { NormalisedPhoto } from './open-photo.js';

interface Given {
  readonly bytes: Uint8Array;
  readonly limits: PhotoLimits;
}

export interface PhotoTasks {
  /** Makes a photo ours. */
  keep: { readonly given: Given & { readonly maxSide: number }; readonly done: NormalisedPhoto };
  /** Judges a photo for a training, and makes it ours where it has to be kept. */
  assess: {
    readonly given: Given & {
      readonly learntSide: number;
      readonly earlier: readonly Fingerprint[];
      readonly maxSide?: number;
    };
    readonly done: AssessedPhoto & { readonly kept?: Uint8Array };
  };
  /** Makes one of our own pictures a photo for a service that takes it as it is only as a file. */
  fit: { readonly given: { readonly bytes: Uint8Array; readonly frame: PhotoFrame }; readonly done: Uint8Array };
  /** What one of our own pictures is recognised by: 64 bits, 16 hexadecimal digits. */
  hash: { readonly given: { readonly bytes: Uint8Array }; readonly done: string };
  drawSheet: { readonly given: readonly PhotoAssessment[]; readonly done: ContactSheet };
  drawNumbered: { readonly given: readonly Cell[]; readonly done: Uint8Array };
  drawWinners: { readonly given: readonly Winner[]; readonly done: Uint8Array };
}

export type PhotoTaskName = keyof PhotoTasks;

export type PhotoRequest = {
  [Name in PhotoTaskName]: { readonly task: Name; readonly given: PhotoTasks[Name]['given'] };
}[PhotoTaskName];

export type PhotoReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly done: PhotoTasks[PhotoTaskName]['done'] }
  | { readonly kind: 'refused'; readonly problem: PhotoProblem }
  | { readonly kind: 'failed'; readonly message: string };
