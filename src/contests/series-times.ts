import { Temporal } from 'temporal-polyfill';
import type { SeriesPeriod } from './series-periods.js';

/**
 * When the k-th contest of a series opens: at the same time by the clock on the wall, whatever summer does to it; a month without
 * such a day takes its last one.
 * @param anchor when the first one (k = 0) opened
 * @param zone an IANA name
 */
export function seriesOpening(anchor: Date, zone: string, period: SeriesPeriod, k: number): Date {
  const first = Temporal.Instant.fromEpochMilliseconds(anchor.getTime()).toZonedDateTimeISO(zone);
  const wall = first.toPlainDateTime().add(durationOf(period, k));
  return new Date(wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds);
}

/** The first k whose contest may still be made in time: what was missed is skipped, never caught up in a heap. */
export function nextInSeries(anchor: Date, zone: string, period: SeriesPeriod, after: number, now: Date): number {
  let k = after + 1;
  while (seriesOpening(anchor, zone, period, k) <= now) k += 1;
  return k;
}

function durationOf(period: SeriesPeriod, k: number): Temporal.DurationLike {
  switch (period) {
    case 'day':
      return { days: k };
    case 'week':
      return { weeks: k };
    case 'fortnight':
      return { weeks: 2 * k };
    case 'month':
      return { months: k };
  }
}
