import type { IncomingImage } from '#src/core/files.js';
import { type Text, text } from '#src/core/locale.js';
import { type CommandForm, isAttached, type Option } from '#src/core/options.js';

export type DecodedLine =
  | { readonly command: string; readonly options: Readonly<Record<string, string | readonly IncomingImage[]>> }
  /** Not a command: what to tell the person. */
  | { readonly hint: Text };

/**
 * A line as typed: `/imagine Biscuit surfing a wave count: 2`. Words before the first option, and what a one-word option
 * leaves over, are the free text; quotes keep an option's name, or a value, together.
 */
export function decodeLine(
  line: string,
  images: readonly IncomingImage[],
  commands: readonly CommandForm[],
): DecodedLine {
  const match = /^\s*\/([\p{L}\p{N}_-]+)(?:\s+([\s\S]*))?$/u.exec(line);
  if (!match) return { hint: text('web.commandHint') };
  const name = match[1]!.toLowerCase();
  const command = commands.find((candidate) => candidate.name === name);
  // The bot says that it knows no such command, in the person's language.
  if (!command) return { command: name, options: {} };

  const { values, rest } = splitOptions(match[2] ?? '', command);
  const options: Record<string, string | readonly IncomingImage[]> = { ...values };
  if (rest !== '') {
    if (command.freeText === undefined || command.freeText in values)
      return { hint: text('errors.optionUnknown', { command: name, option: shorten(rest) }) };
    options[command.freeText] = rest;
  }
  const photoOption = Object.entries(command.options).find(([, option]) => isAttached(option))?.[0];
  if (images.length > 0) {
    if (photoOption === undefined) return { hint: text('errors.photosTooMany', { max: 0, given: images.length }) };
    options[photoOption] = images;
  }
  return { command: name, options };
}

const oneWordKinds: ReadonlySet<Option['kind']> = new Set(['integer', 'number', 'boolean']);

function splitOptions(words: string, command: CommandForm): { values: Record<string, string>; rest: string } {
  const kinds = new Map(
    Object.entries(command.options).flatMap(([name, option]) =>
      isAttached(option) ? [] : [[name.toLowerCase(), { name, kind: option.kind }] as const],
    ),
  );
  const starts = findOptionStarts(words, kinds);
  const values: Record<string, string> = {};
  const leftOver = [words.slice(0, starts[0]?.at)];
  starts.forEach(({ name, kind, valueAt }, index) => {
    const value = words.slice(valueAt, starts[index + 1]?.at).trim();
    const quoted = /^(?:"([^"]*)"|“([^”]*)”)\s*([\s\S]*)$/.exec(value);
    const [taken, remaining] = quoted
      ? [quoted[1] ?? quoted[2] ?? '', quoted[3] ?? '']
      : oneWordKinds.has(kind)
        ? splitFirstWord(value)
        : [value, ''];
    values[name] = taken;
    leftOver.push(remaining);
  });
  const rest = leftOver
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
  return { values, rest: unquote(rest) };
}

interface OptionStart {
  readonly name: string;
  readonly kind: Option['kind'];
  readonly at: number;
  readonly valueAt: number;
}

function findOptionStarts(
  words: string,
  kinds: ReadonlyMap<string, { name: string; kind: Option['kind'] }>,
): OptionStart[] {
  // Quoted stretches match first, and so hide the names inside them.
  const pattern = /"[^"]*"|“[^“”]*”|(?<![^\s])([\p{L}\p{N}_-]+):/gu;
  return [...words.matchAll(pattern)].flatMap((match) => {
    const found = kinds.get((match[1] ?? '').toLowerCase());
    return found ? [{ ...found, at: match.index, valueAt: match.index + match[0].length }] : [];
  });
}

function splitFirstWord(value: string): [string, string] {
  const match = /^(\S*)\s*([\s\S]*)$/.exec(value)!;
  return [match[1]!, match[2]!];
}

function unquote(value: string): string {
  return (
    /^(?:"([^"]*)"|“([^”]*)”)$/
      .exec(value)
      ?.slice(1)
      .find((part) => part !== undefined) ?? value
  );
}

function shorten(value: string): string {
  return value.length <= 40 ? value : `${value.slice(0, 39)}…`;
}
