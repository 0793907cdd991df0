import type { Text } from '#src/core/locale.js';
import type { Person, PlatformName, ServerMove } from '#src/core/place.js';
import type { Rules } from './rights.js';

/** Rules of the community where the command was called, for its moderators. */
export interface AdminService {
  rules(): Promise<Rules>;
  /** @param note what is written into the audit trail: the line as called, and whom it is about */
  change(note: { readonly line: string; readonly about?: Person }, change: (rules: Rules) => Rules): Promise<void>;
  /** Stops what somebody has waiting or at work in this community. @returns how many */
  stopJobsOf(person: Person): Promise<number>;
  /** Takes what they have entered out of the contests that are seen here, with their ballots, until they are readmitted. */
  barFromContests(person: Person): Promise<void>;
  readmitToContests(person: Person): Promise<void>;
  /** The newest entries of the audit trail, newest first. @param contest only those about this one */
  audit(contest?: string): Promise<readonly { readonly at: Date; readonly moderator: string; readonly text: Text }[]>;
}

/** Communities that go on under another id. */
export interface MovesService {
  /** Again it changes nothing. */
  move(move: ServerMove): Promise<void>;
  /** Old ids, and what they became. */
  of(platform: PlatformName): Promise<ReadonlyMap<string, string>>;
}
