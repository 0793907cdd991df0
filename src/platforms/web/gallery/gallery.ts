import type { BlobKey } from '#src/core/blob-key.js';
import type { Text } from '#src/core/locale.js';

/** Whoever has the link to a contest's page, or a browser that was signed in as one voter of it. */
export type GalleryVisitor =
  | { readonly kind: 'link'; readonly token: string }
  | { readonly kind: 'voter'; readonly contest: string; readonly session: string };

/** `soon`: its entries are a secret yet. `over`: it was called off. */
export type GalleryPhase = 'soon' | 'voting' | 'counting' | 'published' | 'over';

export interface GalleryEntry {
  readonly number: number;
  readonly alt: string;
  /** Told with the results. */
  readonly title?: string | undefined;
  readonly author?: string | undefined;
  readonly rank?: number | undefined;
  /** Shown when it is pressed, or not at all. */
  readonly cover?: 'covered' | 'refused' | undefined;
}

/** Entries by their numbers. */
export interface GalleryBallot {
  readonly method: 'approval' | 'stars' | 'podium' | 'ranked' | 'duels';
  /** Most entries that it names; undefined: any number. */
  readonly limit?: number | undefined;
  /** Of approval, and in the order of their places of podium and ranked. */
  readonly marked: readonly number[];
  readonly stars: Readonly<Record<number, number>>;
  /** Of duels alone: all entries of the view are in one of them. */
  readonly pairs?: readonly GalleryPair[] | undefined;
  /** Of stars: so many are to be rated beside those that are, so that the ballot counts. */
  readonly missing: number;
  /** Why moderators have taken it out, where they have. */
  readonly voidReason?: Text | undefined;
}

export interface GalleryPair {
  readonly index: number;
  readonly left: number;
  readonly right: number;
  /** The better one's number, 0 for both alike; undefined: not decided yet. */
  readonly winner?: number | undefined;
}

export interface GalleryView {
  readonly title: string;
  readonly theme?: string | undefined;
  readonly phase: GalleryPhase;
  readonly votingAt: Date;
  readonly endsAt: Date;
  readonly total: number;
  /** Some of them. */
  readonly entries: readonly GalleryEntry[];
  /** Of a voter, while people vote. */
  readonly ballot?: GalleryBallot | undefined;
}

/** What a press on the page sets. */
export type GalleryMark =
  | { readonly kind: 'mark'; readonly number: number; readonly isOn: boolean }
  | { readonly kind: 'star'; readonly number: number; readonly stars: number }
  | { readonly kind: 'place'; readonly number: number; readonly place: number }
  | { readonly kind: 'pair'; readonly index: number; readonly side: 'left' | 'right' | 'equal' };

export type MarkOutcome = 'saved' | 'late' | 'unknown' | 'own' | 'full' | 'forged' | 'forbidden';

export interface MarkAnswer {
  readonly outcome: MarkOutcome;
  readonly ballot?: GalleryBallot | undefined;
}

/** One contest, as one visitor may see it. */
export interface Gallery {
  view(from: number, count: number): Promise<GalleryView>;
  /** @returns undefined where no such entry is shown */
  picture(number: number): Promise<BlobKey | undefined>;
  /** Small, as JPEG. */
  thumbnail(number: number): Promise<Uint8Array | undefined>;
  /** Of a voter. @param event of the page's; the same one again changes nothing */
  readonly cast?: (event: string, mark: GalleryMark) => Promise<MarkAnswer>;
}

export interface SignedIn {
  readonly contest: string;
  readonly session: string;
  readonly maxAgeSeconds: number;
}

/** What the pages show: they know no contest but through this. */
export interface GallerySource {
  /** @returns undefined where there is none, or not any more, or not for them */
  open(visitor: GalleryVisitor): Promise<Gallery | undefined>;
  /** @param code of a personal link */
  signIn(code: string): Promise<SignedIn | undefined>;
}
