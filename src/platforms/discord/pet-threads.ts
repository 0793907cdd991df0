import { Routes, ThreadAutoArchiveDuration } from 'discord.js';
import type { DecodedInteraction } from './decode-interaction.js';
import { DiscordRequestError } from './discord-errors.js';
import type { Requests } from './requests.js';
import type { DiscordTextKey } from './texts.js';

/** Buttons that carry commands have no colon in their command's name. */
const prefix = 'thread:';
/** As long as a pet's name. */
const maxNameLength = 32;

/** The button below a message that opens a thread of this name. */
export function encodeThreadAction(name: string): string {
  return `${prefix}${shorten(name)}`;
}

/** @returns the name of the thread that a button opens, undefined for other buttons */
export function decodeThreadAction(action: string): string | undefined {
  if (!action.startsWith(prefix)) return undefined;
  const name = action
    .slice(prefix.length)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return name === '' ? undefined : shorten(name);
}

function shorten(name: string): string {
  return [...name].slice(0, maxNameLength).join('');
}

export interface ThreadAnswer {
  readonly key: DiscordTextKey;
  readonly thread?: string;
}

/**
 * Opens a thread on a message of the bot's. A thread is a channel, and what is asked for in a channel is answered there: so a
 * pet's pictures stay together for whoever goes on in the thread. Nobody opens one who could not without the bot.
 */
export async function openThread(
  requests: Requests,
  { place, message, mayOpenThreads }: DecodedInteraction & { readonly kind: 'press' },
  name: string,
): Promise<ThreadAnswer> {
  if (place.server === undefined) return { key: 'threadNotHere' };
  if (!mayOpenThreads) return { key: 'threadNotYours' };
  try {
    const body = { name, auto_archive_duration: ThreadAutoArchiveDuration.OneWeek };
    const thread = await requests.send<{ readonly id: string }>('POST', Routes.threads(place.channel, message), {
      body,
      isRepeatable: true,
    });
    return { key: 'threadOpened', thread: thread.id };
  } catch (error) {
    if (!(error instanceof DiscordRequestError)) throw error;
    // A thread on a message has the message's own id, also where the answer about it was lost.
    if (error.is('threadExists')) return { key: 'threadOpened', thread: message };
    if (error.is('missingPermissions', 'missingAccess')) return { key: 'threadForbidden' };
    if (error.is('wrongChannelType', 'unknownMessage', 'unknownChannel')) return { key: 'threadNotHere' };
    throw error;
  }
}
