import { defineCommand, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import { placeInQueue } from '#src/jobs/eta.js';

const factor = 4;

export const upscale = defineCommand({
  name: 'upscale',
  internal: true,
  options: {
    job: option('text', { required: true, max: 64 }),
    number: option('integer', { min: 1, max: 4 }),
  },
  async run({ options, jobs, reply }) {
    const drawn = await jobs.find('imagine', options.job);
    const picture = drawn?.result?.pictures[(options.number ?? 1) - 1];
    if (!drawn || !picture) throw new UserError('jobUnknown');
    const { pet, petLabel, isSpoiler } = drawn.data;
    const { seed } = drawn.result!.settings;
    const queued = await jobs.enqueue({
      name: 'upscale',
      data: {
        picture,
        factor,
        ...(isSpoiler && { isSpoiler }),
        drawn: { job: drawn.id, seed, ...(petLabel !== undefined && { petLabel }), ...(pet && { pet }) },
      },
      title: drawn.title,
    });
    return reply('queued', { prompt: drawn.title, position: placeInQueue(queued) }, { job: queued.id });
  },
});
