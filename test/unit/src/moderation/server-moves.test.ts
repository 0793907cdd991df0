import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobKeyOf } from '#src/core/blob-key.js';
import { text } from '#src/core/locale.js';
import type { Place } from '#src/core/place.js';
import type { OpenDatabase } from '#src/database/database.js';
import { JobRecords } from '#src/jobs/job-records.js';
import { moveJobs } from '#src/jobs/moved-jobs.js';
import { noRules, type Rules } from '#src/moderation/rights.js';
import { ServerMoves } from '#src/moderation/server-moves.js';
import { ServerRulesTable } from '#src/moderation/server-rules-table.js';
import { UsageTable } from '#src/moderation/usage-table.js';
import { moveShares, PetSharesTable } from '#src/pets/pet-shares-table.js';
import { PetsTable } from '#src/pets/pets-table.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

const group = (server: string): Place & { readonly server: string } => ({
  platform: 'telegram',
  server,
  channel: server,
});
const mona = { platform: 'telegram', id: '7', name: 'Mona' } as const;
const ben = { platform: 'telegram', id: '8', name: 'Ben' } as const;
const note = (line: string) => text('commands.admin.replies.auditLine', { line, moderator: '', date: '' });

test('rules, bans, shares, jobs, usage and the trail go along, whatever is there already, and again nothing changes', async () => {
  const { database } = opened;
  const rules = new ServerRulesTable(database);
  const moves = new ServerMoves(database, rules, [moveShares, moveJobs]);
  const [pets, shares, records] = [new PetsTable(database), new PetSharesTable(database), new JobRecords(database)];
  const [before, after, other] = [group('-40'), group('-1009'), group('-41')];
  const amount = { perDay: 1 };
  const use = (place: typeof before) => ({ id: 'u-1', server: place, person: ben, activity: 'draw' as const });

  const ofOld = { ...noRules, banned: [{ id: '8', name: 'Ben' }], channels: [{ id: '-40', isSpoiler: true }] };
  await rules.change(before, mona, note('old'), () => ({ ...ofOld, allowed: { draw: [], train: [] } }));
  await rules.change(after, mona, note('new'), () => ({ ...noRules, allowed: { draw: [{ id: '5', name: 'R' }] } }));
  const untouched = await rules.of(other);
  await new UsageTable(database).count({ ...use(before), server: { platform: 'telegram', server: '-40' } }, undefined);
  const lora = blobKeyOf(new Uint8Array([1]));
  for (const id of ['p-1', 'p-2'])
    await pets.save(mona, { id, name: id, className: 'dog', lora, photos: [], previews: [] });
  await shares.share('p-1', { scope: 'channel', platform: 'telegram', target: '-40' }, 'Mona');
  await shares.share('p-1', { scope: 'channel', platform: 'telegram', target: '-1009' }, 'Mona');
  await shares.share('p-2', { scope: 'server', platform: 'telegram', target: '-40' }, 'Mona');
  const job = { name: 'imagine', data: {}, title: 'a fox', person: ben, locale: 'en' } as const;
  await records.insert({ ...job, id: 't-1', place: before }, 1);
  await records.insert({ ...job, id: 't-2', place: other }, 1);
  const message = { place: before, message: '105' };
  await records.setMessage('t-1', message);

  for (let time = 0; time < 2; time += 1) {
    await moves.move({ platform: 'telegram', from: '-40', to: '-1009' });
    const expected: Rules = {
      ...noRules,
      allowed: { draw: [{ id: '5', name: 'R' }], train: [] },
      banned: [{ id: '8', name: 'Ben' }],
      channels: [{ id: '-1009', isSpoiler: true }],
    };
    expect(await rules.of(after)).toEqual(expected);
    // What was begun before looks for them under the old id.
    expect(await rules.of(before)).toEqual(expected);
    expect(await rules.of(other)).toEqual(untouched);
    expect((await rules.auditOf(after, 10)).map(({ text: { params } }) => params.line)).toEqual(['new', 'old']);
    expect((await shares.visibleTo(ben, after)).map(({ id }) => id).toSorted()).toEqual(['p-1', 'p-2']);
    expect(await shares.visibleTo(ben, before)).toEqual([]);
    // A message cannot go along: its number means another one there.
    expect(await records.get('t-1')).toMatchObject({ place: after, message });
    expect(await records.get('t-2')).toMatchObject({ place: other });
    await expect(new UsageTable(database).assertWithin({ ...use(after), id: 'u-2' }, amount)).rejects.toMatchObject({
      text: { key: 'errors.quotaReached' },
    });
  }
  expect(await moves.of('telegram')).toEqual(new Map([['-40', '-1009']]));
  expect(await moves.of('discord')).toEqual(new Map());
  await rules.change(before, mona, note('late'), (found) => ({ ...found, banned: [] }));
  expect((await rules.of(after)).banned).toEqual([]);
});
