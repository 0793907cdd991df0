import { ComponentType, TextInputStyle } from 'discord.js';
import type { OfferedCommandName } from '#src/core/reply.js';
import type { Bot, CommandDescription, IncomingCommand, Question } from '../platform.js';
import { maxPhotoOptions } from './encode-commands.js';

/**
 * Forms begin with this; buttons carry commands, whose names have no colon.
 * @param opened the interaction that the form answers, where what that one gave is needed again
 */
export function encodeFormId(command: string, opened?: string): string {
  return opened === undefined ? `form:${command}` : `form:${command}:${opened}`;
}

export function decodeFormId(id: string): { readonly command: string; readonly opened?: string } | undefined {
  const match = /^form:([^:]+)(?::(\d{1,20}))?$/.exec(id);
  if (!match) return undefined;
  return { command: match[1]!, ...(match[2] !== undefined && { opened: match[2] }) };
}

const maxFields = 5;
const maxLabelLength = 45;
const maxTextLength = 4000;

/** @returns the command, where photos are to be asked for: it takes some and none were given */
export function commandOfForm(
  { commands }: Pick<Bot, 'commands'>,
  { command: name, options }: Pick<IncomingCommand, 'command' | 'options'>,
): OfferedCommandName | undefined {
  const command = commands.find((candidate) => candidate.name === name);
  const photos = Object.entries(command?.options ?? {}).find(([, { kind }]) => kind === 'images')?.[0];
  return photos === undefined || photos in options ? undefined : command?.name;
}

/** A form that asks for what a command with photos lacks; people can add all photos to it at once. */
export function encodeForm(
  bot: Pick<Bot, 'describe'>,
  name: OfferedCommandName,
  { options, language }: Pick<IncomingCommand, 'options' | 'language'>,
): object {
  return {
    custom_id: encodeFormId(name),
    title: `/${name}`,
    components: bot
      .describe(name, language)
      .options.slice(0, maxFields)
      // Earlier photos may count towards the least number; the bot says where there are too few.
      .map((option) => encodeField({ ...option, ...(option.kind === 'images' && { min: 1 }) }, options[option.name])),
  };
}

/** A form for what a button's command lacks; the button's own options travel in the form's name. */
export function encodeQuestion(
  bot: Pick<Bot, 'describe'>,
  { command, option, suggestion }: Question,
  { action, language }: { readonly action: string; readonly language: string | undefined },
): object {
  const described = bot.describe(command, language).options.find(({ name }) => name === option)!;
  return {
    custom_id: encodeFormId(action),
    title: `/${command}`,
    components: [encodeField(described, suggestion)],
  };
}

export function encodeField(option: CommandDescription['options'][number], given?: unknown): object {
  const { name, required, min, max } = option;
  const field =
    option.kind === 'images'
      ? {
          type: ComponentType.FileUpload,
          custom_id: name,
          required,
          min_values: required ? Math.min(min ?? 1, maxPhotoOptions) : 0,
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
  return encodeLabel(option, field);
}

export function encodeLabel(
  { name, description }: Pick<CommandDescription['options'][number], 'name' | 'description'>,
  component: object,
): object {
  const isShort = description.length <= maxLabelLength;
  return {
    type: ComponentType.Label,
    label: isShort ? description : name,
    ...(!isShort && { description }),
    component,
  };
}
