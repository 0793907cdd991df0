import { and, eq } from 'drizzle-orm';
import type { Place } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { serverMoves } from './tables.js';

/** Of what was said before its community moved, and is recorded after. */
export async function placeNow(database: Pick<Database, 'select'>, place: Place): Promise<Place> {
  const { platform, server } = place;
  if (server === undefined) return place;
  const isOf = and(eq(serverMoves.platform, platform), eq(serverMoves.server, server));
  const [moved] = await database.select().from(serverMoves).where(isOf);
  return moved ? { ...place, server: moved.movedTo, channel: moved.movedTo } : place;
}
