import { defineCommand, option } from '#src/command/define-command.js';
import type { Contest } from '#src/contests/services.js';
import { text } from '#src/core/locale.js';
import type { Reply } from '#src/core/reply.js';

/** Whoever presses 🔔 is told in private before a voting ends, once, if they have not voted by then. */
export const remind = defineCommand({
  name: 'remind',
  internal: true,
  options: {
    c: option('text', { required: true, max: 64 }),
    off: option('boolean'),
  },
  async run({ options, hosting, reply }) {
    const { c: contest, off = false } = options;
    const reminded = await hosting.remind(contest, !off);
    return off ? reply('off', { title: reminded.title }, { ephemeral: true }) : remindedReply(reminded);
  },
});

/** That they are, with a way back. */
export function remindedReply({ id, title }: Pick<Contest, 'id' | 'title'>): Reply {
  return {
    text: text('commands.remind.replies.on', { title }),
    buttons: [{ for: 'asker', label: 'noReminder', command: 'remind', options: { c: id, off: true } }],
    ephemeral: true,
  };
}
