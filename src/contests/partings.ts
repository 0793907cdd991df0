import type { MessageReference, Person, Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type Contest, type ContestPlace, communityKey } from './contest.js';
import type { ContestClock } from './contest-clock.js';
import { withNote } from './contest-notes.js';
import { isOver } from './contest-telling.js';
import { ContestsTable } from './contests-table.js';
import { contestStates } from './life-cycle.js';
import { noteHosting } from './note-hosting.js';
import { SeriesTable } from './series-table.js';

export interface PartingsOptions {
  readonly database: Database;
  readonly clock: Pick<ContestClock, 'change'>;
  /** Takes a post away that is not to be seen any more. */
  readonly takeAway: (post: MessageReference, locale: string) => Promise<unknown>;
  /** Says in the place of a guest that the host has ended its part. */
  readonly tellGuest: (contest: Contest, guest: ContestPlace, transaction: Database) => Promise<void>;
  /** The host's moderators hear that a guest is gone. */
  readonly tellHost: (contest: Contest, guest: Server, transaction: Database) => Promise<void>;
  readonly wake: () => void;
  readonly now?: () => Date;
}

/** Who ends that a community takes part: somebody of its own, or of the host's. */
export interface Parting {
  readonly person: Person;
  readonly side: 'guest' | 'host';
}

const running = contestStates.filter((state) => !isOver(state));

/** Communities that take part in contests of others no more: their post goes, and what was entered and voted there stays. */
export class Partings {
  readonly #options: PartingsOptions;

  constructor(options: PartingsOptions) {
    this.#options = options;
  }

  /** @returns undefined where it does not take part */
  async part(id: string, guest: Server, by: Parting): Promise<Contest | undefined> {
    const parted = await this.#end(id, guest, by);
    if (parted?.left.post) await this.#options.takeAway(parted.left.post, parted.left.locale);
    return parted?.contest;
  }

  /** The bot was thrown out of a community: nobody there sees anything of it any more, and no post can be taken away. */
  async removedFrom(community: Server): Promise<void> {
    const seen = await new ContestsTable(this.#options.database).seenIn(community, running);
    for (const { id, host } of seen)
      if (communityKey(host) !== communityKey(community)) await this.#end(id, community, undefined);
  }

  async #end(id: string, guest: Server, by: Parting | undefined) {
    const { database, clock, tellGuest, tellHost, wake, now = () => new Date() } = this.#options;
    const parted = await database.transaction(async (transaction) => {
      const contests = new ContestsTable(transaction);
      const locked = await contests.lock(id);
      const left = locked && (await contests.leave(id, guest, now()));
      if (!left) return undefined;
      await new SeriesTable(transaction).removePlace(id, guest);
      if (by) {
        const line = `host leave contest:${id}`;
        await noteHosting({ contest: id, moderator: by.person, line }, [locked.host, guest], transaction);
      }
      const note = { at: now().toISOString(), text: { key: 'contests.notes.left', params: {} } } as const;
      const contest = await clock.change(locked, withNote(locked, note), { kind: 'edited' }, transaction);
      await (by?.side === 'host' ? tellGuest(contest, left, transaction) : tellHost(contest, guest, transaction));
      return { contest, left };
    });
    wake();
    return parted;
  }
}
