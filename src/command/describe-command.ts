import { localeFor, locales } from '#locales/index.js';
import { boundsOf } from '#src/core/options.js';
import type { OfferedCommandName } from '#src/core/reply.js';
import type { CommandDescription } from '#src/platforms/platform.js';
import type { Command } from './define-command.js';

interface CommandTexts {
  readonly description: string;
  readonly options: Readonly<Record<string, string>>;
  /** Of any option; a choice without one stands for itself. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly menu?: string;
}

/** A declaration with its texts in one language. */
export function describeCommand(
  { name, options, freeText, menu, forModerators }: Command<OfferedCommandName>,
  language?: string,
): CommandDescription {
  const texts: CommandTexts = locales[localeFor(language)].commands[name];
  return {
    name,
    description: texts.description,
    ...(forModerators && { forModerators }),
    options: Object.entries(options).map(([optionName, option]) => ({
      name: optionName,
      kind: option.kind,
      description: texts.options[optionName] ?? '',
      required: option.required ?? false,
      ...('min' in option && { min: option.min }),
      ...('max' in option && { max: option.max }),
      ...('completes' in option && { completes: option.completes }),
      ...(option.kind === 'images' && { takes: boundsOf(option) }),
      ...('choices' in option && {
        choices: option.choices,
        choiceLabels: option.choices.map((choice) => texts.choices?.[choice] ?? choice),
      }),
    })),
    ...(freeText !== undefined && { freeText }),
    ...(menu && texts.menu !== undefined && { menu: { title: texts.menu, ...menu } }),
  };
}
