import type { MessageReference, Person, Place, PlatformName } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';

/** Something to be posted. */
export interface NewPost {
  /** The same key posts once; what waits under it already stays as it is. */
  readonly key: string;
  /** Who puts it into words when its turn has come. */
  readonly kind: string;
  readonly place: Place;
  /** Absent: it is for everybody there, and goes nowhere else. */
  readonly person?: Person;
  /** What it is about: ids of ours, so that no words are kept twice. The log tells it. */
  readonly payload: unknown;
  /** What is in the same lane is posted in order. Absent: nothing else is. */
  readonly lane?: string;
  /** What it says has changed: whatever is being posted under its key is posted once more, as things stand then. */
  readonly isRenewed?: true;
}

export interface OutboxRow extends Required<Omit<NewPost, 'person' | 'isRenewed'>>, Pick<NewPost, 'person'> {
  /** With the one that is under way. */
  readonly attempts: number;
}

/** What waits for one platform. */
export interface OutboxDepth {
  readonly platform: PlatformName;
  readonly count: number;
  readonly oldestAt: Date;
}

/** What became of one try to post something. */
export type PostOutcome = 'delivered' | 'delayed' | 'undeliverable';

/** What is to be seen. */
export interface Post {
  readonly message: OutgoingMessage;
  /** The message that it takes the place of, as long as that is there. */
  readonly replaces?: MessageReference | undefined;
}

/** One kind of what is posted: how it is put into words, and what comes true with it. */
export interface PostKind {
  /** For the log: what it is, and what becomes of it where it is given up. */
  readonly what: string;
  readonly otherwise: string;
  /**
   * As things stand when its turn has come.
   * @returns undefined where nothing is to be said any more, `later` where only a newer version has the words
   */
  compose(row: OutboxRow): Promise<Post | 'later' | undefined>;
  /** In the transaction in which it is done. */
  onPosted?(row: OutboxRow, sent: MessageReference, transaction: Database): Promise<void>;
  /** In the transaction in which it is given up. */
  onGivenUp?(row: OutboxRow, transaction: Database): Promise<void>;
  /** After each try. @param error why it has failed, where it has */
  onTried?(row: OutboxRow, outcome: PostOutcome, error?: unknown): Promise<void>;
}

/** What became of a row: `gone` where there is none, or nothing is to be said any more. */
export type Posted =
  | { readonly kind: 'posted'; readonly message: MessageReference }
  | { readonly kind: 'waits' | 'gone' };
