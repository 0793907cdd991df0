import { PetQuestionsTable } from './command/pet-questions-table.js';
import { AccountLinksTable } from './contests/account-links-table.js';
import { BallotLinksTable } from './contests/ballot-links-table.js';
import { ContestCodesTable } from './contests/contest-codes-table.js';
import { ContestsTable } from './contests/contests-table.js';
import { moveContests } from './contests/moved-contests.js';
import { PeoplesContests } from './contests/peoples-contests.js';
import { PresenceTable } from './contests/presence-table.js';
import { ContestSheetsTable } from './contests/sheets/contest-sheets-table.js';
import { contestBallots, contestEntries, contestJudges, contestReminders } from './contests/tables.js';
import type { Database } from './database/database.js';
import { NotesTable } from './database/notes-table.js';
import { moveOutbox, OutboxTable } from './delivery/outbox-table.js';
import { JobDurations } from './jobs/job-durations.js';
import { JobRecords } from './jobs/job-records.js';
import { moveJobs } from './jobs/moved-jobs.js';
import { jobs } from './jobs/tables.js';
import { ServerMoves } from './moderation/server-moves.js';
import { ServerRulesTable } from './moderation/server-rules-table.js';
import { audit } from './moderation/tables.js';
import { UsageTable } from './moderation/usage-table.js';
import { moveShares, PetSharesTable } from './pets/pet-shares-table.js';
import { PetsTable } from './pets/pets-table.js';
import { pets } from './pets/tables.js';
import { DataExportsTable } from './privacy/data-exports.js';
import { PeopleTable } from './privacy/people-table.js';
import { DueInstantsTable } from './schedule/due-instants.js';
import { TrainingDraftsTable } from './training/training-drafts-table.js';

export type Tables = Awaited<ReturnType<typeof openTables>>;

/** What every subject keeps in the database. */
export async function openTables(database: Database) {
  const rules = new ServerRulesTable(database);
  return {
    records: new JobRecords(database),
    durations: await JobDurations.open(database),
    rules,
    moves: new ServerMoves(database, rules, [moveShares, moveJobs, moveOutbox, moveContests]),
    usage: new UsageTable(database),
    pets: new PetsTable(database),
    shares: new PetSharesTable(database),
    questions: new PetQuestionsTable(database),
    drafts: new TrainingDraftsTable(database),
    people: new PeopleTable(database),
    exports: new DataExportsTable(database),
    ballotLinks: new BallotLinksTable(database),
    sheets: new ContestSheetsTable(database),
    peoplesContests: new PeoplesContests(database),
    presence: new PresenceTable(database),
    posts: new OutboxTable(database),
    instants: new DueInstantsTable(database),
    contests: new ContestsTable(database),
    links: new AccountLinksTable(database),
    codes: new ContestCodesTable(database),
    notes: new NotesTable(database),
    // Whoever may be told something unasked, in the language that their row knows.
    tablesOfPeople: [pets, jobs, contestEntries, contestBallots, contestJudges, contestReminders, audit],
  };
}
