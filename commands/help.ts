import { defineCommand, option } from '#src/command/define-command.js';
import { type Text, type TextKey, text } from '#src/core/locale.js';
import type { OfferedCommandName } from '#src/core/reply.js';

export const help = defineCommand({
  name: 'help',
  unrestricted: true,
  impersonal: true,
  options: {
    about: option('choice', { choices: ['words'] }),
  },
  freeText: 'about',
  async run({ options, commands, place, words, reply }) {
    if (options.about === 'words') {
      if (!words.known) return reply('anyWords', {}, { ephemeral: true });
      const groups = words.known.map((group) => text('commands.help.replies.wordGroup', { words: group.join(', ') }));
      return reply('words', {}, { lines: groups, ephemeral: true });
    }
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
