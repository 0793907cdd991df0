import { defineCommand, option } from '#src/command/define-command.js';

/** Answers what is asked before a picture is entered. */
export const agree = defineCommand({
  name: 'agree',
  internal: true,
  asked: true,
  inPlace: true,
  options: {
    entry: option('text', { required: true, max: 12 }),
    /** They may use the photo that it began with. */
    photo: option('boolean'),
    declined: option('boolean'),
  },
  async run({ options, entries, reply }) {
    if (options.declined) {
      await entries.decline(options.entry);
      return reply('declined', {}, { ephemeral: true });
    }
    const { contest, entry } = await entries.agree(options.entry, options.photo ?? false);
    const key = entry.state === 'pending' ? 'forReview' : 'entered';
    return reply(key, { contest: contest.title }, { ephemeral: true });
  },
});
