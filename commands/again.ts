import { defineCommand, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';
import { placeInQueue } from '#src/jobs/eta.js';

export const again = defineCommand({
  name: 'again',
  options: {
    job: option('text', { max: 64 }),
  },
  async run({ options, jobs, newSeed, reply }) {
    const earlier = await jobs.find('imagine', options.job);
    if (!earlier) throw new UserError(options.job === undefined ? 'nothingToRepeat' : 'jobUnknown');
    const queued = await jobs.enqueue({
      name: 'imagine',
      data: { ...earlier.data, seed: newSeed() },
      title: earlier.title,
    });
    return reply('queued', { prompt: earlier.title, position: placeInQueue(queued) }, { job: queued.id });
  },
});
