import type { Database } from '#src/database/database.js';
import { DueInstantsTable } from '#src/schedule/due-instants.js';
import type { DueHandler } from '#src/schedule/schedule.js';
import type { Contest, ContestPlace } from './contest.js';
import { ContestsTable } from './contests-table.js';
import { countHosted, maxRunning, runningStates } from './running-limit.js';
import { announcedBeforeMs, type ContestSeries, contestOf, emptyBeforePause } from './series.js';
import { SeriesTable } from './series-table.js';
import { nextInSeries, seriesOpening } from './series-times.js';

/** What the instants of series are called. */
export const seriesDue = 'contest-series';

export interface SeriesClockOptions {
  /** Sets the contest's own clock, and has it told of, in the same transaction. */
  readonly onMade: (contest: Contest, transaction: Database) => Promise<void>;
  /** For the moderators: nobody enters any more. @param last of the series */
  readonly onPaused: (last: Contest, transaction: Database) => Promise<void>;
  /** One was made, and its transaction has ended. */
  readonly onDone?: () => void;
  readonly now?: () => Date;
}

/** Makes the next contest of each series, a day before it opens; it may run beside the last one's voting. */
export class SeriesClock {
  readonly #options: SeriesClockOptions;

  constructor(options: SeriesClockOptions) {
    this.#options = options;
  }

  /** For the schedule. */
  get handler(): DueHandler {
    return {
      within: (due, transaction) => this.#makeNext(due.key, transaction),
      after: () => this.#options.onDone?.(),
    };
  }

  get #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  /** To be called in the transaction that begins a series. */
  async wind({ id, anchor, zone, period, lastPeriod }: ContestSeries, transaction: Database): Promise<void> {
    const next = nextInSeries(anchor, zone, period, lastPeriod, this.#now);
    const opensAt = seriesOpening(anchor, zone, period, next);
    const dueAt = new Date(opensAt.getTime() - announcedBeforeMs);
    await new DueInstantsTable(transaction).set({ what: seriesDue, key: id, dueAt });
  }

  /** No further one is made; what was made goes on. */
  async end({ id }: ContestSeries, transaction: Database): Promise<void> {
    await new SeriesTable(transaction).pause(id, this.#now);
    await new DueInstantsTable(transaction).cancel({ what: seriesDue, key: id });
  }

  async #makeNext(id: string, transaction: Database): Promise<void> {
    const table = new SeriesTable(transaction);
    const series = await table.lock(id);
    if (!series || series.pausedAt) return;
    if ((await table.countEmpty(id, emptyBeforePause)) === emptyBeforePause) {
      await table.pause(id, this.#now);
      const last = await new ContestsTable(transaction).newestOf(id);
      if (last) await this.#options.onPaused(last, transaction);
      return;
    }
    const period = nextInSeries(series.anchor, series.zone, series.period, series.lastPeriod, this.#now);
    const contest = contestOf(series, period);
    // What has come due long after its time is for a later one.
    if (contest.opensAt.getTime() - announcedBeforeMs > this.#now.getTime()) return this.wind(series, transaction);
    // Moderators start no more than these either: it is skipped.
    if ((await countHosted(series.host, runningStates, transaction)) >= maxRunning)
      return this.wind({ ...series, lastPeriod: period }, transaction);
    const places = series.places.map((place): ContestPlace => ({ ...place, post: undefined }));
    await new ContestsTable(transaction).add(contest, places);
    await table.noteMade(id, contest.id, period);
    await this.#options.onMade(contest, transaction);
    await this.wind({ ...series, lastPeriod: period }, transaction);
  }
}
