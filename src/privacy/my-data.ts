import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { OfferedFile } from '#src/core/files.js';
import type { KeptData, OwnRows } from '#src/core/kept-data.js';
import type { Person } from '#src/core/place.js';
import type { Rights } from '#src/moderation/rights-service.js';
import type { Platform } from '#src/platforms/platform.js';
import { storeDataArchives } from './data-archives.js';
import type { DataExportsTable } from './data-exports.js';
import type { PeopleTable } from './people-table.js';
import type { MyDataService } from './services.js';

export interface MyDataOptions {
  /** In the order in which it is forgotten. */
  readonly kept: readonly KeptData[];
  readonly people: PeopleTable;
  readonly exports: DataExportsTable;
  readonly rights: Pick<Rights, 'assertMayExport' | 'countExport'>;
  readonly blobs: Pick<HeldBlobs, 'open' | 'putStream' | 'deleteAll'>;
  readonly platforms: ReadonlyMap<Person['platform'], Platform>;
  /** What has been forgotten may still be written where it passed through. */
  readonly forgetTraces: () => Promise<void>;
}

/** Of one person, their data or a contest. */
export const maxExportsPerDay = 5;

/** What one person may ask about everything that is kept about them. */
export function myDataFor(options: MyDataOptions, person: Person): MyDataService {
  return {
    export: () => exportAll(options, person),
    handedOver: (blobs) => removeArchives(options, person, blobs),
    delete: () => deleteAll(options, person),
  };
}

async function exportAll(options: MyDataOptions, person: Person): Promise<readonly OfferedFile[]> {
  const { kept, people, exports, rights, blobs, platforms } = options;
  await rights.assertMayExport(person, maxExportsPerDay);
  const files = new Set<BlobKey>();
  const facts: Record<string, unknown> = { person, settings: await people.get(person) };
  const lists: [name: string, rows: AsyncIterable<readonly unknown[]>][] = [];
  for (const one of kept) {
    const all = await one.everythingOf?.(person);
    if (all) {
      facts[one.name] = all.rows;
      addAll(files, all.files);
    }
    const some = one.someAtATime?.(person);
    if (some) lists.push([one.name, rowsOf(some, files)]);
  }
  facts.platform = await platforms.get(person.platform)?.everythingOf?.(person);
  const archives: BlobKey[] = [];
  for await (const blob of storeDataArchives(blobs, withLists(facts, lists), files)) {
    await exports.add(person, blob);
    archives.push(blob);
  }
  await rights.countExport(person);
  return archives.map((blob, index) => {
    const number = archives.length > 1 ? `-${index + 1}` : '';
    return { blob, name: `petbooth-my-data${number}.zip` };
  });
}

function addAll(files: Set<BlobKey>, more: readonly BlobKey[] = []): void {
  for (const key of more) files.add(key);
}

/** @param files those of the rows join them as the rows are read */
async function* rowsOf(some: AsyncIterable<OwnRows<readonly unknown[]>>, files: Set<BlobKey>) {
  for await (const { rows, files: more } of some) {
    addAll(files, more);
    yield rows;
  }
}

/** As JSON, piece by piece. @param facts not empty @param lists of many rows, some at a time: one a line */
async function* withLists(
  facts: object,
  lists: readonly (readonly [name: string, rows: AsyncIterable<readonly unknown[]>])[],
): AsyncGenerator<string, void> {
  const text = JSON.stringify(facts, undefined, 2);
  yield text.slice(0, text.lastIndexOf('}')).trimEnd();
  for (const [name, all] of lists) {
    yield `,\n  ${JSON.stringify(name)}: [`;
    let before = '\n    ';
    for await (const rows of all) {
      yield before + rows.map((row) => JSON.stringify(row)).join(',\n    ');
      before = ',\n    ';
    }
    yield '\n  ]';
  }
  yield '\n}';
}

async function removeArchives(
  { exports, blobs }: MyDataOptions,
  person: Person,
  archives: readonly BlobKey[],
): Promise<void> {
  await blobs.deleteAll(await exports.remove(person, archives));
}

async function deleteAll(options: MyDataOptions, person: Person): Promise<void> {
  const { kept, people, exports, blobs, platforms, forgetTraces } = options;
  const unused: BlobKey[] = [];
  for (const one of kept) for (const key of await one.forget(person)) unused.push(key);
  unused.push(...(await exports.removeAll(person)));
  await people.forget(person);
  await blobs.deleteAll(unused);
  await forgetTraces();
  await platforms.get(person.platform)?.forget?.(person);
}
