import { cleanWords, normalised } from '#src/core/clean-words.js';
import { UserError } from '#src/core/errors.js';
import type { IncomingImage } from '#src/core/files.js';
import type { Text } from '#src/core/locale.js';
import { boundsOf, type Option } from '#src/core/options.js';
import type { PlatformName } from '#src/core/place.js';
import type { WordBlocklist } from '#src/moderation/word-blocklist.js';
import type { PetsService } from '#src/pets/services.js';
import type { Command } from './define-command.js';

const maxNameLength = 64;

type Given = string | number | boolean | readonly IncomingImage[];

export interface OptionContext {
  readonly pets: Pick<PetsService, 'find' | 'findAvailable'>;
  readonly platform: PlatformName;
  readonly describe: (option: string) => Text;
  /** Photos that are here already and count towards the least number. */
  readonly keptPhotos?: () => Promise<number>;
  readonly blocklist: Pick<WordBlocklist, 'assertFree'>;
}

/**
 * Checks what came from outside against a command's declaration.
 * @throws UserError naming the option and what was expected
 */
export async function parseOptions(
  command: Command,
  given: Readonly<Record<string, Given | undefined>>,
  context: OptionContext,
): Promise<Record<string, unknown>> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(command.options, name))
      throw new UserError('optionUnknown', { command: command.name, option: shorten(name) });
  }
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(command.options)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const isEmpty =
      value === undefined ||
      (typeof value === 'string' && value.trim() === '') ||
      (Array.isArray(value) && value.length === 0);
    if (isEmpty) {
      if (option.required) throw missing(command, name, option, context);
      values[name] = undefined;
    } else {
      values[name] = await parseValue(name, option, value, context);
    }
  }
  return values;
}

function missing(command: Command, name: string, option: Option, context: OptionContext): UserError {
  if (option.internal || command.internal) return new UserError('buttonBroken');
  if (option.kind === 'images') return new UserError('photosTooFew', { min: option.min ?? 1, given: 0 });
  return new UserError('optionMissing', { option: name, description: context.describe(name) });
}

async function parseValue(name: string, option: Option, given: Given, context: OptionContext): Promise<unknown> {
  switch (option.kind) {
    case 'text': {
      const words = parseText(name, option, given);
      // What only buttons fill are our own ids.
      if (!option.internal) context.blocklist.assertFree(words);
      return words;
    }
    case 'integer':
    case 'number':
      return parseNumber(name, option, given);
    case 'boolean':
      return parseBoolean(name, given);
    case 'choice': {
      const choice = String(given).trim();
      if (!option.choices.includes(choice))
        throw new UserError('optionNotAChoice', { option: name, choices: option.choices.join(', ') });
      return choice;
    }
    case 'pet': {
      const petName = parseText(name, { max: 100 }, given);
      const pet = await (option.shared ? context.pets.findAvailable(petName) : context.pets.find(petName));
      if (!pet) throw new UserError('petUnknown', { name: petName });
      return pet;
    }
    case 'person': {
      const named = parseNamed(given);
      if (!named) throw new UserError('optionNotPerson', { option: name });
      return { platform: context.platform, ...named };
    }
    case 'role': {
      const named = parseNamed(given);
      if (!named) throw new UserError('optionNotRole', { option: name });
      return named;
    }
    case 'file':
      if (typeof given !== 'object' || given.length !== 1) throw new UserError('optionNotFile', { option: name });
      return given[0];
    case 'image':
    case 'images':
      return parseImages(name, option, given, (await context.keptPhotos?.()) ?? 0);
  }
}

function parseText(name: string, { min, max }: { readonly min?: number; readonly max?: number }, given: Given): string {
  if (typeof given === 'object') throw new UserError('optionNotText', { option: name });
  const value = cleanWords(String(given));
  const length = [...value].length;
  if (min !== undefined && length < min) throw new UserError('optionTooShort', { option: name, min });
  if (max !== undefined && length > max) throw new UserError('optionTooLong', { option: name, max, given: length });
  return value;
}

/** An id of Discord's or Telegram's, and perhaps the name after it. */
function parseNamed(given: Given): { readonly id: string; readonly name: string } | undefined {
  if (typeof given === 'object') return undefined;
  const words = parseText('', {}, given);
  const match = /^(\d{1,20})(?: (.+))?$/.exec(words);
  if (!match) return undefined;
  const name = [...(match[2] ?? match[1]!)].slice(0, maxNameLength).join('');
  return { id: match[1]!, name };
}

function parseNumber(name: string, option: Option & { readonly kind: 'integer' | 'number' }, given: Given): number {
  const words = typeof given === 'object' ? '?' : shorten(String(given).trim());
  const value =
    typeof given === 'number'
      ? given
      : /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(words)
        ? Number(words)
        : Number.NaN;
  if (!Number.isFinite(value)) throw new UserError('optionNotNumber', { option: name, given: words });
  if (option.kind === 'integer' && !Number.isInteger(value))
    throw new UserError('optionNotInteger', { option: name, given: words });
  if (option.min !== undefined && value < option.min)
    throw new UserError('optionTooSmall', { option: name, min: option.min, given: words });
  if (option.max !== undefined && value > option.max)
    throw new UserError('optionTooLarge', { option: name, max: option.max, given: words });
  return value;
}

function parseBoolean(name: string, given: Given): boolean {
  if (typeof given === 'boolean') return given;
  const word = normalised(String(given)).trim().toLowerCase();
  if (/^(true|1|yes|ja|sí|si|oui|sim|はい)$/u.test(word)) return true;
  if (/^(false|0|no|nein|non|não|nao|いいえ)$/u.test(word)) return false;
  throw new UserError('optionNotBoolean', { option: name, given: shorten(word) });
}

function parseImages(
  name: string,
  option: Option & { readonly kind: 'image' | 'images' },
  given: Given,
  kept: number,
): unknown {
  if (typeof given !== 'object') throw new UserError('optionNotPhotos', { option: name });
  if (option.kind === 'image') {
    if (given.length > 1) throw new UserError('photosTooMany', { max: 1, given: given.length });
    return given[0];
  }
  const { min, max } = boundsOf(option);
  if (given.length < Math.max(1, min - kept)) throw new UserError('photosTooFew', { min, given: given.length });
  if (given.length > max) throw new UserError('photosTooMany', { max: option.max, given: given.length });
  return given;
}

function shorten(words: string): string {
  const clean = cleanWords(words.slice(0, 200));
  return clean.length > 40 ? `${clean.slice(0, 39)}…` : clean;
}
