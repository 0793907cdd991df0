import { defineCommand } from '#src/command/define-command.js';
import { text } from '#src/core/locale.js';
import { withEta } from '#src/jobs/eta.js';

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
        lines: unfinished.map(({ line, position, title, etaMs }) => withEta(text(line, { position, title }), etaMs)),
        ephemeral: true,
      },
    );
  },
});
