import { z } from 'zod';
import { localeFor } from '#locales/index.js';
import { type Contest, type ContestEntry, type ContestPlace, communityOf } from '#src/contests/contest.js';
import type { ContestEvent } from '#src/contests/contest-clock.js';
import { ContestEntriesTable, liveStates } from '#src/contests/contest-entries-table.js';
import { ContestJudgesTable } from '#src/contests/contest-judges-table.js';
import {
  absenceOf,
  type ContestTelling,
  extensionOf,
  isOver,
  newsOf,
  postOf,
  reminderOf,
  talkBelow,
} from '#src/contests/contest-telling.js';
import { ContestsTable } from '#src/contests/contests-table.js';
import { maxEntries } from '#src/contests/entry-rules.js';
import { contestStates } from '#src/contests/life-cycle.js';
import { resultTellingOf } from '#src/contests/result-telling.js';
import type { WinnersCard } from '#src/contests/winners.js';
import type { Place, PlatformName } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import type { ContestNotices } from './contest-notices.js';
import type { ContestSheets } from './contest-sheets.js';
import type { Outbox } from './outbox.js';
import type { OutboxRow, Post } from './post.js';
import { renderForAll } from './render.js';

export interface ContestPostsOptions {
  readonly database: Database;
  readonly outbox: Pick<Outbox, 'register' | 'add'>;
  readonly notices: ContestNotices;
  readonly sheets: Pick<ContestSheets, 'put'>;
  /** A picture of the first ones; undefined where there is none to show. */
  readonly winnersCard: (
    contest: Contest,
    entries: readonly ContestEntry[],
    seenAt: readonly Place[],
  ) => Promise<WinnersCard | undefined>;
  readonly now?: () => Date;
}

export const contestKind = 'contest';
/** More would be noise: the beginning, two reminders, and one that was not foreseen. */
const maxMessagesPerPhase = 4;

const at = z.iso.datetime();
/** What a row is about: the post that stays, or one message beside it. */
const About = z.discriminatedUnion('what', [
  z.object({ what: z.literal('post') }),
  z.object({ what: z.literal('state'), state: z.enum(contestStates) }),
  z.object({ what: z.literal('corrected') }),
  z.object({ what: z.literal('reminder'), state: z.enum(contestStates) }),
  z.object({ what: z.enum(['extended', 'away']), from: at, to: at }),
]);
type About = z.infer<typeof About>;
const Payload = z.object({ contest: z.string(), server: z.string() }).and(About);

/** Says in every place of a contest what becomes of it: one post that is kept up to date, and a message where people should look. */
export class ContestPosts {
  readonly #options: ContestPostsOptions;

  constructor(options: ContestPostsOptions) {
    this.#options = options;
    options.outbox.register(contestKind, {
      what: 'a message about a contest',
      otherwise: 'the contest goes on without it there',
      compose: (row) => this.#compose(row),
      onPosted: async ({ payload, place }, sent, transaction) => {
        const { what, contest } = Payload.parse(payload);
        const contests = new ContestsTable(transaction);
        await contests.noteReachable(contest, communityOf(place));
        if (what === 'post') await contests.notePost(contest, communityOf(place), sent);
      },
      onGivenUp: async ({ payload, place }, transaction) => {
        const contests = new ContestsTable(transaction);
        const contest = await contests.get(Payload.parse(payload).contest);
        if (!contest) return;
        const isNew = await contests.noteUnreachable(contest.id, communityOf(place), options.now?.() ?? new Date());
        if (isNew) await options.notices.tellUnreachable(contest, place, transaction);
      },
    });
  }

  /** In the transaction of what has happened. */
  async announce(contest: Contest, event: ContestEvent, transaction: Database): Promise<void> {
    // Nobody has heard of a draft, and nobody misses one.
    if (contest.state === 'draft' || contest.cancelled?.from === 'draft') return;
    const contests = new ContestsTable(transaction);
    const places = await contests.places(contest.id);
    if (event.kind === 'entries') {
      await this.#showRoom(contest, places, transaction);
      return this.#showEntries(contest, places, transaction);
    }
    const isTold = await this.#isNews(contest, event, transaction);
    if (event.kind === 'state') await contests.startPhase(contest.id, isTold ? 1 : 0);
    for (const place of places) {
      await this.#add(contest, place, { what: 'post' }, 'post', transaction);
      const about = isTold ? aboutOf(contest, event, place) : undefined;
      if (!about) continue;
      const server = communityOf(place.place);
      const isFree = event.kind === 'state' || event.kind === 'corrected';
      if (!isFree && !(await contests.mayPostMore(contest.id, server, maxMessagesPerPhase))) continue;
      await this.#add(contest, place, about, nameOf(contest, event), transaction);
    }
    if (event.kind === 'state') await this.#showEntries(contest, places, transaction);
    await this.#tellOthers(contest, event, transaction);
  }

  /** Who entered is told to nobody before people vote, but whether anybody else still can. */
  async #showRoom(contest: Contest, places: readonly ContestPlace[], transaction: Database): Promise<void> {
    if (contest.state !== 'open') return;
    const count = await new ContestEntriesTable(transaction).count(contest.id, ...liveStates);
    if (count < maxEntries(contest.rules) - 1) return;
    for (const place of places) await this.#add(contest, place, { what: 'post' }, 'post', transaction);
  }

  async #isFull({ id, state, rules }: Contest): Promise<boolean> {
    if (state !== 'open') return false;
    return (await new ContestEntriesTable(this.#options.database).count(id, ...liveStates)) >= maxEntries(rules);
  }

  async #showEntries(contest: Contest, places: readonly ContestPlace[], transaction: Database): Promise<void> {
    if (contest.state !== 'voting') return;
    for (const place of places) await this.#options.sheets.put(contest, place, communityOf(place.place), transaction);
  }

  async #isNews(contest: Contest, event: ContestEvent, transaction: Database): Promise<boolean> {
    if (event.kind === 'edited' || event.kind === 'entries') return false;
    if (event.kind === 'notice') return event.isForAll;
    if (event.kind !== 'state') return true;
    // Where nothing waits for a moderator, voting begins with it; and a result that comes at once is the news.
    if (contest.state === 'review')
      return (
        contest.votingAt > contest.entriesEndAt ||
        (await new ContestEntriesTable(transaction).count(contest.id, 'pending')) > 0
      );
    return contest.state !== 'closed' || contest.rules.publishes === 'by_hand';
  }

  /** Moderators, and those who asked to be reminded. */
  async #tellOthers(contest: Contest, event: ContestEvent, transaction: Database): Promise<void> {
    const { notices } = this.#options;
    if (event.kind === 'notice' && contest.state === 'voting')
      await notices.remindVoters(contest, event.at, transaction);
    const isReviewDue = event.kind === 'notice' || (event.kind === 'state' && contest.state === 'review');
    if (!isReviewDue) return;
    const when = event.kind === 'notice' ? event.at : contest.entriesEndAt;
    if ((await new ContestEntriesTable(transaction).count(contest.id, 'pending')) > 0)
      await notices.tellUndecided(contest, when, transaction);
  }

  async #add(contest: Contest, place: ContestPlace, about: About, name: string, transaction: Database): Promise<void> {
    const { platform, server } = communityOf(place.place);
    await this.#options.outbox.add(
      {
        key: `contest-${contest.id}-${name}-${contest.revision}-${platform}-${server}`,
        kind: contestKind,
        place: place.place,
        payload: { contest: contest.id, server, ...about },
        lane: `contest-${contest.id}-${platform}-${server}`,
      },
      transaction,
    );
  }

  /** As things stand when its turn has come: what is over by then is not said any more. */
  async #compose({ payload, place }: OutboxRow): Promise<Post | undefined> {
    const about = Payload.parse(payload);
    const contests = new ContestsTable(this.#options.database);
    const contest = await contests.get(about.contest);
    const { platform, server } = communityOf(place);
    const places = await contests.places(about.contest);
    const there = places.find((other) => {
      const community = communityOf(other.place);
      return community.platform === platform && community.server === server;
    });
    if (!contest || !there) return undefined;
    const told = await this.#tell(contest, about, { on: platform, seenAt: places.map((other) => other.place) });
    if (!told) return undefined;
    const message = renderForAll(platform, localeFor(there.locale), told);
    return { message, ...(about.what === 'post' && { replaces: there.post }) };
  }

  async #tell(
    contest: Contest,
    about: About,
    { on, seenAt }: { readonly on: PlatformName; readonly seenAt: readonly Place[] },
  ): Promise<(ContestTelling & Partial<WinnersCard>) | undefined> {
    switch (about.what) {
      case 'post':
        return { ...postOf(contest, { on, isFull: await this.#isFull(contest) }), ...talkBelow(contest) };
      case 'state':
        if (about.state !== contest.state) return undefined;
        return contest.state === 'published' ? this.#tellResult(contest, false, seenAt) : newsOf(contest);
      case 'corrected':
        return this.#tellResult(contest, true, seenAt);
      case 'reminder':
        return about.state === contest.state ? reminderOf(contest) : undefined;
      case 'extended':
        return isOver(contest.state) ? undefined : extensionOf(contest, new Date(about.from), new Date(about.to));
      case 'away':
        return absenceOf(contest, new Date(about.from), new Date(about.to));
    }
  }

  async #tellResult(contest: Contest, isCorrection: boolean, seenAt: readonly Place[]) {
    const entries = await new ContestEntriesTable(this.#options.database).ofContest(contest.id, [
      'accepted',
      'withdrawn',
      'disqualified',
    ]);
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const judges = await new ContestJudgesTable(this.#options.database).ofContest(contest.id);
    const card = await this.#options.winnersCard(contest, entries, seenAt);
    return {
      ...resultTellingOf(contest, {
        entryOf: (id) => byId.get(id),
        judges: judges.map(({ name }) => name),
        isCorrection,
      }),
      ...card,
    };
  }
}

/** Of one contest, revision and place each name is posted once. */
function nameOf({ state }: Contest, event: ContestEvent): string {
  switch (event.kind) {
    case 'state':
      return state;
    case 'notice':
      return `reminder-${event.at.getTime()}`;
    case 'extended':
    case 'away':
      return `${event.kind}-${event.downtime.to.getTime()}`;
    default:
      return event.kind;
  }
}

function aboutOf(contest: Contest, event: ContestEvent, { isHost, post }: ContestPlace): About | undefined {
  switch (event.kind) {
    case 'state':
      // The post itself is the news where it is new.
      return post || !['scheduled', 'open'].includes(contest.state)
        ? { what: 'state', state: contest.state }
        : undefined;
    case 'corrected':
      return { what: 'corrected' };
    case 'notice':
      return { what: 'reminder', state: contest.state };
    case 'extended':
      return { what: 'extended', ...isoOf(event.downtime) };
    case 'away':
      // For moderators of the host, wherever they are.
      return isHost ? { what: 'away', ...isoOf(event.downtime) } : undefined;
    case 'edited':
    case 'entries':
      return undefined;
  }
}

function isoOf({ from, to }: { readonly from: Date; readonly to: Date }) {
  return { from: from.toISOString(), to: to.toISOString() };
}
