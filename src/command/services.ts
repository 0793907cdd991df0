/** What a command may use: services bound to the person who calls it. */

import type { BlobKey } from '#src/core/blob-key.js';
import type { IncomingImage, OfferedFile } from '#src/core/files.js';
import type { JobPet } from '#src/core/job-pet.js';
import type { Text } from '#src/core/locale.js';
import type { Person } from '#src/core/place.js';
import type { EditCaption } from '#src/editing/edit-job.js';
import type { DataOf, InputOf, JobName, ResultOf } from '#src/jobs/index.js';
import type { Rules } from '#src/moderation/rights.js';
import type { Doubt, SetDoubt } from '#src/photos/coach/doubts.js';

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

export interface QueuedJob {
  readonly id: string;
  /** 1: next or already at work. */
  readonly position: number;
  /** Until it is done, from how long such jobs took; absent where none was measured yet. */
  readonly etaMs?: number;
}

/** `gone`: there was no such job any more. `outOfReach`: the bot forgot it, and may not touch the message in the chat. */
export type Removal = 'removed' | 'gone' | 'outOfReach';

export interface UnfinishedJob extends QueuedJob {
  readonly name: JobName;
  /** What it is about, for a list: the pet's name or the prompt as written. */
  readonly title: string;
}

export interface EarlierJob<Name extends JobName> {
  readonly id: string;
  readonly data: DataOf<Name>;
  readonly title: string;
  readonly person: Person;
  /** Somebody else asked for it. */
  readonly isOthers?: true;
  /** Once it has ended well. */
  readonly result?: ResultOf<Name>;
  /** A moderator has seen that nothing is wrong with its pictures. */
  readonly isUncovered: boolean;
}

/** The invoking person's jobs. */
export interface JobsService {
  /**
   * Queues work once per invocation: the platform's event id makes the job id, so that a redelivered event queues nothing new.
   * Throws where it cannot, e.g. UserError `queueFullForYou`.
   * @param job.title as the person would name it, in lists and captions
   */
  enqueue<Name extends JobName>(job: {
    readonly name: Name;
    readonly data: InputOf<Name>;
    readonly title: string;
  }): Promise<QueuedJob>;
  unfinished(): Promise<readonly UnfinishedJob[]>;
  /** What this very invocation queued, when its event is delivered again. Throws where that was answered too. */
  queuedBefore<Name extends JobName>(
    name: Name,
  ): Promise<(QueuedJob & { readonly data: DataOf<Name>; readonly title: string }) | undefined>;
  /** Before anything is kept for a job. Throws what `enqueue` would where there is no room for one more, or no leave. */
  assertRoom(name: JobName): Promise<void>;
  /**
   * A job of this person, finished or not: the newest of this community, or of private chats, where no id is given. Moderators find those of everybody in their community.
   * @throws UserError `jobNotYours`, `jobUnknown` where it is of another community, or `jobElsewhere` where it may not be shown here
   */
  find<Name extends JobName>(name: Name, id: string | undefined): Promise<EarlierJob<Name> | undefined>;
  /**
   * A job of anybody whose result was posted in this very channel, for making something new of it.
   * @throws UserError what `find` would where it is somebody else's from elsewhere
   */
  findHere<Name extends JobName>(name: Name, id: string): Promise<EarlierJob<Name> | undefined>;
  /** What the newest finished edit of a picture in this channel took the picture to show. */
  captionOf(picture: BlobKey): Promise<EditCaption | undefined>;
  /**
   * Takes the message of a finished job away, and what nothing else needs of its pictures.
   * @throws UserError `jobNotYours`, under the same rule as `find`
   */
  remove(id: string): Promise<Removal>;
  /** Takes only the message away whose button was pressed, which shows a part of that job's result. Otherwise as `remove`. */
  removeCopy(id: string): Promise<Removal>;
  /**
   * @returns how many were cancelled: one, or all unfinished ones of this person where no id is given
   * @throws UserError `jobNotYours`, under the same rule as `find`
   */
  cancel(id?: string): Promise<number>;
}

export const shareScopes = ['channel', 'server', 'person'] as const;
export type ShareScope = (typeof shareScopes)[number];

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

/** Judges photos before any training time is spent on them. */
export interface CoachService {
  /**
   * Takes photos from the platform into the store (checked, turned upright, stripped of metadata, re-encoded) and judges each.
   * @param earlier photos that were judged before and found good; they come first
   * @throws UserError where so many cannot be read that fewer than `min` are left
   */
  judge(
    images: readonly IncomingImage[],
    earlier: readonly BlobKey[],
    limits: { readonly min: number; readonly max: number },
  ): Promise<JudgedPhotos>;
  /** A sentence for each doubt. */
  sentencesOf(judged: JudgedPhotos): readonly Text[];
}

/** A training that waits until the person has said what to do about doubtful photos. */
export interface TrainingDraft extends JudgedPhotos {
  readonly id: string;
  readonly petName: string;
  readonly className: string;
  /** The doubtful photos are gone, others are to come in their place. */
  readonly isReplacing: boolean;
  /** A photo of it was covered. */
  readonly isSpoiler?: true;
}

/** The invoking person's drafts; they are forgotten after a day. */
export interface DraftsService {
  /** @throws UserError where it is over, or somebody else's */
  get(id: string): Promise<TrainingDraft>;
  /** The one of this invocation, when its event is delivered again. */
  savedBefore(): Promise<TrainingDraft | undefined>;
  /** The one whose doubtful photos are being replaced. */
  findReplacing(petName: string): Promise<TrainingDraft | undefined>;
  /** Replaces an earlier draft for the same name. */
  save(draft: Omit<TrainingDraft, 'id' | 'isReplacing'>): Promise<TrainingDraft>;
  /** Forgets the doubtful photos and keeps the others for the next training of that name. */
  replaceDoubtful(draft: TrainingDraft): Promise<TrainingDraft>;
  /** The photos belong to a training now. */
  finish(draft: TrainingDraft): Promise<void>;
  /** Forgets everything at once, but for what is needed elsewhere. */
  forget(draft: TrainingDraft): Promise<void>;
}

/** Everything that is kept about the invoking person. */
export interface MyDataService {
  /**
   * @returns archives, each small enough for every platform; kept for a day where they are not handed over
   * @throws UserError `quotaReached`
   */
  export(): Promise<readonly OfferedFile[]>;
  /** Removes those of these files that are archives of an export: the person has them now. */
  handedOver(files: readonly BlobKey[]): Promise<void>;
  /** Stops their jobs and deletes everything. */
  delete(): Promise<void>;
}

/** Results of anybody in the community of a place. */
export interface ResultsService {
  /** For moderators. @throws UserError `jobUnknown` where it is of another community, `staysCovered` where it might not be drawn any more */
  uncover(job: string): Promise<void>;
  /**
   * Notes it for the moderators, and tells some of them in private.
   * @returns `noted` where none of them could be told, `before` where this person has reported it already
   * @throws UserError `jobUnknown` where it is of another community, `reportsTooMany`
   */
  report(job: string): Promise<'told' | 'noted' | 'before'>;
}

/** Rules of the community where the command was called, for its moderators. */
export interface AdminService {
  rules(): Promise<Rules>;
  /** @param note what is written into the audit trail: the line as called, and whom it is about */
  change(note: { readonly line: string; readonly about?: Person }, change: (rules: Rules) => Rules): Promise<void>;
  /** Stops what somebody has waiting or at work in this community. @returns how many */
  stopJobsOf(person: Person): Promise<number>;
  /** The newest entries of the audit trail, newest first. */
  audit(): Promise<readonly { readonly at: Date; readonly moderator: string; readonly text: Text }[]>;
}

export interface KeptPhoto {
  readonly blob: BlobKey;
  /** Whether it had more pixels than are kept. */
  readonly isReduced: boolean;
  /** It looks explicit: what comes of it is covered. */
  readonly isSpoiler?: true;
}

/** Takes a file into the store. */
export interface FilesService {
  /** @throws UserError where it is too large or cannot be fetched */
  keep(file: IncomingImage): Promise<BlobKey>;
  /** Checked, turned upright, stripped of metadata and re-encoded. @throws UserError where it cannot be used */
  keepPhoto(photo: IncomingImage): Promise<KeptPhoto>;
  /** Whether it is still in the store. */
  has(blob: BlobKey): Promise<boolean>;
}

/** A word that the checkpoint has never met. */
export interface UnknownWord {
  readonly word: string;
  /** What it has in its place. */
  readonly nearest?: string;
}

/** Words as the checkpoint reads them. */
export interface ReadWords {
  /** In English, without those that it has never met. */
  readonly words: string;
  readonly unknown: readonly UnknownWord[];
  /** Whether anything is left that can be drawn. */
  readonly isAnythingKnown: boolean;
}

/** The words that the checkpoint knows. */
export interface WordsService {
  /** In groups, those that say nothing by themselves last; undefined where it reads any words. */
  readonly known: readonly (readonly string[])[] | undefined;
  /** @param as a whole picture, something that is in one, or something that is added to one */
  read(words: string, as?: 'description' | 'noun' | 'addition'): ReadWords;
}

/** What the person has chosen for themselves. */
export interface SettingsService {
  /** The code of a locale; undefined: as the platform says. */
  language(): Promise<string | undefined>;
  /** Holds from the answer to this command on. */
  setLanguage(language: string | undefined): Promise<void>;
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
