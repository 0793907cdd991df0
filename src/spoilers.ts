import type { Place } from './command.js';
import type { OutgoingMessage, Platform } from './platforms/platform.js';

/** How Discord names a file that its sender has covered; a copy of it keeps the name wherever it goes. */
export const spoilerPrefix = 'SPOILER_';

/** A platform that hides pictures where a channel's rules say so. */
export function withSpoilers(platform: Platform, isSpoilerPlace: (place: Place) => Promise<boolean>): Platform {
  const marked = async (place: Place, message: OutgoingMessage): Promise<OutgoingMessage> => {
    if (!message.pictures?.length || !(await isSpoilerPlace(place))) return message;
    return { ...message, isSpoiler: true };
  };
  return {
    name: platform.name,
    isRemote: platform.isRemote ?? false,
    start: (bot, connection) => platform.start(bot, connection),
    stop: () => platform.stop(),
    send: async (place, message, options) => platform.send(place, await marked(place, message), options),
    edit: async (reference, message, options) =>
      platform.edit(reference, await marked(reference.place, message), options),
    remove: (reference) => platform.remove(reference),
    forget: async (person) => platform.forget?.(person),
    everythingOf: async (person) => platform.everythingOf?.(person) ?? {},
  };
}
