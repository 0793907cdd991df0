import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  Locale,
  type LocalizationMap,
  PermissionFlagsBits,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { defaultLocale, localeFor } from '#locales/index.js';
import type { Bot, CommandDescription } from '../platform.js';

type DescribedOption = CommandDescription['options'][number];

/** What one option of photos becomes at most: Discord has no lists of files. */
export const maxPhotoOptions = 10;
const maxChoices = 25;
const maxTextLength = 6000;

export interface EncodeOptions {
  /** Whether people may take the bot along to places where it is not a member; to be switched on in Discord's portal as well. */
  readonly allowsUserInstall?: boolean;
}

/** The bot's commands as Discord registers them, described in every language that the bot speaks. */
export function encodeCommands(
  bot: Pick<Bot, 'commands' | 'describe'>,
  { allowsUserInstall = false }: EncodeOptions = {},
): RESTPostAPIChatInputApplicationCommandsJSONBody[] {
  return bot.commands.map(({ name }) => {
    const command = bot.describe(name);
    const translate = translatorOf(bot, name);
    const hasPhotos = command.options.some(({ kind }) => kind === 'images');
    const options = command.options.flatMap((option) =>
      encodeOption(
        // Without photos the command opens a form that asks for everything, so nothing has to be given with it.
        hasPhotos ? { ...option, required: false } : option,
        (read) => translate(({ options }) => read(options.find((other) => other.name === option.name))),
      ),
    );
    return {
      type: ApplicationCommandType.ChatInput,
      name,
      description: command.description,
      description_localizations: translate(({ description }) => description),
      options: options.toSorted((a, b) => Number(b.required ?? false) - Number(a.required ?? false)),
      ...(command.forModerators ? forModerators : whereOffered(allowsUserInstall && !hasPhotos)),
    };
  });
}

/** In every language of Discord's that the bot speaks, English aside. */
export function translatorOf(bot: Pick<Bot, 'describe'>, name: CommandDescription['name']) {
  const languages = Object.values(Locale).filter((locale) => localeFor(locale) !== defaultLocale);
  const translations = languages.map((locale) => [locale, bot.describe(name, locale)] as const);
  return (describe: (translated: CommandDescription) => string | undefined): LocalizationMap =>
    Object.fromEntries(translations.map(([locale, translated]) => [locale, describe(translated)]));
}

/**
 * @param isPortable whether people may take the command to places where the bot is no member. Not so a training: it goes on for
 * longer than an interaction lives, and so needs a place that the bot can see.
 */
export function whereOffered(isPortable: boolean) {
  return {
    integration_types: [
      ApplicationIntegrationType.GuildInstall,
      ...(isPortable ? [ApplicationIntegrationType.UserInstall] : []),
    ],
    contexts: [
      InteractionContextType.Guild,
      InteractionContextType.BotDM,
      ...(isPortable ? [InteractionContextType.PrivateChannel] : []),
    ],
  };
}

/** Hidden from others; who calls it all the same is refused by the bot. */
const forModerators = {
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild],
  default_member_permissions: String(PermissionFlagsBits.ManageMessages),
};

/** The same part of an option in every language. */
type TranslateOption = (read: (option: DescribedOption | undefined) => string | undefined) => LocalizationMap;

function encodeOption(option: DescribedOption, translate: TranslateOption): APIApplicationCommandBasicOption[] {
  const { name, description, required, min, max } = option;
  const common = {
    name,
    description,
    description_localizations: translate((translated) => translated?.description),
    required,
  };
  const range = { ...(min !== undefined && { min_value: min }), ...(max !== undefined && { max_value: max }) };
  switch (option.kind) {
    case 'text':
      // Too long or too short is told by the bot, which says what is wrong; Discord's form would only stop typing.
      return [
        {
          ...common,
          type: ApplicationCommandOptionType.String,
          max_length: maxTextLength,
          ...(option.completes && { autocomplete: true }),
        },
      ];
    case 'integer':
      return [{ ...common, ...range, type: ApplicationCommandOptionType.Integer }];
    case 'number':
      return [{ ...common, ...range, type: ApplicationCommandOptionType.Number }];
    case 'boolean':
      return [{ ...common, type: ApplicationCommandOptionType.Boolean }];
    case 'choice':
      return [encodeChoices(common, option, translate)];
    case 'pet':
      return [{ ...common, type: ApplicationCommandOptionType.String, autocomplete: true }];
    case 'person':
      return [{ ...common, type: ApplicationCommandOptionType.User }];
    case 'role':
      return [{ ...common, type: ApplicationCommandOptionType.Role }];
    case 'image':
    case 'file':
      return [{ ...common, type: ApplicationCommandOptionType.Attachment }];
    case 'images':
      return Array.from({ length: Math.min(max ?? maxPhotoOptions, maxPhotoOptions) }, (_, index) => ({
        ...common,
        name: `${photoOptionPrefix}${index + 1}`,
        type: ApplicationCommandOptionType.Attachment,
      }));
  }
}

/** `photo1` … `photo10`. */
export const photoOptionPrefix = 'photo';

type Common = Pick<APIApplicationCommandBasicOption, 'name' | 'description' | 'description_localizations' | 'required'>;

/** Discord's list holds 25; a longer one is completed while typing. */
function encodeChoices(
  common: Common,
  { choices = [], choiceLabels = choices }: DescribedOption,
  translate: TranslateOption,
): APIApplicationCommandBasicOption {
  const type = ApplicationCommandOptionType.String;
  if (choices.length > maxChoices) return { ...common, type, autocomplete: true };
  return {
    ...common,
    type,
    choices: choices.map((value, index) => ({
      name: choiceLabels[index]!,
      value,
      name_localizations: translate((translated) => translated?.choiceLabels?.[index]),
    })),
  };
}
