export const databaseFailures = ['refused', 'conflict', 'resources', 'stopped', 'connection', 'other'] as const;

/** What went wrong, in few words: labels of a number, so nothing of the query. */
export type DatabaseFailure = (typeof databaseFailures)[number];

/** By class. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const byClass: Readonly<Record<string, DatabaseFailure>> = {
  '08': 'connection',
  '22': 'refused',
  '23': 'refused',
  '40': 'conflict',
  '53': 'resources',
  '54': 'resources',
  '57': 'stopped',
  '58': 'resources',
};

export function databaseFailureOf(error: unknown): DatabaseFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // What the server says has five characters; what the system says of a connection (ECONNRESET) has more, and a timeout none.
  if (!/^[0-9A-Z]{5}$/.test(code)) return 'connection';
  return byClass[code.slice(0, 2)] ?? 'other';
}
