import type { Database } from '#src/database/database.js';
import type { JobName } from './index.js';
import { jobDurations } from './tables.js';

/** So many jobs back a change of machine or checkpoint is forgotten by two thirds. */
const averagedJobs = 20;

/** How long jobs take on this machine: a moving average per name, kept in memory and in the database. */
export class JobDurations {
  readonly #database: Database;
  readonly #known: Map<string, { readonly meanMs: number; readonly count: number }>;

  private constructor(database: Database, rows: readonly (typeof jobDurations.$inferSelect)[]) {
    this.#database = database;
    this.#known = new Map(rows.map(({ name, meanMs, count }) => [name, { meanMs, count }]));
  }

  static async open(database: Database): Promise<JobDurations> {
    return new JobDurations(database, await database.select().from(jobDurations));
  }

  /** Undefined until one was measured. */
  meanMs(name: JobName): number | undefined {
    return this.#known.get(name)?.meanMs;
  }

  async add(name: JobName, durationMs: number): Promise<void> {
    const { meanMs, count } = this.#known.get(name) ?? { meanMs: 0, count: 0 };
    const next = { count: count + 1, meanMs: meanMs + (durationMs - meanMs) / Math.min(count + 1, averagedJobs) };
    this.#known.set(name, next);
    await this.#database
      .insert(jobDurations)
      .values({ name, ...next })
      .onConflictDoUpdate({ target: jobDurations.name, set: next });
  }
}
