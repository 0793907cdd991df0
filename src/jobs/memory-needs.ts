import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { readSmallJson } from '#src/core/small-json.js';
import type { JobName } from './index.js';

const recommendationsSchema = z.object({ memoryBytes: z.record(z.string(), z.int().positive()).default({}) });

/** What a job takes of the engine's memory at its peak, where the checkpoint says so. */
export async function readMemoryNeeds(checkpoint: string, log: Logger): Promise<(name: JobName) => number | undefined> {
  try {
    const { memoryBytes } = recommendationsSchema.parse(await readSmallJson(join(checkpoint, 'petbooth.json')));
    return (name) => memoryBytes[name];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.warn({ err: error }, 'the checkpoint does not say how much memory it takes; jobs go to any worker');
    return () => undefined;
  }
}
