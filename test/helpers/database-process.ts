import { appendFileSync } from 'node:fs';
import type { LeaseTimes } from '#src/database/lease.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { PeopleTable } from '#src/privacy/people-table.js';

export interface DatabaseProcessSettings {
  readonly folder: string;
  /** Plays a container of its own. */
  readonly place: string;
  readonly times: LeaseTimes;
  /** Gets a line for each row, once it is acknowledged. */
  readonly acknowledgedPath: string;
}

/** Opens the database and writes one row after the other, until it is stopped. */
const { folder, place, times, acknowledgedPath } = JSON.parse(process.argv[2]!) as DatabaseProcessSettings;
const { database, close } = await openDatabase({
  folder,
  migrationsFolder,
  lease: { place, times },
  onWaiting: (leader) => process.stderr.write(`waiting for ${leader}\n`),
  onUnsafe: (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
});
let isStopping = false;
process.on('disconnect', () => {
  isStopping = true;
});
process.send?.('ready');
const people = new PeopleTable(database);
for (let count = 1; !isStopping; count += 1) {
  const id = `${place}-${count}`;
  await people.remember({ platform: 'web', id, name: id });
  appendFileSync(acknowledgedPath, `${id}\n`);
  // Lets the disconnection be heard.
  await new Promise((resolve) => setImmediate(resolve));
}
await close();
process.exit(0);
