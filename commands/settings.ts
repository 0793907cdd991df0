import { localeNames } from '#locales/index.js';
import { defineCommand, option } from '#src/command/define-command.js';

const asThePlatformSays = 'auto';

export const settings = defineCommand({
  name: 'settings',
  unrestricted: true,
  options: {
    language: option('choice', { choices: [asThePlatformSays, ...localeNames] }),
  },
  async run({ options, settings, reply }) {
    if (options.language !== undefined)
      await settings.setLanguage(options.language === asThePlatformSays ? undefined : options.language);
    const isChosen = (await settings.language()) !== undefined;
    return reply(isChosen ? 'chosen' : 'automatic', {}, { ephemeral: true });
  },
});
