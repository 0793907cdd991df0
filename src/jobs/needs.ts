import { z } from 'zod';
import { isJobName, type JobName, jobs } from './index.js';

/** What a job needs of whoever reads it. Jobs of versions that said nothing need nothing. */
export const Needs = z.object({
  /** Version of the contract that its data was written by. */
  contract: z.int().positive().default(1),
});
export type Needs = Readonly<z.output<typeof Needs>>;

/** As they stand among the options of a queued job, where workers of any version leave them alone. */
export function needsIn(options: object): Needs {
  const { needs } = options as { readonly needs?: unknown };
  return Needs.parse(needs ?? {});
}

/** Whether this version knows the contract that a job was written by. */
export function isKnown(name: string, { contract }: Pick<Needs, 'contract'>): name is JobName {
  return isJobName(name) && contract <= jobs[name].version;
}
