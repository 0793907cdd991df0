import { defineCommand } from '#src/command/define-command.js';
import { text } from '#src/core/locale.js';
import { withEta } from '#src/jobs/eta.js';
import type { JobName } from '#src/jobs/index.js';

const lineKeys = {
  'train-pet': 'training',
  imagine: 'drawing',
  edit: 'editing',
  upscale: 'upscaling',
  'import-pet': 'importing',
} as const satisfies Record<JobName, string>;

export const queue = defineCommand({
  name: 'queue',
  unrestricted: true,
  options: {},
  async run({ jobs, reply }) {
    const unfinished = await jobs.unfinished();
    if (unfinished.length === 0) return reply('empty', {}, { ephemeral: true });
    return reply(
      'list',
      {},
      {
        lines: unfinished.map(({ name, position, title, etaMs }) =>
          withEta(text(`commands.queue.replies.${lineKeys[name]}`, { position, title }), etaMs),
        ),
        ephemeral: true,
      },
    );
  },
});
