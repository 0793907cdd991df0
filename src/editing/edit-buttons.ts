import type { JobData, JobResult } from '#src/core/define-job.js';
import type { Button } from '#src/core/reply.js';
import { type edit, editStrength } from './edit-job.js';

interface Edited {
  readonly data: JobData<typeof edit>;
  readonly result: JobResult<typeof edit>;
}

/** Where what the picture shows was neither said nor known. */
export function isCaptionRead({ data, result }: Edited): boolean {
  return result.settings.method !== 'replay' && !data.caption?.isGiven;
}

/** To say what was read wrongly from an edited picture, or from the photos of a training. */
export function correctButton(job: string): Button {
  return { for: 'everybody', label: 'correct', command: 'correct', options: { job } };
}

const pickLabels = ['pick1', 'pick2', 'pick3'] as const;

/** @param number which of several pictures stands alone here; its message is not the job's, and stays */
export function buttonsOfEdit(
  job: string,
  { data, result }: Edited,
  { number }: { readonly number?: number } = {},
): readonly Button[] {
  const { pictures } = result;
  const isStrip = pictures.length > 1;
  const [first, last] = [data.strengths[0]!, data.strengths.at(-1)!];
  const adjust = (label: Button['label'], how: string): Button => ({
    for: 'everybody',
    label,
    command: 'adjust',
    options: { job, how },
  });
  const picks = pickLabels
    .slice(0, pictures.length)
    .map((label, index): Button => ({ for: 'everybody', label, command: 'pick', options: { job, number: index + 1 } }));
  return [
    ...(isStrip && number === undefined
      ? picks
      : [
          {
            for: 'everybody',
            label: 'edit',
            command: 'edit',
            options: { job, ...(number !== undefined && { number }) },
          } as const,
        ]),
    ...(isStrip
      ? []
      : [
          ...(last < editStrength.max ? [adjust('stronger', 'stronger')] : []),
          ...(first > editStrength.min ? [adjust('weaker', 'weaker')] : []),
          adjust('strip', 'strip'),
        ]),
    ...(data.pet ? [adjust('morePet', 'pet')] : []),
    ...(data.keepBackground ? [] : [adjust('keepBackground', 'keep')]),
    adjust('otherMethod', 'method'),
    ...(isCaptionRead({ data, result }) ? [correctButton(job)] : []),
    { for: 'everybody', label: 'undo', command: 'undo', options: { job } },
    { for: 'everybody', label: 'info', command: 'info', options: { job } },
    ...(number === undefined
      ? [{ for: 'everybody', label: 'remove', command: 'remove', options: { job } } as const]
      : []),
  ];
}

/** Of the photo that an edit started from. */
export function buttonsBeforeEdit(job: string): readonly Button[] {
  return [{ for: 'everybody', label: 'edit', command: 'edit', options: { job, number: 0 } }];
}
