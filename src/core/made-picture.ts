import type { BlobKey } from './blob-key.js';
import type { JobPet } from './job-pet.js';
import type { Person, Place } from './place.js';

/** A picture that the bot has made, with what its own records tell of it. */
export interface MadePicture {
  /** Whoever asked for it, and where. */
  readonly person: Person;
  readonly place: Place;
  /** When it was asked for; an enlarged one is as old as what it shows. Undefined where nobody knows that any more. */
  readonly madeAt: Date | undefined;
  readonly source: 'drawn' | 'edits';
  readonly picture: BlobKey;
  /** The photo that it was made from, if any. */
  readonly before?: BlobKey | undefined;
  /** It is one that a person has sent, whoever that was. */
  readonly isOfPhoto: boolean;
  readonly isSpoiler: boolean;
  /** As it was asked for, in the person's own words. */
  readonly words: string;
  /** What it shows, with kinds of animals where pets were named. */
  readonly alt: string;
  readonly seed?: number | undefined;
  readonly pets: readonly JobPet[];
}

/** `count`: there are several, and nobody has said which. */
export type FoundPicture =
  | { readonly kind: 'one'; readonly made: MadePicture }
  | { readonly kind: 'several'; readonly count: number; readonly person: Person }
  | { readonly kind: 'none' };
