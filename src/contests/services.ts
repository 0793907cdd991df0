import type { BlobKey } from '#src/core/blob-key.js';
import type { OfferedFile } from '#src/core/files.js';
import type { Text } from '#src/core/locale.js';
import type { Person, Place } from '#src/core/place.js';
import type { Picture } from '#src/core/reply.js';
import type { Ballot, BallotEntry } from './ballot.js';
import type { NumberedMark } from './ballot-box.js';
import type { BallotFlag } from './ballot-flags.js';
import type { Contest, ContestEntry, Guest } from './contest.js';
import type { RuleName } from './rule-settings.js';
import type { SeriesPeriod } from './series-periods.js';
import type { TypedPhases } from './typed-phases.js';

export type { Ballot, BallotEntry, BallotPair } from './ballot.js';
export type { BallotFlag } from './ballot-flags.js';
export type { Contest, ContestEntry, EntryState, Guest } from './contest.js';
export { isRuleName } from './rule-settings.js';
export { seriesPeriods } from './series-periods.js';
export { methods as methodNames } from './tally/ballots.js';

/** Of an entry, in characters. */
export const maxEntryTitleLength = 60;

/** What somebody wants to enter: a picture of ours, or a photo that is in the store. */
export type EnteredPicture =
  | { readonly kind: 'made'; readonly job: string; readonly number: number | undefined }
  | { readonly kind: 'photo'; readonly blob: BlobKey; readonly isSpoiler?: boolean; readonly words: string };

/** What an author is asked before an entry counts. */
export interface EntryQuestion {
  readonly contest: Contest;
  /** Not entered yet. */
  readonly entry: ContestEntry;
  /** Where it will be seen. */
  readonly places: readonly Text[];
  /** It began with a photo that may be somebody else's. */
  readonly needsPhotoRight: boolean;
  /** Somebody looks at it before it counts. */
  readonly isReviewed: boolean;
  /** One of these has to go first, as one person may enter no more. */
  readonly insteadOf: readonly ContestEntry[];
}

export interface OwnEntry {
  readonly contest: Contest;
  readonly entry: ContestEntry;
}

/** What one needs a contest for. */
export type ContestPurpose = 'enter' | 'vote' | 'show' | 'results' | 'review' | 'correct';

/** Contests that are seen where the command is called, and the invoking person's entries in all of them. */
export interface EntriesService {
  /** Whether 🏆 belongs below a picture of this person's that is posted here. */
  isTakingEntries(): Promise<boolean>;
  /** Whether a picture of this job takes part in a contest, which keeps it. */
  isEntered(job: string): Promise<boolean>;
  /**
   * @param typed id or title; undefined: the one that runs here
   * @throws QuestionError where there are several; UserError where there is none
   */
  choose(typed: string | undefined, purpose: ContestPurpose): Promise<Contest>;
  /** Before a photo is read. @throws UserError which says why none would be taken */
  assertTakesPhotos(contest: Contest): Promise<void>;
  /** @throws QuestionError where there are several pictures; UserError which says why it may not be entered */
  ask(contest: Contest, picture: EnteredPicture, title: string | undefined): Promise<EntryQuestion>;
  /** The same question, for the place of an entry that is there. @throws UserError */
  askInsteadOf(asked: string, entry: string): Promise<EntryQuestion>;
  /** @param hasPhotoRight says that they may use the photo. @throws UserError which says why it does not take part */
  agree(asked: string, hasPhotoRight: boolean): Promise<OwnEntry>;
  decline(asked: string): Promise<void>;
  /** The newest last. */
  mine(): Promise<readonly OwnEntry[]>;
  /** @throws UserError `entryUnknown` */
  withdraw(entry: string): Promise<OwnEntry>;
  /** Everywhere that a contest is. */
  placesOf(contest: Contest): Promise<readonly Place[]>;
  /** Of a published contest, by rank, with who has made them. */
  resultOf(contest: Contest): Promise<readonly { readonly rank: number; readonly entry: ContestEntry | undefined }[]>;
}

export const linkChanges = ['renew', 'revoke'] as const;

/** What leaves a contest by a moderator of the community that decides, who asks for it. Each is noted for the others. */
export interface HandoutsService {
  /** The address of its page, after that change. @returns undefined where it has none. @throws UserError where there are no pages */
  link(contest: Contest, change: (typeof linkChanges)[number] | undefined): Promise<string | undefined>;
  /** @throws UserError `quotaReached` */
  export(contest: Contest): Promise<{
    readonly files: readonly OfferedFile[];
    /** Some pictures had no room. */
    readonly isPartial: boolean;
  }>;
}

/** `over`: nothing is taken any more. */
export type OpenedBallot =
  | { readonly kind: 'open'; readonly ballot: Ballot }
  | { readonly kind: 'over'; readonly contest: Contest };

/** A pair that the voter was shown, by its index, and which side is the better one. */
export interface PairMark {
  readonly kind: 'pair';
  readonly index: number;
  readonly side: 'left' | 'right' | 'equal';
}

/** The invoking person's own ballots. Each call looks anew whether they may vote, by the moment of their press. */
export interface BallotsService {
  /** @throws UserError which says why there is no ballot for this person, or not now */
  open(contest: string): Promise<OpenedBallot>;
  /** Saves one mark; the same press again changes nothing. @throws UserError; then the ballot is as it was */
  cast(contest: string, mark: Exclude<NumberedMark, { readonly kind: 'duel' }> | PairMark): Promise<OpenedBallot>;
  /** Whether there are pages on which one may vote, too. */
  readonly hasPages: boolean;
  /** Of the same ballot on a page, for this person alone. @throws UserError as `open`; @returns undefined where there is none */
  pageLink(contest: string): Promise<string | undefined>;
  /** Some entries of a ballot in one picture, with their numbers. */
  sheet(
    ballot: Ballot,
    entries: readonly BallotEntry[],
  ): Promise<{ readonly picture: Picture | undefined; readonly isSpoiler: boolean }>;
}

/** What a moderator types of a contest. */
export interface TypedContest extends TypedPhases {
  readonly title?: string | undefined;
  readonly theme?: string | undefined;
  readonly zone?: string | undefined;
  readonly method?: Contest['rules']['method'] | undefined;
  readonly role?: Contest['rules']['role'];
}

export interface ContestStats {
  readonly contest: Contest;
  readonly accepted: number;
  readonly pending: number;
  /** Whoever has marked anything. */
  readonly voters: number;
}

/** Contests of the community where a moderator asks. `id` absent: the only one there that it can be done to. */
export interface HostingService {
  /** @throws UserError `contestUnknown`, `contestNone`, `contestsSeveral` */
  find(id: string | undefined): Promise<Contest>;
  /** Also one that is over: the newest, where none is named. */
  findAny(id: string | undefined): Promise<Contest>;
  /** The same event makes one draft. @throws UserError */
  create(typed: TypedContest & { readonly title: string }): Promise<Contest>;
  /** @throws UserError where it is fixed by now */
  edit(id: string | undefined, typed: TypedContest): Promise<Contest>;
  /** By a button. @throws UserError */
  setRule(id: string, rule: RuleName, value: string): Promise<Contest>;
  start(id: string | undefined): Promise<Contest>;
  /** @param until an instant, or how much longer */
  extend(id: string | undefined, until: string): Promise<Contest>;
  /** Which one `end` would end. */
  toEnd(id: string | undefined): Promise<Contest>;
  /** The running phase ends now. */
  end(id: string): Promise<Contest>;
  cancel(id: string | undefined, reason: string | undefined): Promise<Contest>;
  /** @param until when voting ends then, where it was over */
  reopen(id: string | undefined, until: string | undefined): Promise<Contest>;
  publish(id: string | undefined): Promise<Contest>;
  /** Whoever wins gets this role; undefined: none. @throws UserError where there are no roles, or somebody has entered */
  setPrize(id: string | undefined, role: Contest['rules']['prize']): Promise<Contest>;
  stats(id: string | undefined): Promise<ContestStats>;
  /** Somebody wants to be reminded to vote, or does not any more. @throws UserError `contestUnknown`, `contestNotNow` */
  remind(id: string, isWanted: boolean): Promise<Contest>;
}

/** Why an entry is not accepted. */
export const rejectionReasons = ['theme', 'rules', 'others', 'people', 'explicit', 'repeated'] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

export type Decision =
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject'; readonly reason: RejectionReason }
  | { readonly kind: 'reject'; readonly words: string };

/** An entry as a moderator looks at it. */
export interface ReviewedEntry {
  readonly contest: Contest;
  readonly entry: ContestEntry;
  /** With this one. */
  readonly waitingCount: number;
  /** Somebody else has to decide. */
  readonly isOwn: boolean;
  /** Others that look nearly the same. */
  readonly alike: readonly ContestEntry[];
}

/** What a moderator does about entries and ballots of contests that are seen where they ask. Everything throws UserErrors. */
export interface ReviewService {
  /** @throws UserError `entryNotHere` */
  find(entry: string): Promise<OwnEntry>;
  /** The first that nobody has decided about. */
  waiting(contest: Contest): Promise<ReviewedEntry | undefined>;
  /** The next one after an entry; from the last on the first. */
  after(entry: string): Promise<ReviewedEntry | undefined>;
  numbered(contest: Contest, number: number): Promise<ContestEntry>;
  decide(entry: string, decision: Decision): Promise<ContestEntry>;
  disqualify(entry: string, reason: string): Promise<ContestEntry>;
  restore(entry: string): Promise<ContestEntry>;
  /** Ballots that may be worth a look. Nobody learns for which entry they are. */
  flags(contest: Contest): Promise<readonly BallotFlag[]>;
  /** @param reason undefined: it counts again */
  voidBallot(contest: Contest, voter: Person, reason: string | undefined): Promise<void>;
}

/** Who votes for the panel of a contest of the community where a moderator asks. */
export interface JudgingService {
  /** Until people vote. @throws UserError where it has no panel, or is too far @returns all of them then */
  judge(
    id: string | undefined,
    person: Person,
    isJudge: boolean,
  ): Promise<{ readonly contest: Contest; readonly judges: readonly Person[] }>;
}

/** Accounts of the invoking person on several services. */
export interface AccountsService {
  /** To be typed with another account of theirs, once and within ten minutes. */
  giveCode(): Promise<string>;
  /** @throws UserError `contestCodeUnknown`, `contestCodeOwn` */
  link(code: string): Promise<void>;
}

/** As its service calls it, where that says so. */
export type NamedGuest = Guest & { readonly name: string | undefined };

/** Contests that several communities see. Each side has a moderator who wants it, at that moment. */
export interface SharingService {
  /** @returns a code that a moderator elsewhere types, once and within a day. @throws UserError where nothing may be added any more */
  share(id: string | undefined): Promise<{ readonly contest: Contest; readonly code: string }>;
  /** @throws UserError `contestCodeUnknown`, `contestHereAlready`, or where nothing may be added any more */
  join(code: string): Promise<Contest>;
  /** It is not seen here any more; what was entered here stays. @param id of one that another community hosts */
  leave(id: string | undefined): Promise<Contest>;
  /** Who takes part in a contest that is hosted here. @returns undefined where nobody does, or where `leave` is meant */
  guestsOf(
    id: string | undefined,
  ): Promise<{ readonly contest: Contest; readonly guests: readonly NamedGuest[] } | undefined>;
  /** As the host: one of them takes part no more; what was entered there stays. @throws UserError `contestGuestUnknown` */
  endPart(id: string | undefined, number: number): Promise<Contest>;
}

/** Contests that are held again and again. */
export interface RepeatingService {
  /**
   * @param themes each for one contest, then from the first one again
   * @throws UserError where it repeats already, or does not run
   */
  repeat(id: string | undefined, period: SeriesPeriod, themes: readonly string[]): Promise<Contest>;
  /** What was made goes on. @throws UserError where it does not repeat */
  endSeries(id: string | undefined): Promise<Contest>;
}
