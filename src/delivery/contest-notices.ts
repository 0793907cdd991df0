import { z } from 'zod';
import { localeFor } from '#locales/index.js';
import { AccountLinksTable } from '#src/contests/account-links-table.js';
import type { Contest } from '#src/contests/contest.js';
import { ContestBallotsTable } from '#src/contests/contest-ballots-table.js';
import { ContestEntriesTable } from '#src/contests/contest-entries-table.js';
import { ContestRemindersTable } from '#src/contests/contest-reminders-table.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { platformNames } from '#src/contests/result-telling.js';
import { instantsIn } from '#src/contests/rules-telling.js';
import { type Text, text } from '#src/core/locale.js';
import { type Person, type Place, type PlatformName, privatePlaceOf, type Server } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { stillModerates } from '#src/moderation/known-moderators.js';
import { lastModerators } from '#src/moderation/trail.js';
import type { Platform } from '#src/platforms/platform.js';
import type { PeopleService } from '#src/privacy/services.js';
import type { Outbox } from './outbox.js';
import type { OutboxRow, Post } from './post.js';
import { renderMessage } from './render.js';

export interface ContestNoticesOptions {
  readonly database: Database;
  readonly outbox: Pick<Outbox, 'register' | 'add'>;
  readonly people: Pick<PeopleService, 'localeOf'>;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
}

const moderatorsKind = 'contest-moderators';
const reminderKind = 'contest-reminder';
/** The last ones who did anything. */
const maxToldModerators = 5;

const ModeratorPayload = z.discriminatedUnion('what', [
  z.object({ what: z.literal('undecided'), contest: z.string() }),
  z.object({ what: z.literal('paused'), contest: z.string() }),
  z.object({ what: z.literal('unreachable'), contest: z.string(), channel: z.string() }),
  z.object({ what: z.literal('prize'), contest: z.string() }),
  z.object({ what: z.enum(['joined', 'left']), contest: z.string(), platform: z.enum(['discord', 'telegram', 'web']) }),
]);
type ModeratorPayload = z.infer<typeof ModeratorPayload>;
const ReminderPayload = z.object({ contest: z.string() });

/** What one person alone is told of a contest, in private: where that cannot be, it is left unsaid, as others would read along. */
export class ContestNotices {
  readonly #options: ContestNoticesOptions;

  constructor(options: ContestNoticesOptions) {
    this.#options = options;
    options.outbox.register(moderatorsKind, {
      what: 'a word to a moderator about a contest',
      otherwise: 'the other moderators are told',
      compose: (row) => this.#composeForModerator(row),
    });
    options.outbox.register(reminderKind, {
      what: 'a reminder to vote',
      otherwise: 'the post says when voting ends',
      compose: (row) => this.#composeReminder(row),
    });
  }

  /** Entries that nobody has decided about. @param when as no two tellings have it */
  async tellUndecided(contest: Contest, when: Date, transaction: Database): Promise<void> {
    const payload = { what: 'undecided', contest: contest.id } as const;
    await this.#tellModerators(contest, payload, `undecided-${when.getTime()}`, transaction);
  }

  /** Nothing can be posted in one of its places. */
  async tellUnreachable(contest: Contest, { channel }: Place, transaction: Database): Promise<void> {
    const payload = { what: 'unreachable', contest: contest.id, channel } as const;
    await this.#tellModerators(contest, payload, `unreachable-${channel}-${contest.revision}`, transaction);
  }

  /** Nobody enters its series any more. */
  async tellPaused(contest: Contest, transaction: Database): Promise<void> {
    await this.#tellModerators(contest, { what: 'paused', contest: contest.id }, 'paused', transaction);
  }

  /** Another community takes part. */
  async tellJoined(contest: Contest, { platform }: Server, transaction: Database): Promise<void> {
    const payload = { what: 'joined', contest: contest.id, platform } as const;
    await this.#tellModerators(contest, payload, `joined-${contest.revision}`, transaction);
  }

  /** One that took part does so no more, by its own will or since the bot was thrown out there. */
  async tellLeft(contest: Contest, { platform }: Server, transaction: Database): Promise<void> {
    const payload = { what: 'left', contest: contest.id, platform } as const;
    await this.#tellModerators(contest, payload, `left-${contest.revision}`, transaction);
  }

  /** The role of a prize could not be given, or taken away. */
  async tellPrizeRefused(contest: Contest, transaction: Database): Promise<void> {
    await this.#tellModerators(
      contest,
      { what: 'prize', contest: contest.id },
      `prize-${contest.revision}`,
      transaction,
    );
  }

  /** Each once, whoever has not voted by then. */
  async remindVoters({ id }: Contest, when: Date, transaction: Database): Promise<void> {
    for (const person of await new ContestRemindersTable(transaction).takeAll(id))
      await this.#options.outbox.add(
        {
          key: `contest-${id}-remind-${when.getTime()}-${person.platform}-${person.id}`,
          kind: reminderKind,
          place: privatePlaceOf(person),
          person,
          payload: { contest: id },
        },
        transaction,
      );
  }

  async #tellModerators(
    { id, host }: Contest,
    payload: ModeratorPayload,
    name: string,
    transaction: Database,
  ): Promise<void> {
    const place = { ...host, channel: host.server };
    for (const moderator of await lastModerators(place, maxToldModerators, transaction))
      await this.#options.outbox.add(
        {
          key: `contest-${id}-${name}-${moderator.id}`,
          kind: moderatorsKind,
          place: privatePlaceOf(moderator),
          person: moderator,
          payload,
        },
        transaction,
      );
  }

  async #composeForModerator({ person, payload }: OutboxRow): Promise<Post | undefined> {
    const about = ModeratorPayload.parse(payload);
    const { database, platforms } = this.#options;
    const contest = await new ContestsTable(database).get(about.contest);
    if (!contest || !person) return undefined;
    const place = { ...contest.host, channel: contest.host.server };
    if (!(await stillModerates(platforms, person, place))) return undefined;
    const told = await this.#tellingFor(contest, about);
    return told && this.#postFor(person, told);
  }

  async #tellingFor(contest: Contest, about: ModeratorPayload): Promise<Text | undefined> {
    const { id, title, state, votingAt } = contest;
    if (about.what === 'unreachable') return text('contests.posts.unreachable', { title, id, channel: about.channel });
    if (about.what === 'joined')
      return text('contests.posts.joined', { title, id, platform: platformNames[about.platform] });
    if (about.what === 'left')
      return text('contests.posts.guestLeft', { title, id, platform: platformNames[about.platform] });
    if (about.what === 'paused') return text('contests.posts.paused', { title });
    if (about.what === 'prize') {
      const role = contest.rules.prize?.name;
      return role === undefined ? undefined : text('contests.posts.prizeRefused', { title, id, role });
    }
    if (state !== 'open' && state !== 'review') return undefined;
    const count = await new ContestEntriesTable(this.#options.database).count(id, 'pending');
    const begin = instantsIn(contest)(votingAt);
    return count === 0 ? undefined : text('contests.posts.undecided', { title, id, count, begin });
  }

  async #composeReminder({ person, payload }: OutboxRow): Promise<Post | undefined> {
    const { contest: id } = ReminderPayload.parse(payload);
    const { database } = this.#options;
    const contest = await new ContestsTable(database).get(id);
    if (!person || contest?.state !== 'voting') return undefined;
    const ballots = new ContestBallotsTable(database);
    // Linked accounts have one ballot.
    for (const account of await new AccountLinksTable(database).accountsOf(person))
      if (await ballots.hasVoted(id, account)) return undefined;
    const { title, endsAt } = contest;
    return this.#postFor(person, text('contests.posts.voteSoon', { title, end: instantsIn(contest)(endsAt) }));
  }

  async #postFor(person: Person, words: Text): Promise<Post> {
    const locale = localeFor(await this.#options.people.localeOf(person));
    return { message: renderMessage('info', locale, { asker: person, text: words }) };
  }
}
