import type { Server } from '#src/core/place.js';
import { type Contest, type ContestPlace, newId, newSecret } from './contest.js';
import type { ContestRules } from './contest-rules.js';
import type { SeriesPeriod } from './series-periods.js';
import { seriesOpening } from './series-times.js';

/** Contests that follow one another, each like the one that it began with. */
export interface ContestSeries {
  readonly id: string;
  readonly host: Server;
  readonly title: string;
  /** Each is used once before any is used again; none: all have the first one's. */
  readonly themes: readonly string[];
  readonly rules: ContestRules;
  /** IANA name: they open at the same time by the clock on the wall there. */
  readonly zone: string;
  readonly period: SeriesPeriod;
  /** When the first one opened. */
  readonly anchor: Date;
  readonly phasesMs: { readonly entries: number; readonly review: number; readonly voting: number };
  readonly places: readonly Omit<ContestPlace, 'post'>[];
  /** Periods from the anchor to the last one that was made. */
  readonly lastPeriod: number;
  /** How many were made, the first one included. */
  readonly madeCount: number;
  /** Nobody has entered for long, or moderators have ended it. */
  readonly pausedAt: Date | undefined;
}

/** What is to be made goes up so long before it opens. */
export const announcedBeforeMs = 24 * 3600_000;
/** Of contests that nobody has entered, one after the other. */
export const emptyBeforePause = 2;

/** A series that begins with a contest. */
export function seriesFrom(
  contest: Contest,
  places: readonly ContestPlace[],
  { period, themes }: Pick<ContestSeries, 'period' | 'themes'>,
): ContestSeries {
  const { host, title, rules, zone, opensAt, entriesEndAt, votingAt, endsAt, theme } = contest;
  const others = themes.filter((one) => one !== theme);
  return {
    id: newId(8),
    host,
    title,
    themes: theme === undefined ? others : [theme, ...others],
    rules,
    zone,
    period,
    anchor: opensAt,
    phasesMs: {
      entries: entriesEndAt.getTime() - opensAt.getTime(),
      review: votingAt.getTime() - entriesEndAt.getTime(),
      voting: endsAt.getTime() - votingAt.getTime(),
    },
    places: places.map(({ post: _, ...place }) => place),
    lastPeriod: 0,
    madeCount: 1,
    pausedAt: undefined,
  };
}

/** @param period how many after the anchor */
export function contestOf(series: ContestSeries, period: number): Contest {
  const { host, title, themes, rules, zone, phasesMs, madeCount } = series;
  const opensAt = seriesOpening(series.anchor, zone, series.period, period);
  const entriesEndAt = new Date(opensAt.getTime() + phasesMs.entries);
  const votingAt = new Date(entriesEndAt.getTime() + phasesMs.review);
  return {
    id: newId(8),
    host,
    title,
    theme: themes[madeCount % Math.max(1, themes.length)],
    rules,
    zone,
    state: 'scheduled',
    revision: 1,
    opensAt,
    entriesEndAt,
    votingAt,
    endsAt: new Date(votingAt.getTime() + phasesMs.voting),
    closedAt: undefined,
    publishedAt: undefined,
    reason: undefined,
    result: undefined,
    notes: [],
    cancelled: undefined,
    tieSeed: newSecret(),
    shuffleKey: newSecret(),
  };
}
