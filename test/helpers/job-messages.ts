import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Job } from '#src/core/define-job.js';
import { packageRoot } from '#src/core/package-root.js';
import { type JobName, jobs } from '#src/jobs/index.js';
import type { Schema } from './contract-change.js';

export interface RecordedContract {
  readonly version: number;
  readonly data: Schema;
  readonly progress: Schema;
  readonly result: Schema;
}

/** Of one job, as it stood in Redis. */
export interface RecordedMessages {
  readonly job: JobName;
  readonly data: object;
  readonly options: object;
  /** Absent where the worker has written nothing into it. */
  readonly dataAtEnd?: object;
  readonly progress: readonly object[];
  readonly result: object;
}

export interface Recording {
  readonly contracts: Readonly<Record<string, RecordedContract>>;
  readonly messages: readonly RecordedMessages[];
}

export const recordingsFolder = join(packageRoot, 'test/golden/data/job-messages');

/** By `test/golden/make/job-messages.ts`, oldest first. */
export function readRecordings(): readonly Recording[] {
  const { length } = readdirSync(recordingsFolder);
  return Array.from({ length }, (_, index) =>
    JSON.parse(readFileSync(join(recordingsFolder, `${index + 1}.json`), 'utf8')),
  );
}

/** Of today's code, as a recording has them. */
export function contractsNow(): Recording['contracts'] {
  return Object.fromEntries(Object.values(jobs).map((job) => [job.name, contractOf(job)]));
}

function contractOf({ version, data, progress, result }: Job): RecordedContract {
  const schemaOf = (type: z.ZodType) => z.toJSONSchema(type, { io: 'input' }) as Schema;
  return { version, data: schemaOf(data), progress: schemaOf(progress), result: schemaOf(result) };
}
