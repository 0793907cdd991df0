import type { BlobKey } from '#src/core/blob-key.js';
import type { Text } from '#src/core/locale.js';

/** A photo before a training, as the photo coach saw it. */
export interface JudgedPhoto {
  /** Place on the contact sheet, from 1. */
  readonly number: number;
  /** None where the file cannot be used at all. */
  readonly blob?: BlobKey;
  readonly doubts: readonly Doubt[];
}

export interface JudgedPhotos {
  readonly photos: readonly JudgedPhoto[];
  readonly set: readonly SetDoubt[];
  /** A picture of all photos with their numbers. None where there is nothing to say. */
  readonly sheet?: BlobKey;
  /** One of them looks explicit: what comes of them is covered. */
  readonly isSpoiler?: true;
}

/** Why a photo might teach the wrong thing. Indices count from 0 in the order given. */
export type Doubt =
  /** Cannot be decoded or must not be; there is no using it anyway. */
  | { readonly kind: 'unusable'; readonly problem: Text }
  /** Out of focus (or smeared everywhere for another reason), or smeared in one direction. */
  | { readonly kind: 'blurred'; readonly cause: 'focus' | 'movement' }
  | { readonly kind: 'small'; readonly width: number; readonly height: number; readonly wantedSide: number }
  | { readonly kind: 'nearDuplicateOf'; readonly index: number }
  | { readonly kind: 'dark' }
  | { readonly kind: 'washedOut' }
  /** The file says that the camera was turned, in a way that cannot be applied. */
  | { readonly kind: 'rotated' };

export type DoubtKind = Doubt['kind'];

/** What is wrong with the photos together. `different` leaves near duplicates and unusable files out. */
export type SetDoubt =
  | { readonly kind: 'tooFew'; readonly given: number; readonly different: number; readonly min: number }
  | { readonly kind: 'tooMany'; readonly given: number; readonly max: number };
