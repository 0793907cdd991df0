import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ContestRules } from '#src/contests/contest-rules.js';
import { handoutsFor } from '#src/contests/handouts.js';
import { contests } from '#src/contests/tables.js';
import type { OpenDatabase } from '#src/database/database.js';
import { ServerRulesTable } from '#src/moderation/server-rules-table.js';
import { audit } from '#src/moderation/tables.js';
import { addContest, contestServer } from '#test/helpers/contests.js';
import { openTestDatabase } from '#test/helpers/test-database.js';

const moderator = { platform: 'discord', id: 'mona', name: 'Mona' } as const;
const withPage = { rules: ContestRules.parse({ hasPage: true }) };

let opened: OpenDatabase;
let link: string | undefined;
beforeAll(async () => {
  opened = await openTestDatabase();
});
beforeEach(async () => {
  link = undefined;
  await opened.database.delete(contests);
  await opened.database.delete(audit);
});
afterAll(() => opened.close());

function handouts(isServed = true) {
  return handoutsFor(
    {
      database: opened.database,
      blobs: {
        open: () => Promise.reject(new Error('nothing is stored here')),
        putStream: async (chunks) => {
          for await (const _ of chunks);
          return 'archive' as never;
        },
      },
      keep: async () => {},
      assertMayExport: async () => {},
      countExport: async () => {},
      gallery: {
        isServed,
        linkTo: async () => link,
        renewLink: async () => {
          link = `${link ?? ''}new`;
          return link;
        },
        revokeLink: async () => {
          link = undefined;
        },
      },
    },
    moderator,
  );
}

const trail = async () =>
  (await new ServerRulesTable(opened.database).auditOf(contestServer, 9)).map(({ text }) => text.params.line);

test('a page’s link is shown, renewed and taken away, and what changes it is in the trail', async () => {
  const contest = await addContest(opened.database, withPage);
  expect(await handouts().link(contest, undefined)).toBeUndefined();
  expect(await handouts().link(contest, 'renew')).toBe('new');
  expect(await handouts().link(contest, undefined)).toBe('new');
  expect(await handouts().link(contest, 'revoke')).toBeUndefined();
  expect(await trail()).toEqual([`host link revoke contest:${contest.id}`, `host link renew contest:${contest.id}`]);
});

test('without pages, or a page in the rules, there is no link', async () => {
  const contest = await addContest(opened.database, withPage);
  await expect(handouts(false).link(contest, 'renew')).rejects.toMatchObject({ text: { key: 'errors.pagesOff' } });
  const without = await addContest(opened.database);
  await expect(handouts().link(without, 'renew')).rejects.toMatchObject({
    text: { key: 'errors.contestWithoutPage', params: { title: 'First snow' } },
  });
  expect(await trail()).toEqual([]);
});

test('an export is handed out, and in the trail', async () => {
  const contest = await addContest(opened.database);
  const { files, isPartial } = await handouts().export(contest);
  expect(files).toEqual([{ blob: 'archive', name: `contest-${contest.id}.zip` }]);
  expect(isPartial).toBe(false);
  expect(await trail()).toEqual([`host export contest:${contest.id}`]);
});
