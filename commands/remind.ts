import { defineCommand, option } from '#src/command/define-command.js';

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
    const { title } = await hosting.remind(contest, !off);
    if (off) return reply('off', { title }, { ephemeral: true });
    return reply(
      'on',
      { title },
      {
        ephemeral: true,
        buttons: [{ for: 'asker', label: 'noReminder', command: 'remind', options: { c: contest, off: true } }],
      },
    );
  },
});
