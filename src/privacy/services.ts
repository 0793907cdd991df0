import type { BlobKey } from '#src/core/blob-key.js';
import type { OfferedFile } from '#src/core/files.js';
import type { Person } from '#src/core/place.js';

/** Everything that is kept about the invoking person. */
export interface MyDataService {
  /**
   * @returns archives, each small enough for every platform; kept for a day where they are not handed over
   * @throws UserError `quotaReached`
   */
  export(): Promise<readonly OfferedFile[]>;
  /** Removes those of these files that are archives of an export: the person has them now. */
  handedOver(files: readonly BlobKey[]): Promise<void>;
  /** Stops their jobs and deletes everything. */
  delete(): Promise<void>;
}

/** What the person has chosen for themselves. */
export interface SettingsService {
  /** The code of a locale; undefined: as the platform says. */
  language(): Promise<string | undefined>;
  /** Holds from the answer to this command on. */
  setLanguage(language: string | undefined): Promise<void>;
}

/** Whom the bot knows. */
export interface PeopleService {
  /** @param appLocale of the app that they speak from at this moment, where the platform tells it */
  remember(person: Person, appLocale?: string): Promise<void>;
  /**
   * What to speak with somebody: what they have chosen, else the language of the app that they speak from at this moment, else of
   * the last one. Undefined where nobody knows.
   */
  localeOf(person: Person, language?: string): Promise<string | undefined>;
}
