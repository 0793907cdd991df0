const leastExtensionMs = 15 * 60_000;
const mostExtensionMs = 24 * 3600_000;

/** When nobody was there to take what people sent. */
export interface Downtime {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The end of a phase that nobody was there for: as long after the return as people had left when the bot went away, a quarter of
 * an hour at least and a day at most.
 * @param phase half open
 * @returns undefined where the end stays
 */
export function extendedEnd(
  phase: { readonly begin: Date; readonly end: Date },
  { from, to }: Downtime,
): Date | undefined {
  const [begin, end, away, back] = [phase.begin, phase.end, from, to].map((at) => at.getTime()) as Four;
  if (away >= end || end > back) return undefined;
  const leftMs = end - Math.max(away, begin);
  return new Date(back + Math.min(Math.max(leftMs, leastExtensionMs), mostExtensionMs));
}

type Four = [number, number, number, number];
