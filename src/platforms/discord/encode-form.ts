import { ComponentType, TextInputStyle } from 'discord.js';
import type { Bot, CommandDescription, IncomingCommand } from '../platform.js';
import { maxPhotoOptions } from './encode-commands.js';

/** Begins the id of a form; buttons carry commands, whose names have no colon. */
export const formPrefix = 'form:';

const maxFields = 5;
const maxLabelLength = 45;
const maxTextLength = 4000;

/**
 * A form that asks for what a command with photos lacks; people can add all photos to it at once.
 * @returns undefined where photos were given, or the command takes none
 */
export function encodeForm(
  bot: Pick<Bot, 'commands' | 'describe'>,
  { command, options, language }: Pick<IncomingCommand, 'command' | 'options' | 'language'>,
): object | undefined {
  const name = bot.commands.find((candidate) => candidate.name === command)?.name;
  if (name === undefined) return undefined;
  const description = bot.describe(name, language);
  const photos = description.options.find(({ kind }) => kind === 'images');
  if (!photos || photos.name in options) return undefined;
  return {
    custom_id: `${formPrefix}${name}`,
    title: `/${name}`,
    components: description.options.slice(0, maxFields).map((option) => encodeField(option, options[option.name])),
  };
}

function encodeField(option: CommandDescription['options'][number], given: unknown): object {
  const { name, description, required, max } = option;
  const isShort = description.length <= maxLabelLength;
  const field =
    option.kind === 'images'
      ? {
          type: ComponentType.FileUpload,
          custom_id: name,
          required,
          // Earlier photos may count towards the least number; the bot says where there are too few.
          min_values: required ? 1 : 0,
          max_values: Math.min(max ?? maxPhotoOptions, maxPhotoOptions),
        }
      : {
          type: ComponentType.TextInput,
          custom_id: name,
          style: TextInputStyle.Short,
          required,
          max_length: maxTextLength,
          ...(given !== undefined && { value: String(given).slice(0, maxTextLength) }),
        };
  return {
    type: ComponentType.Label,
    label: isShort ? description : name,
    ...(!isShort && { description }),
    component: field,
  };
}
