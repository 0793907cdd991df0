import { defineCommand } from '#src/command.js';

export const start = defineCommand({
  name: 'start',
  options: {},
  async run({ user, reply }) {
    return reply('hello', { name: user.name });
  },
});
