/** How often a contest is held. */
export const seriesPeriods = ['day', 'week', 'fortnight', 'month'] as const;
export type SeriesPeriod = (typeof seriesPeriods)[number];
