import { sql } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { contests } from '#src/contests/tables.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
afterEach(() => spine.stop());

const mona = { person: 'mona', server: 'club', isModerator: true } as const;
const said = (words: RegExp) =>
  [...spine.chat.messages.values()].find(({ contents }) => words.test(contents.at(-1)!.text));

/** While no bot runs. */
async function inDatabase(statement: ReturnType<typeof sql>): Promise<void> {
  const { folder, config } = spine;
  const opened = await openDatabase({ folder, migrationsFolder, url: config.DATABASE_URL });
  await opened.database.execute(statement);
  await opened.close();
}

test('one line and a press host a contest, and an end that nobody was there for is made up for', async () => {
  spine = await createSpine();
  const first = await spine.startBot();
  await spine.platform.say('host', { title: '🐶'.repeat(5000), entries_for: '2h', voting_for: '2h' }, mona);
  expect(spine.chat.last).toMatchObject({ kind: 'error', text: expect.stringContaining('80') });
  await spine.platform.say('host', { title: 'First snow', entries_for: '2h', voting_for: '2h' }, mona);
  const [start, method] = spine.chat.last!.buttons!;
  const titlesFor = async (isModerator: boolean) => {
    const person = { platform: 'web', id: 'mona', name: 'mona' } as const;
    const typing = { person, place: { platform: 'web', server: 'club', channel: 'club' }, typed: 'first' } as const;
    const standing = async () => ({ isModerator, roles: [] });
    const offered = await spine.platform.bot!.complete({ ...typing, command: 'host', option: 'contest', standing });
    return offered.map(({ label }) => label);
  };
  expect(await titlesFor(true)).toEqual(['First snow']);
  expect(await titlesFor(false), 'drafts are known to moderators alone').toEqual([]);
  await spine.platform.press(method!.action, mona);
  const stars = spine.chat.last!.buttons!.find(({ label }) => label === 'stars');
  await spine.platform.press(stars!.action, mona);
  expect(spine.chat.last!.text).toContain('1 to 5 stars');
  await spine.platform.press(start!.action, { ...mona, person: 'anna', isModerator: false });
  expect(spine.chat.last).toMatchObject({ kind: 'error' });
  await spine.platform.press(start!.action, mona);
  const post = await waitFor('the post', () => said(/^🏆 First snow\n/));
  expect(post.contents.at(-1)!.buttons!.map(({ label }) => label)).toEqual(['🏆 Enter', 'ℹ️ Rules', '🔔 Remind me']);
  expect(post.person).toBeUndefined();

  await first.stop();
  await inDatabase(sql`UPDATE presence SET at = now() - interval '1 hour'`);
  await inDatabase(
    sql`UPDATE ${contests} SET entries_end_at = now() - interval '10 minutes', voting_at = now() - interval '10 minutes'`,
  );
  await spine.startBot();
  await waitFor('the word of it', () => said(/I was away from .* so there is more time/));
  expect(said(/^🏆 First snow is void/)).toBeUndefined();
});
