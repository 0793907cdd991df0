import type { MessageReference, Person, Place } from '#src/core/place.js';
import type { JobName } from './index.js';
import type { Needs } from './needs.js';
import type { JobOutcome } from './outcome.js';

export interface JobRecord {
  readonly id: string;
  readonly sequence: number;
  /** Of a newer version it may be one that this one does not know: `isKnown` tells. */
  readonly name: JobName;
  readonly data: unknown;
  readonly needs: Needs;
  readonly title: string;
  readonly person: Person;
  readonly locale: string;
  readonly place: Place;
  readonly message: MessageReference | undefined;
  readonly round: number;
  readonly state: 'queued' | 'settled' | 'delivered' | 'undeliverable';
  readonly cancelRequested: boolean;
  readonly outcome: JobOutcome | undefined;
  /** 0…1, of the most explicit of its pictures; undefined where nobody looked. */
  readonly pictureScore: number | undefined;
  /** A moderator has seen that nothing is wrong with its pictures. */
  readonly isUncovered: boolean;
  readonly createdAt: Date;
}

export type NewJobRecord = Pick<JobRecord, 'id' | 'name' | 'data' | 'title' | 'person' | 'locale' | 'place'> &
  Partial<Pick<JobRecord, 'needs'>>;
