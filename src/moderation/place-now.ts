import { type SQL, sql } from 'drizzle-orm';
import type { Place } from '#src/core/place.js';
import { serverMoves } from './tables.js';

/** To be written for what was said before its community moved, and is recorded after: looked up by the statement that writes it. */
export function placeNow(place: Place): Place | SQL<Place> {
  const { platform, server } = place;
  if (server === undefined) return place;
  const { movedTo } = serverMoves;
  const moved = sql`
    SELECT jsonb_build_object('server', ${movedTo}, 'channel', ${movedTo}) FROM ${serverMoves}
    WHERE ${serverMoves.platform} = ${platform} AND ${serverMoves.server} = ${server}
  `;
  return sql`${JSON.stringify(place)}::jsonb || coalesce((${moved}), '{}'::jsonb)`;
}
