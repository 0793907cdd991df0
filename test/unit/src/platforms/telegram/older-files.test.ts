import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Drafts } from '#src/platforms/telegram/drafts.js';
import { Inbox } from '#src/platforms/telegram/inbox.js';
import { moveOlderFiles } from '#src/platforms/telegram/older-files.js';
import { SentMessages } from '#src/platforms/telegram/sent-messages.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';

/** What versions before the notes wrote. */
let folder: string;
const notes = new MemoryNotes();
const now = Date.now();
const draft = {
  id: '0123456789abcdef',
  command: 'train',
  values: { name: 'Biscuit' },
  files: [{ id: 'file-1', uniqueId: 'unique-1', name: 'photo.jpg', bytes: 1234 }],
  albums: ['album-1'],
  counter: 77,
  person: { platform: 'telegram', id: '5001', name: 'Anna' },
  place: { platform: 'telegram', channel: '5001' },
  isPrivate: true,
  language: 'en',
  openedAt: now,
  refusals: 0,
};
const update = { update_id: 41, message: { text: '/help' } };
const files: Readonly<Record<string, string>> = {
  'sent.jsonl': [
    { key: 'answer-1', chat: '5001', state: 'sending', ids: [], afterId: 70, at: now },
    { key: 'answer-1', chat: '5001', state: 'sent', ids: [71], afterId: 70, at: now },
    { key: 'refused', chat: '-100', person: '5001', state: 'refused', ids: [], afterId: 0, at: now },
    { key: 'in a group', chat: '-100', person: '5001', state: 'sent', ids: [9], afterId: 8, at: now },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join(''),
  'commands.json': JSON.stringify({ hash: 'a hash', languages: ['de'] }),
  'drafts/5f2c.json': JSON.stringify(draft),
  'drafts/dead.json': JSON.stringify({
    ...draft,
    id: 'old',
    openedAt: 0,
    place: { platform: 'telegram', channel: '6' },
  }),
  'inbox/41.json': JSON.stringify({ attempts: 1, update }),
  'inbox/42.json.tmp': '{"attem',
  'inbox/43.json': JSON.stringify({ attempts: 3, update: {} }),
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-telegram-'));
  for (const name of ['drafts', 'inbox']) await mkdir(join(folder, name));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await moveOlderFiles(folder, notes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('no file stays', async () => {
  expect(await readdir(folder)).toEqual([]);
});

test('what was sent is known, and whose it is', async () => {
  const sent = await SentMessages.open(notes);
  expect(sent.get('answer-1')).toMatchObject({ state: 'sent', ids: [71], chat: '5001' });
  expect(sent.everythingOf('5001').map(({ key }) => key)).toEqual(['answer-1', 'in a group']);
  expect(await notes.read('sent', '5001')).toHaveLength(2);
});

test('an open draft goes on, one that is over does not', async () => {
  const drafts = await Drafts.open(notes);
  expect(drafts.find({ person: { id: '5001' }, place: { channel: '5001' } })).toEqual(draft);
  expect(await notes.read('draft')).toHaveLength(1);
});

test('an update that was not finished is handled, one that was tried often enough is not', async () => {
  expect(await new Inbox(notes).takeLeftovers()).toEqual([
    { updateId: 41, receivedAt: expect.any(Date), attempts: 1, update },
  ]);
  expect(await notes.read('update')).toMatchObject([{ value: { attempts: 2, update } }]);
});

test('Telegram is not told the commands again', async () => {
  expect(await notes.read('commands')).toMatchObject([{ value: { hash: 'a hash', languages: ['de'] } }]);
});
