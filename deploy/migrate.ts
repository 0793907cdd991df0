import { config as loadEnvironmentFile } from 'dotenv';
import { migrationsFolder } from '#src/database/open-database.js';
import { migratePostgres } from '#src/database/open-postgres.js';
import { loadConfig } from '#src/operations/config.js';

/** `npm run migrate`: brings the tables of `DATABASE_URL` up to date, before a newer bot takes over from the one that runs. */
async function run(): Promise<void> {
  loadEnvironmentFile({ quiet: true });
  const { DATABASE_URL: url } = loadConfig(process.env);
  if (url === undefined)
    throw new Error('DATABASE_URL is not set: the embedded database is brought up to date whenever the bot starts');
  await migratePostgres(url, migrationsFolder);
  process.stdout.write('the tables are up to date\n');
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
