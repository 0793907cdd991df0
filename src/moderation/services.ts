import type { Text } from '#src/core/locale.js';
import type { Person } from '#src/core/place.js';
import type { Rules } from './rights.js';

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
