import type { Server } from '#src/core/place.js';
import { lockFor } from '#src/database/advisory-locks.js';
import type { Database } from '#src/database/database.js';
import { ContestsTable } from './contests-table.js';
import type { ContestState } from './life-cycle.js';

/** Of one community at once. */
export const maxRunning = 5;
export const runningStates: readonly ContestState[] = ['scheduled', 'open', 'review', 'voting', 'closed'];

/** Until the transaction ends: of two who begin contests at once neither sees what the other adds. */
export async function countHosted(
  host: Server,
  states: readonly ContestState[],
  transaction: Database,
): Promise<number> {
  await lockFor(transaction, ['contests hosted', host.platform, host.server]);
  return new ContestsTable(transaction).countHosted(host, states);
}
