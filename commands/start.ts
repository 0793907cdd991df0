import { defineCommand } from '#src/command/define-command.js';

export const start = defineCommand({
  name: 'start',
  impersonal: true,
  options: {},
  async run({ user, reply }) {
    return reply('hello', { name: user.name });
  },
});
