import type { Tables } from './bot-tables.js';
import { keptAccountLinks } from './contests/kept-account-links.js';
import { keptBallotLinks } from './contests/kept-ballot-links.js';
import { type KeptContestsOptions, keptContests } from './contests/kept-contests.js';
import { type KeptEntriesOptions, keptEntries } from './contests/kept-entries.js';
import { keptSheets } from './contests/sheets/kept-sheets.js';
import type { KeptData } from './core/kept-data.js';
import { type KeptOutboxOptions, keptOutbox } from './delivery/kept-outbox.js';
import { type KeptJobsOptions, keptJobs } from './jobs/kept-jobs.js';
import { keptModeration, keptUsage } from './moderation/kept-moderation.js';
import { type KeptPetsOptions, keptPets } from './pets/kept-pets.js';

export interface KeptDataOptions
  extends Pick<KeptJobsOptions, 'queue'>,
    Pick<KeptOutboxOptions, 'outbox'>,
    KeptEntriesOptions {
  readonly contestDays: KeptContestsOptions['days'];
  readonly ledger: KeptJobsOptions['ledger'] & { readonly recheckPet: KeptPetsOptions['onRemoved'] };
}

/** Everything that is kept about people, in the order in which it is forgotten: work before what it works on. */
export function keptDataOf(
  tables: Tables,
  { ledger, queue, outbox, database, clock, contestDays }: KeptDataOptions,
): readonly KeptData[] {
  const { records, posts, ballotLinks, sheets, peoplesContests, links, codes } = tables;
  const { pets, shares, drafts, questions, usage, rules } = tables;
  return [
    keptJobs({ records, ledger, queue }),
    keptOutbox({ posts, outbox }),
    keptBallotLinks(ballotLinks),
    keptSheets(sheets),
    keptContests({ contests: peoplesContests, days: contestDays }),
    keptEntries({ database, clock }),
    keptAccountLinks({ links, codes }),
    keptPets({ pets, shares, onRemoved: (pet) => ledger.recheckPet(pet) }),
    drafts.kept,
    questions.kept,
    keptUsage(usage),
    keptModeration(rules),
  ];
}
