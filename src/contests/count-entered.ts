import type { Database } from '#src/database/database.js';
import type { Contest } from './contest.js';
import { ContestEntriesTable } from './contest-entries-table.js';

/** Whatever became of them. */
const entered = ['pending', 'accepted', 'rejected', 'unreviewed', 'withdrawn', 'disqualified'] as const;

/** From the first entry on much is fixed: its author has agreed to how things were. */
export function countEntered({ id }: Pick<Contest, 'id'>, database: Database): Promise<number> {
  return new ContestEntriesTable(database).count(id, ...entered);
}
