import { type ParameterValue, text } from '#src/core/locale.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Measured times are means of few jobs: no more than one digit of them is believed. */
function readyIn(etaMs: number) {
  const minutes = Math.max(1, Math.round(etaMs / minuteMs));
  const hours = Math.round(etaMs / hourMs);
  if (etaMs < 0.75 * minuteMs) return text('eta.soon');
  if (minutes < 2) return text('eta.minute');
  if (minutes < 10) return text('eta.minutes', { count: minutes });
  if (minutes < 55) return text('eta.minutes', { count: 5 * Math.round(minutes / 5) });
  if (hours < 2) return text('eta.hour');
  if (hours <= 24) return text('eta.hours', { count: hours });
  return text('eta.days');
}

/** A place in the queue, for a sentence that ends with it. */
export function placeInQueue({
  position,
  etaMs,
}: {
  readonly position: number;
  readonly etaMs?: number | undefined;
}): ParameterValue {
  return etaMs === undefined ? position : text('eta.place', { position, ready: readyIn(etaMs) });
}

/** A line of a list, with the time until it is done where that is known. */
export function withEta(line: ReturnType<typeof text>, etaMs: number | undefined) {
  return etaMs === undefined ? line : text('eta.line', { line, ready: readyIn(etaMs) });
}
