import type { Logger } from 'pino';
import { isSamePerson, type Person, type Place, type PlatformName } from '#src/core/place.js';
import type { Platform } from '#src/platforms/platform.js';
import type { Reports } from './reports.js';

export interface KnownModeratorsOptions {
  readonly reports: Pick<Reports, 'moderatorsAt'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly log: Logger;
}

/** Of whom the platform is asked whether they still moderate. */
const maxAsked = 10;

/** Moderators as far as the bot has met them: services list nobody's. */
export class KnownModerators {
  readonly #options: KnownModeratorsOptions;

  constructor(options: KnownModeratorsOptions) {
    this.#options = options;
  }

  /** Of those who acted last, the ones who still moderate. */
  async at(place: Place, except: Person, max: number): Promise<Person[]> {
    const { reports, platforms, log } = this.#options;
    const found: Person[] = [];
    for (const person of await reports.moderatorsAt(place, maxAsked)) {
      if (found.length === max) break;
      if (isSamePerson(person, except)) continue;
      const isModerator = await stillModerates(platforms, person, place).catch((error: unknown) => {
        log.info({ err: error }, 'a platform could not be asked who moderates');
        return false;
      });
      if (isModerator) found.push(person);
    }
    return found;
  }
}

/** As their service says at this moment. */
export async function stillModerates(
  platforms: ReadonlyMap<PlatformName, Platform>,
  person: Person,
  place: Place,
): Promise<boolean> {
  return (await platforms.get(person.platform)?.moderates?.(person, place)) ?? false;
}
