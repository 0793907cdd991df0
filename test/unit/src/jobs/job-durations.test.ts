import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenDatabase } from '#src/database/database.js';
import { JobDurations } from '#src/jobs/job-durations.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
beforeEach(async () => {
  opened = await openTestDatabase();
});
afterEach(() => opened.close());

test('the mean of the first jobs, then an average that follows the newer ones, kept in the database', async () => {
  const durations = await JobDurations.open(opened.database);
  expect(durations.meanMs('imagine')).toBeUndefined();
  for (const ms of [2000, 4000]) await durations.add('imagine', ms);
  await durations.add('train-pet', 70_000);
  expect(durations.meanMs('imagine')).toBe(3000);
  for (let count = 0; count < 100; count++) await durations.add('imagine', 1000);
  expect(durations.meanMs('imagine')).toBeGreaterThan(1000);
  expect(durations.meanMs('imagine')).toBeLessThan(1050);
  const reopened = await JobDurations.open(opened.database);
  expect(reopened.meanMs('imagine')).toBe(durations.meanMs('imagine'));
  expect(reopened.meanMs('train-pet')).toBe(70_000);
});
