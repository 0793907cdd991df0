import type { Contest, ContestNote } from './contest.js';

/** A post is no log. */
const maxNotes = 5;

/** One more change that its post tells. */
export function withNote({ notes }: Pick<Contest, 'notes'>, note: ContestNote): Pick<Contest, 'notes'> {
  return { notes: [...notes, note].slice(-maxNotes) };
}
