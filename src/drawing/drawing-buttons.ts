import type { Button } from '#src/core/reply.js';

/** @param number which of several pictures stands alone here; its message is not the job's, and is taken away by itself */
export function buttonsOfDrawing(job: string, { number }: { readonly number?: number } = {}): readonly Button[] {
  return [
    { for: 'everybody', label: 'again', command: 'again', options: { job } },
    { for: 'everybody', label: 'vary', command: 'vary', options: { job } },
    { for: 'everybody', label: 'edit', command: 'edit', options: { job, ...(number !== undefined && { number }) } },
    {
      for: 'everybody',
      label: 'upscale',
      command: 'upscale',
      options: { job, ...(number !== undefined && { number }) },
    },
    { for: 'everybody', label: 'info', command: 'info', options: { job } },
    {
      for: 'everybody',
      label: 'remove',
      command: 'remove',
      options: { job, ...(number !== undefined && { copy: true }) },
    },
  ];
}

/** @param drawn the job that drew the picture, where that is known */
export function buttonsOfUpscaled(job: string, drawn: string | undefined): readonly Button[] {
  return [
    ...(drawn === undefined
      ? []
      : [
          { for: 'everybody', label: 'again', command: 'again', options: { job: drawn } } as const,
          { for: 'everybody', label: 'info', command: 'info', options: { job: drawn } } as const,
        ]),
    { for: 'everybody', label: 'remove', command: 'remove', options: { job } },
  ];
}
