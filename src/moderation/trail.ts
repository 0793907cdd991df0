import type { Text } from '#src/core/locale.js';
import type { Person, Place, Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { Reports } from './reports.js';
import { ServerRulesTable } from './server-rules-table.js';

/** Notes for the other moderators what one of them did, together with what was done. */
export function noteInTrail(
  server: Server,
  moderator: Person,
  text: Text,
  transaction: Database,
  aboutId?: string,
): Promise<void> {
  return new ServerRulesTable(transaction).note(server, moderator, text, aboutId);
}

/** The last ones who did anything there, and are people. */
export function lastModerators(place: Place, limit: number, transaction: Database): Promise<readonly Person[]> {
  return new Reports(new ServerRulesTable(transaction)).moderatorsAt(place, limit);
}
