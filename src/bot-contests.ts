import type { Logger } from 'pino';
import type { Tables } from './bot-tables.js';
import { ContestClock } from './contests/contest-clock.js';
import { type HostingAsker, hostingFor } from './contests/hosting.js';
import { judgingFor } from './contests/judging.js';
import { LinkedAccounts } from './contests/linked-accounts.js';
import { Partings, type PartingsOptions } from './contests/partings.js';
import { Presence } from './contests/presence.js';
import { Prizes, prizeDue } from './contests/prizes.js';
import { repeatingFor } from './contests/repeating.js';
import { reviewServiceFor } from './contests/review-service.js';
import { SeriesClock, seriesDue } from './contests/series-clock.js';
import type {
  AccountsService,
  HostingService,
  JudgingService,
  RepeatingService,
  ReviewService,
  SharingService,
} from './contests/services.js';
import { sharingFor } from './contests/sharing.js';
import type { ContestPictures } from './contests/sheets/contest-pictures.js';
import { winnersOf } from './contests/winners.js';
import type { Person, Server } from './core/place.js';
import type { Database } from './database/database.js';
import { ContestNotices, type ContestNoticesOptions } from './delivery/contest-notices.js';
import { ContestPartings } from './delivery/contest-partings.js';
import { ContestPosts } from './delivery/contest-posts.js';
import { ContestSheets } from './delivery/contest-sheets.js';
import { EntryNotices } from './delivery/entry-notices.js';
import type { Outbox } from './delivery/outbox.js';
import { stillModerates } from './moderation/known-moderators.js';
import type { Applicant } from './moderation/rights.js';
import type { DueHandler, Schedule } from './schedule/schedule.js';

export interface ContestsOptions
  extends Pick<ContestNoticesOptions, 'people' | 'platforms'>,
    Pick<PartingsOptions, 'takeAway'> {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly presence: Pick<Tables['presence'], 'lastSeen' | 'note'>;
  readonly pictures: Pick<ContestPictures, 'sheet' | 'winnersCard'>;
  /** After what was due is done: voting may have begun or ended. */
  readonly lookAhead: () => void;
  readonly log: Logger;
}

export interface Contests {
  readonly clock: ContestClock;
  readonly handlers: Readonly<Record<string, DueHandler>>;
  /** The bot is in a community no more. */
  readonly removedFrom: (community: Server) => Promise<void>;
  readonly hosting: (asker: HostingAsker) => HostingService;
  readonly reviews: (applicant: Applicant) => ReviewService;
  readonly sharing: (asker: HostingAsker) => SharingService;
  readonly repeating: (asker: HostingAsker) => RepeatingService;
  readonly judging: (asker: HostingAsker) => JudgingService;
  readonly accounts: (person: Person) => AccountsService;
  /** Of the schedule: makes up for the time in which this process was not there. */
  beforeDue(): Promise<void>;
  /** Makes up for the time in which no process was there, and notes from now on that one is. Before anything due is done. */
  start(schedule: Pick<Schedule, 'wake'>): Promise<void>;
  stop(): Promise<void>;
}

/** By then a transaction has ended; if not, the next look finds what it leaves. */
const soonMs = 200;

/** Puts contests together: the clock, what is said of them, and what moderators do with them. */
export function openContests(options: ContestsOptions): Contests {
  const { database, outbox, presence, pictures, lookAhead, people, platforms, takeAway, log } = options;
  const notices = new ContestNotices({ database, outbox, people, platforms });
  const sheets = new ContestSheets({ database, outbox, pictures });
  const posts = new ContestPosts({ database, outbox, notices, sheets, winnersCard: winnersOf(pictures) });
  const authors = new EntryNotices({ database, outbox, people });
  const prizes = new Prizes({
    database,
    // A service that is away is asked again.
    setRole: async (server, id, role, isOn) => {
      const platform = platforms.get(server.platform);
      if (!platform) throw new Error(`${server.platform} is not there now`);
      return (await platform.setRole?.({ id }, server, role, isOn)) ?? false;
    },
    tellRefused: (contest, transaction) => notices.tellPrizeRefused(contest, transaction),
  });
  let running: Pick<Schedule, 'wake'> | undefined;
  let waking: NodeJS.Timeout | undefined;
  const wake = () => {
    waking = undefined;
    running?.wake();
    if (running) outbox.wake();
  };
  const clock = new ContestClock({
    database,
    async announce(contest, event, transaction) {
      await posts.announce(contest, event, transaction);
      await authors.announce(contest, event, transaction);
      await prizes.announce(contest, event, transaction);
    },
    onWound: () => {
      waking ??= setTimeout(wake, soonMs).unref();
    },
    onDone: () => {
      outbox.wake();
      lookAhead();
    },
  });
  const attendance = new Presence({ table: presence, onAbsence: (downtime) => clock.makeUpFor(downtime), log });
  const series = new SeriesClock({
    async onMade(contest, transaction) {
      await clock.wind(contest, transaction);
      await posts.announce(contest, { kind: 'state' }, transaction);
    },
    onPaused: (last, transaction) => notices.tellPaused(last, transaction),
    onDone: () => outbox.wake(),
  });
  const hosting = (asker: HostingAsker) => hostingFor({ database, clock, wake }, asker);
  const parted = new ContestPartings({ database, outbox });
  const partings = new Partings({
    database,
    clock,
    takeAway,
    tellGuest: (...told) => parted.tell(...told),
    tellHost: (...told) => notices.tellLeft(...told),
    wake,
  });
  const linked = new LinkedAccounts(database);
  return {
    clock,
    removedFrom: (community) => partings.removedFrom(community),
    handlers: { ...clock.handlers, [seriesDue]: series.handler, [prizeDue]: prizes.handler },
    hosting,
    sharing: (asker) =>
      sharingFor(
        {
          database,
          clock,
          partings,
          communityName: async (community) =>
            platforms
              .get(community.platform)
              ?.communityName?.(community)
              .catch(() => undefined),
          tellJoined: (...told) => notices.tellJoined(...told),
          wake,
        },
        asker,
        hosting(asker),
      ),
    repeating: (asker) => repeatingFor({ database, series, wake }, asker, hosting(asker)),
    judging: (asker) => judgingFor(database, asker, hosting(asker)),
    accounts: (person) => ({
      giveCode: () => linked.giveCode(person),
      link: (code) => linked.link(person, code),
    }),
    reviews: (applicant) =>
      reviewServiceFor(
        {
          database,
          clock,
          moderates: (person, place) => stillModerates(platforms, person, place),
          accountCreatedAt: ({ platform, id }) => platforms.get(platform)?.accountCreatedAt?.(id),
          async joinedAt(account, server) {
            const asked = platforms.get(account.platform)?.memberOf?.({ ...account, name: '' }, server);
            const found = await asked?.catch(() => undefined);
            return typeof found === 'object' ? found.joinedAt : undefined;
          },
          tellAuthor: (entry, transaction) => authors.tellAuthor(entry, transaction),
          tellVoter: (...told) => authors.tellVoter(...told),
        },
        applicant,
      ),
    beforeDue: () => attendance.check(),
    async start(schedule) {
      await attendance.start();
      running = schedule;
      outbox.wake();
    },
    async stop() {
      clearTimeout(waking);
      running = undefined;
      await attendance.stop();
    },
  };
}
