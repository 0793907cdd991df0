import type { OpenDatabase } from '#src/database/database.js';
import type { DueInstantsTable } from './due-instants.js';
import type { DueHandler } from './schedule.js';

/** What it is called among the instants. */
export const tidying = 'tidying';
const next = { what: tidying, key: 'database' } as const;
/** What wears in a busy hour is tidied in milliseconds. */
const everyMs = 3600_000;

export async function scheduleTidying(instants: DueInstantsTable, now = new Date()): Promise<void> {
  await instants.setFirst({ ...next, dueAt: new Date(now.getTime() + everyMs) });
}

/** Tidies the database now and then, where it does not do so itself. */
export function tidyingHandler({ tidy }: Pick<OpenDatabase, 'tidy'>, instants: DueInstantsTable): DueHandler {
  return {
    outside: async () => {
      await tidy?.();
      await instants.set({ ...next, dueAt: new Date(Date.now() + everyMs) });
    },
  };
}
