import type { BlobKey } from '#src/core/blob-key.js';
import type { Job } from '#src/core/define-job.js';
import { isJobName, jobs } from './index.js';
import type { JobOutcome } from './outcome.js';

/** Files of a job of one person. A record that another version wrote otherwise has none. @param isOwn whether they asked for that job, too */
export function ownFilesOf(
  {
    name,
    data,
    outcome,
  }: { readonly name: string; readonly data: unknown; readonly outcome?: JobOutcome | null | undefined },
  isOwn: (job: string) => boolean,
): BlobKey[] {
  if (!isJobName(name)) return [];
  const job: Job = jobs[name];
  const given = job.data.safeParse(data);
  if (!given.success) return [];
  const result = job.result.safeParse(outcome?.kind === 'completed' ? outcome.result : undefined);
  return job.ownFiles(given.data, result.data, isOwn).filter((key) => key !== undefined);
}
