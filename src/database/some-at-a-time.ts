import { setTimeout as sleep } from 'node:timers/promises';

/** PGlite works in our own process: nobody else is answered while it does. */
export const rowsAtATime = 25;

/**
 * Goes through rows, some at a time and along an index. After each time others have the database for as long as it took: a command asks
 * several questions, and would else wait behind these with each of them.
 * @param next the first ones after a row, or the first of all; at most `rowsAtATime`
 */
export async function* someAtATime<Row>(
  next: (last: Row | undefined) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[], void> {
  let last: Row | undefined;
  for (;;) {
    const startedAt = performance.now();
    const rows = await next(last);
    if (rows.length > 0) yield rows;
    if (rows.length < rowsAtATime) return;
    last = rows.at(-1);
    await sleep(performance.now() - startedAt);
  }
}

/** @returns how many went */
export async function removeSomeAtATime<Row>(
  all: AsyncIterable<readonly Row[]>,
  isToGo: (row: Row) => boolean,
  remove: (rows: readonly Row[]) => Promise<unknown>,
): Promise<number> {
  let count = 0;
  for await (const rows of all) {
    const going = rows.filter(isToGo);
    if (going.length > 0) await remove(going);
    count += going.length;
  }
  return count;
}

export function idsOf<Id>(rows: readonly { readonly id: Id }[]): Id[] {
  return rows.map(({ id }) => id);
}
