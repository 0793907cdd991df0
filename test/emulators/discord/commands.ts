import { invalidForm } from './api-error.js';

interface Option {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly autocomplete?: boolean;
  readonly min_value?: number;
  readonly max_value?: number;
  readonly choices?: readonly {
    readonly name: string;
    readonly value: unknown;
    readonly name_localizations?: Readonly<Record<string, string>> | null;
  }[];
  readonly name_localizations?: Readonly<Record<string, string>> | null;
  readonly description_localizations?: Readonly<Record<string, string>> | null;
}

export interface RegisteredCommand {
  readonly id: string;
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly options: readonly Option[];
  readonly contexts?: readonly number[];
  readonly default_member_permissions?: string | null;
  readonly integration_types?: readonly number[];
  readonly name_localizations?: Readonly<Record<string, string>> | null;
  readonly description_localizations?: Readonly<Record<string, string>> | null;
}

/** Lower case where the script has cases, and no spaces. */
const namePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const maxMenusOfAType = 15;
const discordLocales = new Set(
  'id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko'.split(
    ' ',
  ),
);

/** What the schema does not say about commands, as Discord's documentation does. @throws ApiError */
export function checkCommands(commands: readonly Partial<RegisteredCommand>[]): void {
  commands.forEach((command, index) => {
    const path = String(index);
    const { type = 1, name = '', options = [] } = command;
    if (commands.some((other, at) => at < index && other.name === name && (other.type ?? 1) === type))
      throw invalidForm(`${path}.name`, `Application command names must be unique: ${name}`);
    if (type === 1) {
      checkName(`${path}.name`, command);
      if (!command.description) throw invalidForm(`${path}.description`, 'This field is required');
    } else if (command.description || options.length > 0) {
      throw invalidForm(`${path}.description`, 'Context menu commands have neither description nor options');
    } else {
      checkMenuName(`${path}.name`, command);
      if (commands.filter((other) => other.type === type).length > maxMenusOfAType)
        throw invalidForm(path, `Maximum number of application commands reached (${maxMenusOfAType})`);
    }
    checkLocales(`${path}.description_localizations`, command.description_localizations);
    for (const [at, option] of options.entries()) checkOption(`${path}.options.${at}`, option, options.slice(0, at));
    if (lengthOf(command) > 8000)
      throw invalidForm(path, `Command exceeds maximum size: ${lengthOf(command)} of 8000 characters`);
  });
}

function checkOption(path: string, option: Option, earlier: readonly Option[]): void {
  checkName(`${path}.name`, option);
  checkLocales(`${path}.description_localizations`, option.description_localizations);
  if (earlier.some(({ name }) => name === option.name))
    throw invalidForm(`${path}.name`, 'Option names must be unique');
  if (option.required && earlier.some(({ required }) => !required))
    throw invalidForm(path, 'Required options must be placed before non-required options');
  for (const [at, choice] of (option.choices ?? []).entries()) {
    checkLocales(`${path}.choices.${at}.name_localizations`, choice.name_localizations);
    for (const name of [choice.name, ...Object.values(choice.name_localizations ?? {})]) {
      if (name === '' || name.length > 100)
        throw invalidForm(`${path}.choices.${at}.name`, 'Must be between 1 and 100 in length.');
    }
  }
  if (option.autocomplete && option.choices?.length)
    throw invalidForm(`${path}.choices`, 'Autocomplete and choices cannot be combined');
}

function checkName(
  path: string,
  { name = '', name_localizations }: Pick<Partial<Option>, 'name' | 'name_localizations'>,
): void {
  checkLocales(`${path}_localizations`, name_localizations);
  for (const each of [name, ...Object.values(name_localizations ?? {})]) {
    if (!namePattern.test(each) || each !== each.toLowerCase())
      throw invalidForm(path, `Command name is invalid: '${each}'`);
  }
}

/** Of any script, with capitals and spaces. */
function checkMenuName(
  path: string,
  { name = '', name_localizations }: Pick<Partial<RegisteredCommand>, 'name' | 'name_localizations'>,
): void {
  checkLocales(`${path}_localizations`, name_localizations);
  for (const each of [name, ...Object.values(name_localizations ?? {})]) {
    if (each.trim() === '' || [...each].length > 32)
      throw invalidForm(path, `Must be between 1 and 32 in length: '${each}'`);
  }
}

function checkLocales(path: string, texts: Readonly<Record<string, string>> | null | undefined): void {
  const unknown = Object.keys(texts ?? {}).find((locale) => !discordLocales.has(locale));
  if (unknown !== undefined) throw invalidForm(path, `'${unknown}' is not a locale of Discord`);
}

/** Of each field its longest translation counts. */
function lengthOf(command: Partial<RegisteredCommand>): number {
  const longest = (text = '', translations: Readonly<Record<string, string>> | null = {}) =>
    Math.max(...[text, ...Object.values(translations ?? {})].map((each) => each.length));
  const own = (each: Partial<Option>) =>
    longest(each.name, each.name_localizations) + longest(each.description, each.description_localizations);
  return (command.options ?? []).reduce(
    (sum, option) =>
      sum +
      own(option) +
      (option.choices ?? []).reduce(
        (length, choice) => length + longest(choice.name, choice.name_localizations) + String(choice.value).length,
        0,
      ),
    own(command),
  );
}
