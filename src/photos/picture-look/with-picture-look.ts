import type { Platform } from '#src/platforms/platform.js';
import type { PictureLook } from './picture-look.js';

/** A platform whose pictures are looked at before they are shown. */
export function withPictureLook(platform: Platform, look: Pick<PictureLook, 'shown'>): Platform {
  return {
    name: platform.name,
    isRemote: platform.isRemote ?? false,
    linksFiles: platform.linksFiles ?? false,
    start: (bot, connection) => platform.start(bot, connection),
    stop: () => platform.stop(),
    send: async (place, message, options) => platform.send(place, await look.shown(place, message), options),
    edit: async (reference, message, options) =>
      platform.edit(reference, await look.shown(reference.place, message), options),
    remove: (reference, locale) => platform.remove(reference, locale),
    memberOf: async (person, server) => (await platform.memberOf?.(person, server)) ?? 'none',
    communityName: async (server) => platform.communityName?.(server),
    setRole: async (...given) => (await platform.setRole?.(...given)) ?? false,
    moderates: async (person, place) => (await platform.moderates?.(person, place)) ?? false,
    ...(platform.accountCreatedAt && { accountCreatedAt: (id) => platform.accountCreatedAt!(id) }),
    forget: async (person) => platform.forget?.(person),
    everythingOf: async (person) => platform.everythingOf?.(person) ?? {},
  };
}
