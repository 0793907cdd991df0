import { z } from 'zod';
import { isJobName, type JobName, jobs } from './index.js';

/** What a job needs of the worker that takes it. Jobs of versions that said nothing need nothing. */
export const Needs = z.object({
  /** Version of the contract that its data was written by. */
  contract: z.int().positive().default(1),
  /** The checkpoint that its pet was learnt with, or the bot is set up for. Absent: any. */
  checkpoint: z.string().min(1).max(64).optional(),
  /** Of the engine, where the checkpoint says how much it takes. */
  memoryBytes: z.int().positive().optional(),
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

/** What a worker has. */
export const Means = z.object({
  /** Of the package. */
  version: z.string().max(100),
  /** Versions of the contracts that it knows, by the names of jobs. */
  contracts: z.record(z.string(), z.int().positive()),
  /** Absent: nobody can tell. */
  checkpoint: z.string().min(1).max(64).optional(),
  /** That its engine may take. */
  memoryBytes: z.int().positive().optional(),
  /** Where it takes jobs from. */
  queue: z.string().min(1).max(100),
});
export type Means = Readonly<z.output<typeof Means>>;

/** What keeps a worker from a job, the most hopeless first. */
export const shortcomings = ['contract', 'checkpoint', 'memory'] as const;
export type Shortcoming = (typeof shortcomings)[number];

export function shortcomingOf(
  means: Pick<Means, 'contracts' | 'checkpoint' | 'memoryBytes'>,
  name: string,
  needs: Needs,
): Shortcoming | undefined {
  const version = Object.hasOwn(means.contracts, name) ? means.contracts[name]! : 0;
  if (version < needs.contract) return 'contract';
  const { checkpoint = needs.checkpoint, memoryBytes = Number.POSITIVE_INFINITY } = means;
  if (needs.checkpoint !== undefined && needs.checkpoint !== checkpoint) return 'checkpoint';
  return needs.memoryBytes !== undefined && needs.memoryBytes > memoryBytes ? 'memory' : undefined;
}

export function contractsKnown(): Means['contracts'] {
  return Object.fromEntries(Object.values(jobs).map(({ name, version }) => [name, version]));
}
