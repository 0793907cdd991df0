import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { openBlobs } from '#src/blobs/open-blobs.js';
import { decodeAction, encodeAction } from '#src/core/action.js';
import type { TextKey } from '#src/core/locale.js';
import type { PlatformName } from '#src/core/place.js';
import { migrationsFolder, openDatabase } from '#src/database/open-database.js';
import { createLog } from '#src/operations/log.js';
import type { IncomingCommand, OutgoingMessage } from '#src/platforms/platform.js';
import { connectRedis } from '#src/redis/connect-redis.js';
import { openContestAt } from '#test/helpers/contests.js';
import { FakePlatform } from '#test/helpers/fake-platform.js';
import { drawPhoto, incoming } from '#test/helpers/photos.js';
import { expected, refusals, relations } from '#test/helpers/rights-table.js';
import {
  createRightsWorld,
  keepWorlds,
  platformLetters,
  type Relation,
  type RightsWorld,
} from '#test/helpers/rights-world.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { textPattern } from '#test/scenarios/world.js';

const platformNames = ['web', 'discord', 'telegram'] as const;
const platforms = new Map(platformNames.map((name) => [name, new FakePlatform(undefined, name)]));
let photo: Uint8Array;
let spine: Spine;
let redis: Redis;

type Cell = RightsWorld & { readonly action: string; readonly platform: PlatformName };
const cells: readonly Cell[] = platformNames
  .flatMap((platform) =>
    [...expected.keys()].flatMap((action) => relations.map((relation) => ({ platform, action, relation }))),
  )
  .map(({ platform, action, relation }, index) => ({
    ...createRightsWorld(platform, relation as Relation, 1000 + index),
    platform,
    action,
  }));

beforeAll(async () => {
  photo = await drawPhoto(1);
  spine = await createSpine({ QUEUE_MAX_TOTAL: '10000' });
  const { database, close } = await openDatabase({ folder: spine.folder, migrationsFolder });
  await keepWorlds(database, cells, await openBlobs(spine.config).put(photo));
  for (const { hall } of cells.filter(({ action }) => action === 'enter')) await openContestAt(database, hall);
  await close();
  redis = connectRedis(spine.redis.url, 'commands', createLog({ level: 'silent', name: 'test' }));
  await spine.startBot({ createPlatforms: () => [...platforms.values()] });
});
afterAll(async () => {
  redis.disconnect();
  await spine.stop();
});

type Who = Pick<Cell, 'asker' | 'place' | 'standing'>;
let eventCount = 0;

/** Whatever the bot answers to an event. */
async function answerTo(
  { platform }: Cell,
  tell: (bot: NonNullable<FakePlatform['bot']>, eventId: string) => Promise<unknown>,
) {
  const { bot, chat } = platforms.get(platform)!;
  const eventId = `event${++eventCount}`;
  const id = `${platformLetters[platform]}-${eventId}`;
  await tell(bot!, eventId);
  const message = (chat.messages.get(id) ?? chat.messages.get(`${id}-answer`))?.contents.at(-1);
  return { id, message: message! };
}

const played = new Set<string>();

function say(cell: Cell, command: string, options: IncomingCommand['options'], who: Who = cell) {
  played.add(command);
  return answerTo(cell, (bot, eventId) =>
    bot.invoke({
      eventId,
      at: new Date(),
      person: who.asker,
      place: who.place,
      standing: async () => who.standing,
      command,
      options,
    }),
  );
}

function press(cell: Cell, action: string, isOnMessage = false) {
  played.add(decodeAction(action).command);
  return answerTo(cell, (bot, eventId) => {
    const { asker: person, place, standing } = cell;
    const message = { place, message: 'forged' };
    const at = new Date();
    return bot.press({ eventId, at, person, place, standing: async () => standing, action, message, isOnMessage });
  });
}

const asOlga = ({ olga, hall }: Cell): Who => ({
  asker: olga,
  place: hall,
  standing: { isModerator: false, roles: [] },
});

/** What a worker would be handed. */
async function queued(
  id: string,
): Promise<{ readonly petFiles?: object; readonly sourcePet?: { readonly id?: string } }> {
  return JSON.parse((await redis.hget(`bull:gpu:${id}`, 'data')) ?? '{}');
}

/** @param done what the answer says where it was done */
function verdictOf(message: OutgoingMessage, done?: TextKey): string {
  if (message.kind !== 'error') return !done || textPattern('en', done).test(message.text) ? 'yes' : message.text;
  const isSaid = (key: string) =>
    new RegExp(`^${textPattern('en', `errors.${key}` as TextKey).source}$`).test(message.text);
  return Object.entries(refusals).find(([, key]) => isSaid(key))?.[0] ?? message.text;
}

/** A job with the pet itself, or with any animal in its place. */
async function drawnVerdict({ id, message }: { readonly id: string; readonly message: OutgoingMessage }) {
  if (message.kind === 'error') return verdictOf(message);
  return Object.keys((await queued(id)).petFiles ?? {}).length > 0 ? 'yes' : 'any';
}

const said = async (cell: Cell, command: string, options: IncomingCommand['options'], done?: TextKey) =>
  verdictOf((await say(cell, command, options)).message, done);
const pressed = async (cell: Cell, action: string, done?: TextKey) =>
  verdictOf((await press(cell, action)).message, done);
const ownButton = ({ asker }: Cell, command: 'coach' | 'choose', options: Record<string, string | number>) =>
  encodeAction({ for: 'asker', command, options }, asker);

const actions: Readonly<Record<string, (cell: Cell) => Promise<string>>> = {
  draw: async (cell) => drawnVerdict(await say(cell, 'imagine', { prompt: 'asleep', pet: `#${cell.ids.pet}` })),
  'draw by name': async (cell) => drawnVerdict(await say(cell, 'imagine', { prompt: 'Biscuit asleep' })),
  'complete names': async ({ platform, asker: person, place }) => {
    const { bot } = platforms.get(platform)!;
    const offered = await bot!.complete({ person, place, command: 'imagine', option: 'pet', typed: 'bis' });
    return offered.some(({ value }) => value.startsWith('Biscuit')) ? 'yes' : 'none';
  },
  'edit a photo': async (cell) =>
    drawnVerdict(
      await say(cell, 'edit', { change: 'dog → Biscuit', photo: [incoming(photo)], pet: `#${cell.ids.pet}` }),
    ),
  'edit a result': async (cell) =>
    drawnVerdict(await say(cell, 'edit', { change: 'snow → grass', job: cell.ids.drawn })),
  again: async (cell) => drawnVerdict(await press(cell, `again?job=${cell.ids.drawn}`)),
  'other words': async (cell) =>
    drawnVerdict(await say(cell, 'vary', { prompt: 'Biscuit awake', job: cell.ids.drawn })),
  larger: (cell) => pressed(cell, `upscale?job=${cell.ids.drawn}&number=2`),
  pick: (cell) => pressed(cell, `pick?job=${cell.ids.drawn}&number=2`, 'commands.pick.replies.picked'),
  stronger: async (cell) => drawnVerdict(await press(cell, `adjust?job=${cell.ids.edited}&how=stronger`)),
  correct: async (cell) => drawnVerdict(await say(cell, 'correct', { words: 'a dog', job: cell.ids.edited })),
  'correct a pet': (cell) => said(cell, 'correct', { words: 'orange', job: cell.ids.pet }),
  undo: (cell) => pressed(cell, `undo?job=${cell.ids.edited}`, 'commands.undo.replies.undone'),
  info: (cell) => pressed(cell, `info?job=${cell.ids.drawn}`, 'commands.info.replies.settings'),
  'info of an edit': (cell) => pressed(cell, `info?job=${cell.ids.edited}`, 'commands.info.replies.edited'),
  share: (cell) => said(cell, 'pets', { share: 'Biscuit' }, 'commands.pets.replies.sharedWithChannel'),
  unshare: (cell) => said(cell, 'pets', { unshare: 'Biscuit' }, 'commands.pets.replies.unshared'),
  export: (cell) => said(cell, 'pets', { export: 'Biscuit' }, 'commands.pets.replies.exported'),
  rename: (cell) => said(cell, 'pets', { rename: 'Biscuit', to: 'Bruno' }, 'commands.pets.replies.renamed'),
  forget: (cell) => said(cell, 'pets', { forget: 'Biscuit' }, 'commands.pets.replies.forgotten'),
  async cancel(cell) {
    const { id } = await say(cell, 'imagine', { prompt: 'a lamp' }, asOlga(cell));
    return pressed(cell, `cancel?job=${id}`, 'commands.cancel.replies.stopped');
  },
  delete: (cell) => pressed(cell, `remove?job=${cell.ids.drawn}`, 'commands.remove.replies.removed'),
  'delete a copy': async (cell) =>
    verdictOf(
      (await press(cell, `remove?job=${cell.ids.drawn}&copy=true`, true)).message,
      'commands.remove.replies.removed',
    ),
  async 'delete everything'(cell) {
    const { message } = await say(cell, 'mydata', { action: 'delete' }, asOlga(cell));
    return pressed(cell, message.buttons![0]!.action, 'commands.mydata.replies.deleted');
  },
  // Whoever makes up a button names themselves as the one who was asked.
  'answer a question': async (cell) =>
    drawnVerdict(await press(cell, ownButton(cell, 'choose', { question: cell.ids.question, number: 1 }))),
  'decide a draft': (cell) =>
    pressed(
      cell,
      ownButton(cell, 'coach', { draft: cell.ids.draft, answer: 'cancel' }),
      'commands.coach.replies.forgotten',
    ),
  enter: (cell) => pressed(cell, `enter?job=${cell.ids.drawn}&number=1`, 'contests.entries.question'),
  report: (cell) => pressed(cell, `report?job=${cell.ids.drawn}`, 'commands.report.replies.reportedUnseen'),
  uncover: (cell) => pressed(cell, `uncover?job=${cell.ids.drawn}`, 'commands.uncover.replies.uncovered'),
  audit: (cell) => said(cell, 'admin', { action: 'audit' }),
  'make a rule': (cell) => said(cell, 'admin', { action: 'channel', here: 'spoiler' }),
  'undo a ban': (cell) => pressed(cell, 'admin?action=unban&person=5 Rex', 'commands.admin.replies.unbanned'),
  'host a contest': (cell) => said(cell, 'host', { title: 'Snow' }, 'contests.setup.title'),
};

test('the table says something about every relation and about every action that is played', () => {
  expect([...expected.keys()].toSorted()).toEqual(Object.keys(actions).toSorted());
  for (const verdicts of expected.values()) expect(verdicts).toHaveLength(relations.length);
});

describe.each(platformNames)('on %s', (platform) => {
  test.each([...expected])('%s', async (action, verdicts) => {
    const found: Record<string, string> = {};
    for (const cell of cells.filter((one) => one.platform === platform && one.action === action))
      found[cell.relation] = await actions[action]!(cell);
    const alternative = platform === 'telegram' ? '$1' : '$2';
    const wanted = verdicts.map((verdict) => verdict.replace(/^topic:(\w+)\|(\w+)$/, alternative));
    expect(found).toEqual(Object.fromEntries(relations.map((relation, index) => [relation, wanted[index]])));
  });
});

test('every command about a job, a pet, a question or somebody else was played', () => {
  const isAboutSomething = ([name, { kind }]: [string, { readonly kind: string }]) =>
    ['job', 'draft', 'question', 'confirmed'].includes(name) || kind === 'pet' || kind === 'person';
  const concerned = commands.filter(({ options }) => Object.entries(options).some(isAboutSomething));
  expect(concerned.map(({ name }) => name).filter((name) => !played.has(name))).toEqual([]);
});
