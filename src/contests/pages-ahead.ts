import type { Logger } from 'pino';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Place } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { ContestsTable } from './contests-table.js';

export interface PagesAheadOptions {
  readonly database: Database;
  /** Makes what a page needs of a picture, so that it is at hand later. */
  readonly prepare: (picture: BlobKey, places: readonly Place[]) => Promise<unknown>;
  /** People turn pages, or nobody does any more. */
  readonly onTurning: (isTurning: boolean) => void;
  readonly log: Logger;
}

/** Of one contest: what is prepared is kept in memory, and of more the first would be forgotten before the last is there. */
const maxPictures = 1000;

/**
 * Makes ready what ballots show, one picture at a time, from when voting begins or the bot starts: whoever opens a ballot would
 * wait for it.
 */
export class PagesAhead {
  readonly #options: PagesAheadOptions;
  readonly #begun = new Set<string>();
  #looking: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: PagesAheadOptions) {
    this.#options = options;
  }

  /** To be called whenever voting may have begun or ended. */
  look(): void {
    this.#looking = this.settled()
      .then(() => this.#look())
      .catch((error: unknown) => this.#options.log.warn({ err: error }, 'pages of ballots are not made ahead'));
  }

  /** Resolves once nothing is being prepared. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.settled();
  }

  async #look(): Promise<void> {
    if (this.#isStopped) return;
    const contests = new ContestsTable(this.#options.database);
    const voting = (await contests.inStates(['voting'])).map(({ id }) => id);
    this.#options.onTurning(voting.length > 0);
    for (const id of this.#begun) if (!voting.includes(id)) this.#begun.delete(id);
    for (const id of voting) {
      if (this.#begun.has(id)) continue;
      this.#begun.add(id);
      await this.#prepareAll(
        id,
        (await contests.places(id)).map(({ place }) => place),
      );
    }
  }

  async #prepareAll(contest: string, places: readonly Place[]): Promise<void> {
    const entries = await new ContestEntriesTable(this.#options.database).ofContest(contest, ['accepted']);
    for (const { id, picture } of entries.slice(0, maxPictures)) {
      if (this.#isStopped) return;
      if (!picture) continue;
      await this.#options.prepare(picture, places).catch((error: unknown) => {
        // Whoever opens a page with it is told.
        this.#options.log.debug({ err: error, entry: id }, 'a picture could not be prepared for a ballot');
      });
    }
  }
}
