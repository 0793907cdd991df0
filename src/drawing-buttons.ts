import type { Button } from './command.js';

/** @param number which of several pictures stands alone here; its message is not the job's, and stays */
export function buttonsOfDrawing(job: string, { number }: { readonly number?: number } = {}): readonly Button[] {
  return [
    { label: 'again', command: 'again', options: { job } },
    { label: 'vary', command: 'vary', options: { job } },
    { label: 'edit', command: 'edit', options: { job, ...(number !== undefined && { number }) } },
    { label: 'upscale', command: 'upscale', options: { job, ...(number !== undefined && { number }) } },
    { label: 'info', command: 'info', options: { job } },
    ...(number === undefined ? [{ label: 'remove', command: 'remove', options: { job } } as const] : []),
  ];
}
