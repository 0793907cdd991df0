import type { Button } from './command.js';

/** Telegram carries at most 64 bytes. */
export const maxActionBytes = 64;

/** A button as the short text that a platform hands back: the command and its options, like a query string. */
export function encodeAction(button: Pick<Button, 'command' | 'options'>): string {
  const options = new URLSearchParams(
    Object.entries(button.options).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const action = options.size === 0 ? button.command : `${button.command}?${options}`;
  if (action.length > maxActionBytes)
    throw new RangeError(`button '${action}': ${action.length} bytes, expected at most ${maxActionBytes}`);
  return action;
}

/** The action comes back from outside and may be forged; what it asks for is checked as if it had been typed. */
export function decodeAction(action: string): { readonly command: string; readonly options: Record<string, string> } {
  const separator = action.indexOf('?');
  if (separator < 0) return { command: action, options: {} };
  return {
    command: action.slice(0, separator),
    options: Object.fromEntries(new URLSearchParams(action.slice(separator + 1))),
  };
}
