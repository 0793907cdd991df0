import type { Logger } from 'pino';
import type { BlobKey } from '#src/core/blob-key.js';
import type { BlobStore } from '#src/core/blob-store.js';
import type { PetFiles } from '#src/core/job-pet.js';
import type { JobName, ProcessorTable, ProgressOf } from '#src/jobs/index.js';
import type { WordBlocklist } from '#src/moderation/word-blocklist.js';
import type { EngineClient } from './engine-client.js';

export interface ProcessorContext<Name extends JobName> {
  readonly engine: Pick<EngineClient, 'call'>;
  readonly blobs: BlobStore;
  /** Of the pets that may be drawn in this attempt. */
  readonly petFiles: PetFiles;
  readonly log: Pick<Logger, 'warn'>;
  /** PROMPT_BLOCKLIST */
  readonly blocklist: Pick<WordBlocklist, 'assertFree'>;
  /** TRAIN_STEPS: for trainings that ask for no number of their own. */
  readonly trainSteps: number | undefined;
  /** Aborted when the person cancels, the process stops, or another worker may have taken the job. */
  readonly signal: AbortSignal;
  /** Aborted when a sliced job is to make room: it leaves a snapshot and rejects with a PausedError. */
  readonly pause: AbortSignal;
  /** As often as wanted; the newest is sent on, once a second. */
  report(progress: ProgressOf<Name>): void;
  /** What was reported last in an earlier slice or attempt. */
  readonly earlier: ProgressOf<Name> | undefined;
  /** Stores with the job where the next slice or attempt goes on. */
  saveSnapshot(snapshot: BlobKey, secondsBefore: number): Promise<void>;
}

export type Processors = ProcessorTable<{ readonly [Name in JobName]: ProcessorContext<Name> }>;
