import { createHash } from 'node:crypto';
import type { Person } from './place.js';
import type { Button } from './reply.js';

/** Telegram carries at most 64 bytes. */
export const maxActionBytes = 64;
/** Between the options, where it would be written as %7E, and whom the button is for. */
const markBeforeAsker = '~';
const askerTagLength = 8;
/** Stands among the options, and no command has one of this name. */
const asksOption = 'ask';

export interface DecodedAction {
  readonly command: string;
  readonly options: Record<string, string>;
  /** The option that whoever presses is asked for. */
  readonly asks?: string;
  /** As `askerTagOf` the one whose button it is; absent where it is everybody's. */
  readonly asker?: string;
}

/**
 * A button as the short text that a platform hands back: the command and its options, like a query string.
 * @param asker whose button it is, where it is not everybody's
 */
export function encodeAction(button: Pick<Button, 'for' | 'command' | 'options' | 'asks'>, asker: Person): string {
  const options = new URLSearchParams(
    Object.entries(button.options).map(([name, value]): [string, string] => [name, String(value)]),
  );
  if (button.asks !== undefined) options.set(asksOption, button.asks);
  const call = options.size === 0 ? button.command : `${button.command}?${options}`;
  const action = button.for === 'asker' ? `${call}${markBeforeAsker}${askerTagOf(asker)}` : call;
  if (action.length > maxActionBytes)
    throw new RangeError(`button '${action}': ${action.length} bytes, expected at most ${maxActionBytes}`);
  return action;
}

/** The action comes back from outside and may be forged; what it asks for is checked as if it had been typed. */
export function decodeAction(action: string): DecodedAction {
  const mark = action.lastIndexOf(markBeforeAsker);
  const call = mark < 0 ? action : action.slice(0, mark);
  const asker = mark < 0 ? {} : { asker: action.slice(mark + 1) };
  const separator = call.indexOf('?');
  if (separator < 0) return { command: call, options: {}, ...asker };
  const given = new URLSearchParams(call.slice(separator + 1));
  const asks = given.get(asksOption);
  given.delete(asksOption);
  return {
    command: call.slice(0, separator),
    options: Object.fromEntries(given),
    ...(asks !== null && { asks }),
    ...asker,
  };
}

/**
 * Names a person in few letters. No secret goes in: who presses is said by the platform and not by the action, so all that can
 * be forged is one's own name, on what one may do anyway.
 */
export function askerTagOf({ platform, id }: Pick<Person, 'platform' | 'id'>): string {
  return createHash('sha256').update(`${platform}/${id}`).digest('base64url').slice(0, askerTagLength);
}
