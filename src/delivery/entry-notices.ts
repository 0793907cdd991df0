import { z } from 'zod';
import { localeFor } from '#locales/index.js';
import { type Contest, type ContestEntry, isNobody } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import type { ContestEvent } from '#src/contests/contest-clock.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { entryState } from '#src/contests/entry-telling.js';
import { type Text, text } from '#src/core/locale.js';
import { type Person, privatePlaceOf } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { PeopleService } from '#src/privacy/services.js';
import type { Outbox } from './outbox.js';
import type { OutboxRow, Post } from './post.js';
import { renderMessage } from './render.js';

export interface EntryNoticesOptions {
  readonly database: Database;
  readonly outbox: Pick<Outbox, 'register' | 'add'>;
  readonly people: Pick<PeopleService, 'localeOf'>;
}

const entryKind = 'contest-entry';
const ballotKind = 'contest-ballot';
const EntryPayload = z.object({ entry: z.string() });
const BallotPayload = z.object({ contest: z.string() });

/** What becomes of somebody's entry or ballot by others, told to them in private; `/contest mine` has it where that cannot be. */
export class EntryNotices {
  readonly #options: EntryNoticesOptions;

  constructor(options: EntryNoticesOptions) {
    this.#options = options;
    options.outbox.register(entryKind, {
      what: 'a word to an author about an entry',
      otherwise: '/contest mine shows it',
      compose: (row) => this.#composeEntry(row),
    });
    options.outbox.register(ballotKind, {
      what: 'a word to a voter about a ballot',
      otherwise: 'the ballot shows it',
      compose: (row) => this.#composeBallot(row),
    });
  }

  /** In the transaction of what has become of it. */
  async tellAuthor({ id, author, state, decidedAt }: ContestEntry, transaction: Database): Promise<void> {
    if (isNobody(author)) return;
    const key = `contest-entry-${id}-${state}-${decidedAt?.getTime() ?? 0}`;
    const row = { key, kind: entryKind, place: privatePlaceOf(author), person: author, payload: { entry: id } };
    await this.#options.outbox.add({ ...row, lane: `contest-entry-${id}` }, transaction);
  }

  /** Whose entries nobody has looked at in time hear of it when voting begins. */
  async announce({ id, state }: Contest, { kind }: ContestEvent, transaction: Database): Promise<void> {
    if (kind !== 'state' || (state !== 'voting' && state !== 'void')) return;
    for (const entry of await new ContestEntriesTable(transaction).ofContest(id, ['unreviewed']))
      await this.tellAuthor(entry, transaction);
  }

  /** @param at when moderators said so: a ballot may be made void, and count again, any number of times */
  async tellVoter({ id }: Contest, voter: Person, at: Date, transaction: Database): Promise<void> {
    const key = `contest-ballot-${id}-${voter.platform}-${voter.id}-${at.getTime()}`;
    const row = { key, kind: ballotKind, place: privatePlaceOf(voter), person: voter, payload: { contest: id } };
    await this.#options.outbox.add({ ...row, lane: `contest-ballot-${id}-${voter.platform}-${voter.id}` }, transaction);
  }

  /** As things stand when its turn has come. */
  async #composeEntry({ person, payload }: OutboxRow): Promise<Post | undefined> {
    const { database } = this.#options;
    const entry = await new ContestEntriesTable(database).get(EntryPayload.parse(payload).entry);
    const contest = entry && (await new ContestsTable(database).get(entry.contest));
    if (!person || !contest || entry.author.id !== person.id) return undefined;
    return this.#postFor(person, text('contests.entries.told', { contest: contest.title, state: entryState(entry) }));
  }

  async #composeBallot({ person, payload }: OutboxRow): Promise<Post | undefined> {
    const { contest: id } = BallotPayload.parse(payload);
    const { database } = this.#options;
    const contest = await new ContestsTable(database).get(id);
    if (!person || !contest) return undefined;
    const reason = await new ContestBallotsTable(database).voidReasonOf(id, person);
    const words = reason
      ? text('contests.reviewing.toldVoid', { contest: contest.title, reason })
      : text('contests.reviewing.toldCounts', { contest: contest.title });
    return this.#postFor(person, words);
  }

  async #postFor(person: Person, words: Text): Promise<Post> {
    const locale = localeFor(await this.#options.people.localeOf(person));
    return { message: renderMessage('info', locale, { asker: person, text: words }) };
  }
}
