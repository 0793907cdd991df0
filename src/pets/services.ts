import type { BlobKey } from '#src/core/blob-key.js';
import type { JobPet } from '#src/core/job-pet.js';
import type { Pet, ShareScope } from './pet.js';

/** The invoking person's pets. */
export interface PetsService {
  list(): Promise<readonly Pet[]>;
  /** Their own, and what others share with them, with this channel or with this server. */
  available(): Promise<readonly Pet[]>;
  /** Among their own. Names compare without regard to case. */
  find(name: string): Promise<Pet | undefined>;
  /** @throws UserError `petGone` or `petUnshared` */
  assertMayDraw(pet: JobPet): Promise<void>;
  /** Among all that are available: `Biscuit`, `Biscuit (Anna)` for Anna's, or `#` and an id. @throws PetAmbiguousError */
  findAvailable(name: string): Promise<Pet | undefined>;
  /** Lets everybody of this channel or server draw it. @throws UserError `shareNoServer`, or what the rules here forbid */
  share(pet: Pet, scope: Exclude<ShareScope, 'person'>): Promise<void>;
  /** @returns a code by which one other person may draw it */
  invite(pet: Pet): Promise<string>;
  /** Takes up such a code, once. @throws UserError `shareCodeUnknown` */
  accept(code: string): Promise<Pet>;
  /** @returns how many places and people it was shared with */
  unshare(id: string): Promise<number>;
  remove(id: string): Promise<boolean>;
  /** The file of one of their own. @throws UserError `petGone` */
  fileOf(id: string): Promise<BlobKey>;
  /** @throws UserError `petExists` where the person has another pet of that name */
  rename(id: string, name: string): Promise<void>;
  readonly maxCount: number;
}

/** Kinds of animal in the person's words. */
export interface KindsService {
  /** `dog` → `Hund`; a kind without a translation stands for itself. */
  nameOf(className: string): string;
  /** `Hund` → `dog`; an English word that could be a kind of animal stands for itself. */
  classNameOf(word: string): string | undefined;
  /** Whether the word names a kind of animal in a language that the bot speaks. */
  isKind(word: string): boolean;
}
