import { defineCommand, option } from '#src/command/define-command.js';
import type { JobData } from '#src/core/define-job.js';
import { UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import type { Button } from '#src/core/reply.js';
import { buttonsOfDrawing } from '#src/drawing/drawing-buttons.js';
import { buttonsBeforeEdit, buttonsOfEdit } from '#src/editing/edit-buttons.js';
import type { edit } from '#src/editing/edit-job.js';

/** Back to the picture before an edit, with what can be done about that one. */
export const undo = defineCommand({
  name: 'undo',
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
  },
  async run({ options, jobs, files, entries, reply }) {
    const edited = await jobs.findHere('edit', options.job);
    if (!edited) throw new UserError('jobUnknown');
    const { picture, from, isSpoiler } = edited.data;
    if (!(await files.has(picture))) throw new UserError('pictureGone');
    const earlier = from?.name === 'edit' ? await jobs.findHere('edit', from.job) : undefined;
    const isEnterable = from !== undefined && (await entries.isTakingEntries());
    const enter: readonly Button[] = isEnterable
      ? [{ for: 'everybody', label: 'enter', command: 'enter', options: { job: from.job, number: from.number } }]
      : [];
    return reply(
      'undone',
      { change: edited.title },
      {
        pictures: [{ blob: picture, alt: text('delivery.editBeforeAlt', { change: edited.title }) }],
        isSpoiler,
        buttons: [
          ...(earlier?.result
            ? buttonsOfEdit(earlier.id, { ...earlier, result: earlier.result }, { number: from!.number })
            : buttonsOf(edited.id, from)),
          ...enter,
        ],
      },
    );
  },
});

function buttonsOf(job: string, from: JobData<typeof edit>['from']) {
  return from?.name === 'imagine' ? buttonsOfDrawing(from.job, { number: from.number }) : buttonsBeforeEdit(job);
}
