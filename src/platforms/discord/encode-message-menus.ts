import { ApplicationCommandType, type RESTPostAPIContextMenuApplicationCommandsJSONBody } from 'discord.js';
import type { Bot } from '../platform.js';
import { type EncodeOptions, translatorOf, whereOffered } from './encode-commands.js';

/** Commands in the menu of a message, of each command that has one; people see their names in their language. */
export function encodeMessageMenus(
  bot: Pick<Bot, 'commands' | 'describe'>,
  { allowsUserInstall = false }: EncodeOptions = {},
): RESTPostAPIContextMenuApplicationCommandsJSONBody[] {
  return bot.commands.flatMap(({ name }) => {
    const { menu, options } = bot.describe(name);
    if (!menu) return [];
    const hasPhotos = options.some(({ kind }) => kind === 'images');
    return {
      type: ApplicationCommandType.Message,
      name: menu.title,
      name_localizations: translatorOf(bot, name)((translated) => translated.menu?.title),
      ...whereOffered(allowsUserInstall && !hasPhotos),
    };
  });
}
