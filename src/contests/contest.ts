import { createHash, randomBytes } from 'node:crypto';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Text } from '#src/core/locale.js';
import type { MessageReference, Person, Place, Server } from '#src/core/place.js';
import type { ContestRules, EntrySource } from './contest-rules.js';
import type { ContestState, ContestTimes } from './life-cycle.js';
import type { KeyName } from './tally/ranks.js';

export interface Contest extends ContestTimes {
  readonly id: string;
  /** The community that decides. */
  readonly host: Server;
  readonly title: string;
  readonly theme: string | undefined;
  readonly rules: ContestRules;
  /** IANA name, by which its times are typed and told. */
  readonly zone: string;
  readonly state: ContestState;
  /** Counts changes of state and times, so that what was announced for an earlier one is not announced again. */
  readonly revision: number;
  readonly closedAt: Date | undefined;
  readonly publishedAt: Date | undefined;
  /** Why it was called off, or is void. */
  readonly reason: Text | undefined;
  readonly result: ContestResult | undefined;
  /** What moderators, or a downtime, have changed since it was announced. */
  readonly notes: readonly ContestNote[];
  readonly cancelled: Cancelled | undefined;
  /** 32 bytes each, hex: of the lot, told with the result; and of the order in which voters see entries. */
  readonly tieSeed: string;
  readonly shuffleKey: string;
}

/** One change, for everybody to read. */
export interface ContestNote {
  /** ISO 8601 */
  readonly at: string;
  readonly text: Text;
}

/** When it was called off, and what it was then. */
export interface Cancelled {
  /** ISO 8601 */
  readonly at: string;
  readonly from: ContestState;
}

/** As it was counted when voting closed. */
export interface ContestResult {
  readonly voters: number;
  /** Where they voted; absent where it was one place. */
  readonly votersPerPlace?: readonly (Server & { readonly voters: number })[];
  readonly judges?: number;
  readonly ranks: readonly {
    readonly entry: string;
    readonly number: number;
    readonly rank: number;
    readonly decidedBy?: KeyName;
  }[];
}

/** Where a contest is seen. */
export interface ContestPlace {
  readonly place: Place;
  readonly locale: string;
  readonly isHost: boolean;
  /** The message with its rules and buttons. */
  readonly post: MessageReference | undefined;
}

/** A community that takes part in a contest of another one. */
export interface Guest {
  /** Stays the same, whoever leaves. */
  readonly number: number;
  readonly place: Place;
  readonly joinedAt: Date;
  readonly hasLeft: boolean;
}

/** `asked`: its author has not agreed yet to what that means, so there is none so far. */
export const entryStates = [
  'asked',
  'pending',
  'accepted',
  'rejected',
  'unreviewed',
  'withdrawn',
  'disqualified',
] as const;
export type EntryState = (typeof entryStates)[number];

/** Where its author has agreed that it is seen, and to which version of the words. */
export interface Consent {
  /** As `keysOf` has them. */
  readonly places: readonly string[];
  readonly version: number;
}

/** How it came to be, as our records tell it: for moderators alone. */
export interface Provenance {
  readonly madeAt?: Date | undefined;
  /** Prompt or change, as it was written. */
  readonly words?: string | undefined;
  readonly seed?: number | undefined;
  /** Name of the pet. */
  readonly pet?: string | undefined;
  /** It is somebody else's, who shares it there. */
  readonly isForeignPet: boolean;
  /** It began with a photo that somebody sent. */
  readonly isOfPhoto: boolean;
  /** It was drawn where others saw it. */
  readonly isKnown: boolean;
  /** Of its author's account, where the platform tells it. */
  readonly accountCreatedAt?: Date | undefined;
  /** When its author became a member where it was entered, where the platform tells it. */
  readonly joinedAt?: Date | undefined;
}

export interface ContestEntry {
  readonly id: string;
  readonly contest: string;
  /** Given when voting begins. */
  readonly number: number | undefined;
  readonly author: Person;
  /** The community that it was entered in. */
  readonly server: Server;
  readonly state: EntryState;
  /** Why it was not accepted, or was taken out. */
  readonly reason: Text | undefined;
  readonly source: EntrySource;
  /** Which drawn or edited it. */
  readonly job: string | undefined;
  /** Undefined where it was taken away. */
  readonly picture: BlobKey | undefined;
  /** Covered wherever it is shown. */
  readonly isSpoiler: boolean;
  /** The photo before an edit, for moderators. */
  readonly before: BlobKey | undefined;
  /** 64 bits, 16 hexadecimal digits: pictures that look alike differ in few of them. */
  readonly hash: string | undefined;
  readonly provenance: Provenance;
  /** What it shows, without names; empty where nobody has said. */
  readonly alt: string;
  /** Of the author's own, told with the results. */
  readonly title: string | undefined;
  readonly submittedAt: Date;
  readonly decidedAt?: Date | undefined;
  /** What it is once its author has agreed, or once it is let in again. */
  readonly becomes?: EntryState | undefined;
}

/** Where a place belongs to no server, as a private chat, the place is a community of its own. */
export function communityOf({ platform, server, channel }: Pick<Place, 'platform' | 'server' | 'channel'>): Server {
  return { platform, server: server ?? channel };
}

export function communityKey({ platform, server }: Server): string {
  return `${platform}/${server}`;
}

/** `link`: another account is the same person. `join`: another community takes part in a contest. */
export type CodeKind = 'link' | 'join';

/** Without letters that are taken for digits; Crockford's. */
const base32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** Of 8 letters for what people may have to name, 12 for what only machines do. */
export function newId(length: 8 | 12): string {
  return Array.from(randomBytes(length), (byte) => base32[byte % base32.length]).join('');
}

const nobodysPrefix = 'gone-';

/** An account that nobody has, for what somebody left behind who wants to be forgotten. */
export function newNobody(): string {
  return `${nobodysPrefix}${newId(12)}`;
}

/** Whether nobody can be told anything there. */
export function isNobody({ id }: Pick<Person, 'id'>): boolean {
  return id === '' || id.startsWith(nobodysPrefix);
}

/** The same for the same event, however often it comes. */
export function idOfEvent(event: string): string {
  const digest = createHash('sha256').update(event).digest();
  return Array.from(digest.subarray(0, 8), (byte) => base32[byte % base32.length]).join('');
}

export function newSecret(): string {
  return randomBytes(32).toString('hex');
}
