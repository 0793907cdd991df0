/** @file Chooses a scheduler by name; a checkpoint's config suits all of them. */
import type { SchedulerConfig } from './scheduler-config.js';
import type { Scheduler, SchedulerName } from './scheduling-base.js';
import { DDIMScheduler } from './scheduling-ddim.js';
import { DDPMScheduler } from './scheduling-ddpm.js';
import { DPMSolverMultistepScheduler } from './scheduling-dpm-solver-multistep.js';

const SCHEDULERS = { DDIMScheduler, DDPMScheduler, DPMSolverMultistepScheduler } satisfies Record<
  SchedulerName,
  unknown
>;

/** The names that `createScheduler` takes. */
export const SCHEDULER_NAMES = Object.keys(SCHEDULERS) as readonly SchedulerName[];

/** @throws RangeError for a name that is not one of `SCHEDULER_NAMES` */
export function createScheduler(name: SchedulerName, config: SchedulerConfig): Scheduler {
  if (!Object.hasOwn(SCHEDULERS, name))
    throw new RangeError(`scheduler must be one of ${SCHEDULER_NAMES.join(', ')}, got ${name}`);
  return new SCHEDULERS[name](config);
}
