import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { findPostgres } from './test/helpers/postgres.js';

const minutes = 60_000;

/** Every scenario, in both languages, wherever things can be kept. */
const isMatrix = process.env.MATRIX !== undefined;
const onServer = onPostgres();

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    pool: 'forks',
    globalSetup: 'test/helpers/prepare-tests.ts',
    // Generous, because a test shares two cores with others; what must be fast is measured by `npm run bench`.
    testTimeout: 2 * minutes,
    hookTimeout: 2 * minutes,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/e2e/**',
            'test/unit/src/database/open-postgres.test.ts',
            'test/unit/deploy/transfer/copy-database.test.ts',
            '**/zz*',
            // `npm run test:hostile` takes minutes of floods, restarts, refusals and large pictures.
            ...(process.env.HOSTILE ? [] : ['test/hostile/{services-*,stalls,large-heic}.test.ts']),
          ],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      ...onServer,
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Minutes of kills and faults, and machines and containers to play with: each has a command of its own in package.json.
          exclude: [
            '**/zz*',
            ...(process.env.CHAOS ? [] : ['test/e2e/{chaos,leader-kills,contest-kills}.test.ts']),
            ...(process.env.IMAGES ? [] : ['test/e2e/images.test.ts']),
            ...(process.env.MACHINES ? [] : ['test/e2e/machines.test.ts']),
          ],
          // Each of these starts servers, workers and a browser of its own, and waits for them as long as it works.
          maxWorkers: 2,
          provide: { scenarioLocales: onServer.length > 0 && !isMatrix ? ['en'] : ['en', 'de'] },
          testTimeout: 5 * minutes,
          hookTimeout: 5 * minutes,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

/** What speaks with tables, once more on a server; left out, with a word, where Postgres is not installed. */
function onPostgres(): TestProjectInlineConfiguration[] {
  if (findPostgres() === undefined) {
    process.stderr.write('Postgres is not installed (`apt-get install postgresql`): its tests are left out\n');
    return [];
  }
  return [
    {
      extends: true,
      test: {
        name: 'postgres',
        include: [
          'test/unit/src/database/at-once.test.ts',
          'test/unit/src/database/blob-{register,uses}.test.ts',
          'test/unit/src/database/notes-table.test.ts',
          'test/unit/src/delivery/outbox.test.ts',
          'test/unit/src/jobs/job-durations.test.ts',
          'test/unit/src/jobs/job-records.test.ts',
          'test/unit/src/database/open-postgres.test.ts',
          'test/unit/deploy/transfer/copy-database.test.ts',
          'test/unit/src/privacy/people-table.test.ts',
          'test/unit/src/moderation/server-moves.test.ts',
          'test/unit/src/moderation/server-rules-table.test.ts',
          'test/unit/src/moderation/usage-table.test.ts',
          'test/unit/src/contests/{contest-clock,series-clock,entries-service,review-service,linked-accounts,sharing,hosting,peoples-contests,contest-gallery,sheets/contest-pictures}.test.ts',
          'test/unit/src/{privacy/retention,schedule/schedule,delivery/contest-posts}.test.ts',
        ],
        globalSetup: 'test/helpers/postgres-setup.ts',
        maxWorkers: 3,
        sequence: { groupOrder: 0 },
      },
    },
    onServers('e2e-servers', { database: 'postgres', keepsInBucket: true, locales: isMatrix ? ['en', 'de'] : ['de'] }),
    ...(isMatrix
      ? [
          onServers('e2e-postgres', { database: 'postgres', keepsInBucket: false, locales: ['en', 'de'] }),
          onServers('e2e-s3', { database: 'embedded', keepsInBucket: true, locales: ['en', 'de'] }),
        ]
      : []),
  ];
}

interface Where {
  readonly database: 'postgres' | 'embedded';
  readonly keepsInBucket: boolean;
  readonly locales: readonly ('en' | 'de')[];
}

/** The scenarios, with what is kept in other places. */
function onServers(name: string, { database, keepsInBucket, locales }: Where): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include: ['test/e2e/{discord,telegram,web-person,spring-contest}.test.ts'],
      ...(database === 'postgres' && { globalSetup: 'test/helpers/postgres-setup.ts' }),
      maxWorkers: 2,
      provide: { scenarioLocales: locales, keepsInBucket },
      testTimeout: 5 * minutes,
      hookTimeout: 5 * minutes,
      sequence: { groupOrder: 1 },
    },
  };
}
