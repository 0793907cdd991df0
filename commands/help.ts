import { defineCommand, type OfferedCommandName, type Text, type TextKey, text } from '#src/command.js';

export const help = defineCommand({
  name: 'help',
  options: {},
  async run({ commands, reply }) {
    const lines = commands.map((name) =>
      text('commands.help.replies.line', { command: name, description: describe(name) }),
    );
    return reply('title', {}, { lines: [...lines, text('commands.help.replies.example')], ephemeral: true });
  },
});

function describe(name: OfferedCommandName): Text {
  const key: TextKey = `commands.${name}.description`;
  return { key, params: {} };
}
