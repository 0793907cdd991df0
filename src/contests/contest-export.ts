import { type ArchiveEntry, storeArchives, storedEntry } from '#src/blobs/archives.js';
import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { sniffFormat } from '#src/core/photo-format.js';
import type { Person } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type Contest, type ContestEntry, entryStates } from './contest.js';
import { ContestBallotsTable } from './contest-ballots-table.js';
import { ContestEntriesTable } from './contest-entries-table.js';
import { exportFiles } from './export-files.js';
import type { HandoutsService } from './services.js';

export interface ContestExportOptions {
  readonly database: Database;
  readonly blobs: Pick<HeldBlobs, 'open' | 'putStream'>;
  /** The archive is this person's until it is handed over, for a day at most. */
  readonly keep: (person: Person, archive: BlobKey) => Promise<void>;
  /** @throws UserError where that was asked for too often today */
  readonly assertMayExport: (person: Person) => Promise<void>;
  readonly countExport: (person: Person) => Promise<void>;
  /** Of 8 MiB each. */
  readonly maxArchives?: number;
}

/** More is no message any more. */
const usualMaxArchives = 20;

/** Whoever was only asked has entered nothing. */
const enteredStates = entryStates.filter((state) => state !== 'asked');

/**
 * A contest as its moderators take it away: archives of what is known of it, and of its pictures, by their numbers. Who voted for
 * what is in none of them.
 */
export async function exportContest(
  options: ContestExportOptions,
  contest: Contest,
  moderator: Person,
): ReturnType<HandoutsService['export']> {
  const { database, blobs, keep, assertMayExport, countExport, maxArchives = usualMaxArchives } = options;
  await assertMayExport(moderator);
  const entries = await new ContestEntriesTable(database).ofContest(contest.id, enteredStates);
  const ballots = await new ContestBallotsTable(database).ofContest(contest.id);
  const pictures = picturesOf(entries);
  let written = 0;
  const filesOf = async function* (): AsyncGenerator<ArchiveEntry, void> {
    yield* exportFiles({ contest, entries, ballots });
    for (const { number, picture } of pictures) {
      yield* storedEntry(blobs, picture, (head) => `pictures/${pad(number)}.${sniffFormat(head) ?? 'jpeg'}`);
      written += 1;
    }
  };
  const archives: BlobKey[] = [];
  for await (const archive of storeArchives(blobs, filesOf())) {
    await keep(moderator, archive);
    archives.push(archive);
    if (archives.length >= maxArchives) break;
  }
  await countExport(moderator);
  const files = archives.map((blob, index) => {
    const part = archives.length > 1 ? `-${index + 1}` : '';
    return { blob, name: `contest-${contest.id}${part}.zip` };
  });
  return { files, isPartial: written < pictures.length };
}

function picturesOf(entries: readonly ContestEntry[]): { readonly number: number; readonly picture: BlobKey }[] {
  return entries
    .flatMap(({ number, picture, state }) =>
      number !== undefined && picture !== undefined && state === 'accepted' ? [{ number, picture }] : [],
    )
    .toSorted((one, other) => one.number - other.number);
}

/** So that files are listed in the order of their numbers. */
function pad(number: number): string {
  return String(number).padStart(4, '0');
}
