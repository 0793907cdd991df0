import { defineCommand, option } from '#src/command/define-command.js';
import { UserError } from '#src/core/errors.js';

const actions = ['export', 'delete'] as const;

/** What is kept about a person: to take away, or to delete. */
export const mydata = defineCommand({
  name: 'mydata',
  unrestricted: true,
  exclusive: true,
  unhurried: true,
  options: {
    action: option('choice', { required: true, choices: actions }),
    confirmed: option('boolean', { internal: true, asked: true }),
  },
  freeText: 'action',
  async run({ options, place, myData, reply }) {
    if (options.action === 'delete') {
      if (!options.confirmed)
        return reply(
          'confirm',
          {},
          {
            buttons: [
              { for: 'asker', label: 'deleteAll', command: 'mydata', options: { action: 'delete', confirmed: true } },
            ],
            ephemeral: true,
          },
        );
      await myData.delete();
      return reply('deleted', {}, { ephemeral: true, isFarewell: true });
    }
    // Others would read along.
    if (place.server !== undefined) throw new UserError('privateOnly');
    const files = await myData.export();
    return reply('exported', { count: files.length }, { files, ephemeral: true });
  },
});
