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
  remember(person: Person): Promise<void>;
  /** The code of the locale that the person has chosen; undefined while they have not. */
  localeOf(person: Person): Promise<string | undefined>;
}
