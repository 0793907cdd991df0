import type { DecodedAction } from './action.js';
import type { Button } from './reply.js';

interface LinkedCall extends Pick<Button, 'options'> {
  readonly command: string;
}

/** What links to the bot lead to: a letter for each command, and the option that is written after it. */
const linked: readonly { readonly letter: string; readonly command: string; readonly option: string }[] = [
  { letter: 'v', command: 'ballot', option: 'c' },
];

/**
 * What a button does, as a link to the bot can carry it: `v_k3v9q2ab`. At most 64 of the characters that Telegram lets through.
 * @throws RangeError where no link leads to that
 */
export function encodeStart({ command, options }: LinkedCall): string {
  const found = linked.find((one) => one.command === command);
  const start = found && `${found.letter}_${options[found.option]}`;
  if (start === undefined || Object.keys(options).length !== 1 || !isStart(start))
    throw new RangeError(`no link leads to ${command} with ${JSON.stringify(options)}`);
  return start;
}

/** It comes from outside and may be forged, as an action may. @returns undefined for what leads nowhere */
export function decodeStart(start: string): Pick<DecodedAction, 'command' | 'options'> | undefined {
  const found = linked.find(({ letter }) => start.startsWith(`${letter}_`));
  return found && isStart(start) ? { command: found.command, options: { [found.option]: start.slice(2) } } : undefined;
}

/** https://core.telegram.org/bots/features#deep-linking */
function isStart(words: string): boolean {
  return /^[A-Za-z0-9_-]{3,64}$/.test(words);
}
