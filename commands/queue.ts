import { defineCommand, text } from '#src/command.js';

export const queue = defineCommand({
  name: 'queue',
  options: {},
  async run({ jobs, reply }) {
    const unfinished = await jobs.unfinished();
    if (unfinished.length === 0) return reply('empty', {}, { ephemeral: true });
    return reply(
      'list',
      {},
      {
        lines: unfinished.map(({ name, position, title }) =>
          text(name === 'train-pet' ? 'commands.queue.replies.training' : 'commands.queue.replies.drawing', {
            position,
            title,
          }),
        ),
        ephemeral: true,
      },
    );
  },
});
