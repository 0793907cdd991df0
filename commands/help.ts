import { defineCommand, type OfferedCommandName, type Text, type TextKey, text } from '#src/command.js';

export const help = defineCommand({
  name: 'help',
  unrestricted: true,
  impersonal: true,
  options: {},
  async run({ commands, place, reply }) {
    const lines = commands.map((name) =>
      text('commands.help.replies.line', { command: name, description: describe(name) }),
    );
    // Telegram keeps most of a group's talk from bots; nobody should wonder why I stay silent.
    const isPrivacyMode = place.platform === 'telegram' && place.server !== undefined;
    const notes = [
      text('commands.help.replies.example'),
      ...(isPrivacyMode ? [text('commands.help.replies.privacy')] : []),
    ];
    return reply('title', {}, { lines: [...lines, ...notes], ephemeral: 'preferably' });
  },
});

function describe(name: OfferedCommandName): Text {
  const key: TextKey = `commands.${name}.description`;
  return { key, params: {} };
}
