import { defineConfig } from 'vitest/config';

const minutes = 60_000;

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    pool: 'forks',
    // Generous, because a test shares two cores with others; what must be fast is measured by `npm run bench`.
    testTimeout: 2 * minutes,
    hookTimeout: 2 * minutes,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', '**/zz*'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // `npm run test:chaos` takes minutes of kills and faults.
          exclude: ['**/zz*', ...(process.env.CHAOS ? [] : ['test/e2e/chaos.test.ts'])],
          // Each of these starts servers, workers and a browser of its own.
          maxWorkers: 1,
          testTimeout: 5 * minutes,
          hookTimeout: 5 * minutes,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
