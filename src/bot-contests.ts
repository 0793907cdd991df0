import type { Logger } from 'pino';
import type { Tables } from './bot-tables.js';
import { ContestClock } from './contests/contest-clock.js';
import { type HostingAsker, hostingFor } from './contests/hosting.js';
import { Presence } from './contests/presence.js';
import { reviewServiceFor } from './contests/review-service.js';
import type { HostingService, ReviewService } from './contests/services.js';
import { winnersOf } from './contests/winners.js';
import type { Database } from './database/database.js';
import { ContestNotices, type ContestNoticesOptions } from './delivery/contest-notices.js';
import { ContestPosts } from './delivery/contest-posts.js';
import { EntryNotices } from './delivery/entry-notices.js';
import type { Outbox } from './delivery/outbox.js';
import { stillModerates } from './moderation/known-moderators.js';
import type { Applicant } from './moderation/rights.js';
import type { DueHandler, Schedule } from './schedule/schedule.js';

export interface ContestsOptions extends Pick<ContestNoticesOptions, 'people' | 'platforms'> {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly presence: Pick<Tables['presence'], 'lastSeen' | 'note'>;
  readonly pictures: Parameters<typeof winnersOf>[0];
  readonly log: Logger;
}

export interface Contests {
  readonly clock: ContestClock;
  readonly handlers: Readonly<Record<string, DueHandler>>;
  readonly hosting: (asker: HostingAsker) => HostingService;
  readonly reviews: (applicant: Applicant) => ReviewService;
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
  const { database, outbox, presence, pictures, people, platforms, log } = options;
  const notices = new ContestNotices({ database, outbox, people, platforms });
  const posts = new ContestPosts({ database, outbox, notices, winnersCard: winnersOf(pictures) });
  const authors = new EntryNotices({ database, outbox, people });
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
    },
    onWound: () => {
      waking ??= setTimeout(wake, soonMs).unref();
    },
    onDone: () => outbox.wake(),
  });
  const attendance = new Presence({ table: presence, onAbsence: (downtime) => clock.makeUpFor(downtime), log });
  return {
    clock,
    handlers: clock.handlers,
    hosting: (asker) => hostingFor({ database, clock, wake }, asker),
    reviews: (applicant) =>
      reviewServiceFor(
        {
          database,
          clock,
          moderates: (person, place) => stillModerates(platforms, person, place),
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
