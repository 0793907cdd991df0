import { createHash } from 'node:crypto';
import type { PlatformName, Standing } from '#src/core/place.js';
import type { IncomingCommand, IncomingPress } from '#src/platforms/platform.js';

/** Typed, or by a button on a message. */
export type Asked = IncomingCommand & {
  readonly button?: {
    /** Where the platform says that it has the button. */
    readonly message?: IncomingPress['message'];
    /** Whose it is, where it is not everybody's. */
    readonly asker: string | undefined;
  };
};

/** Asks once, however often it is asked. */
export function standingOf({ standing }: Pick<IncomingCommand, 'standing'>): () => Promise<Standing> {
  let asked: Promise<Standing> | undefined;
  return () => {
    asked ??= standing?.() ?? Promise.resolve({ isModerator: false, roles: [] });
    return asked;
  };
}

const platformLetters: Record<PlatformName, string> = { web: 'w', discord: 'd', telegram: 't' };

/** The same event gives the same id. At most 40 characters of the alphabet that BullMQ and buttons allow. */
export function jobIdOf(platform: PlatformName, eventId: string): string {
  const id = `${platformLetters[platform]}-${eventId}`;
  if (/^[A-Za-z0-9_-]{3,40}$/.test(id)) return id;
  return `${platformLetters[platform]}-${createHash('sha256').update(eventId).digest('hex').slice(0, 38)}`;
}
