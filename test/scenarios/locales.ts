import { inject, test } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Languages in which this project plays scenarios. Absent: both. */
    readonly scenarioLocales?: readonly ScenarioLocale[];
  }
}

export type ScenarioLocale = 'en' | 'de';

export const scenarioLocales: readonly ScenarioLocale[] = inject('scenarioLocales') ?? ['en', 'de'];

/** What is about a platform rather than about what is kept: played once, by the project that speaks English. */
export const testOnce = test.skipIf(!scenarioLocales.includes('en'));
