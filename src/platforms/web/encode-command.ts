import { isAttached } from '#src/core/options.js';
import type { Bot, CommandDescription } from '../platform.js';

/** A command as the page's completion needs it. */
export interface PageCommand {
  readonly name: string;
  readonly description: string;
  /** Whether the command is nothing without words after its name. */
  readonly needsText: boolean;
  readonly options: readonly PageOption[];
  readonly photos?: { readonly description: string; readonly min: number; readonly max: number };
}

export interface PageOption {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly isFreeText: boolean;
  readonly choices?: readonly string[];
}

export function encodeCommands(bot: Bot, language: string): PageCommand[] {
  // There are no communities here, and so nobody moderates one.
  return bot.commands
    .filter(({ forModerators }) => !forModerators)
    .map(({ name }) => encodeCommand(bot.describe(name, language)));
}

export function encodeCommand({ name, description, options, freeText }: CommandDescription): PageCommand {
  const photos = options.find(isAttached);
  return {
    name,
    description,
    needsText: options.some(({ name, required }) => name === freeText && required),
    options: options
      .filter((option) => option !== photos)
      .map((option) => ({
        name: option.name,
        description: option.description,
        required: option.required,
        isFreeText: option.name === freeText,
        ...(option.choices && { choices: option.choices }),
      })),
    ...(photos && {
      photos: {
        description: photos.description,
        min: photos.required ? (photos.takes?.min ?? 1) : 0,
        max: photos.takes?.max ?? 1,
      },
    }),
  };
}
