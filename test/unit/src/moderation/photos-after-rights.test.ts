import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { ContestRules } from '#src/contests/contest-rules.js';
import type { IncomingImage } from '#src/core/files.js';
import { isAttached } from '#src/core/options.js';
import type { PlatformName } from '#src/core/place.js';
import { openContestAt } from '#test/helpers/contests.js';
import { FakePlatform } from '#test/helpers/fake-platform.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { createSpine, type Spine } from '#test/helpers/spine.js';

const names = ['web', 'discord', 'telegram'] as const satisfies readonly PlatformName[];
const moderator = { person: '1', server: '100', isModerator: true };
const banned = { person: '17', server: '100' };
const stranger = { person: '18', server: '100' };
const greedy = { person: '19', server: '100' };

let spine: Spine;
let platforms: Record<(typeof names)[number], FakePlatform>;
let photo: Uint8Array;
let fetched: string[];
beforeAll(async () => {
  photo = await drawPhoto(1);
  spine = await createSpine({ QUEUE_MAX_PER_PERSON: '1' });
  const created = names.map((name) => new FakePlatform(spine.chat, name));
  platforms = Object.fromEntries(created.map((platform) => [platform.name, platform])) as typeof platforms;
  await spine.startBot({ createPlatforms: () => created });
  for (const platform of created) {
    await platform.say('admin', { action: 'ban', person: banned.person }, moderator);
    await platform.say('imagine', { prompt: 'a dog' }, greedy);
    const rules = ContestRules.parse({ accepts: ['photos'] });
    await openContestAt(spine.database!, { platform: platform.name, server: '100', channel: '1' }, { rules });
  }
});
afterAll(() => spine.stop());
beforeEach(() => {
  fetched = [];
});

const files = (...of: readonly string[]): IncomingImage[] =>
  of.map((name) => ({
    name,
    async read() {
      fetched.push(name);
      return photo;
    },
  }));

/** Everything that takes files, as somebody may say it. */
const sayings: Readonly<Record<string, () => Parameters<FakePlatform['say']>[1]>> = {
  train: () => ({ name: 'Rex', kind: 'dog', photos: files('1.jpg', '2.jpg', '3.jpg') }),
  import: () => ({ name: 'Rex', kind: 'dog', file: files('rex.safetensors') }),
  contest: () => ({ action: 'enter', photo: files('1.jpg') }),
  edit: () => ({ change: 'dog → cat', photo: files('1.jpg') }),
  'edit that is asked about': () => ({ change: 'make the sky pink', photo: files('1.jpg') }),
};

test('every command that takes files says what for, and is tried here', () => {
  const taking = commands.filter(({ options }) => Object.values(options).some(isAttached));
  expect(taking.filter(({ photosFor }) => photosFor === undefined)).toEqual([]);
  expect(taking.map(({ name }) => name).toSorted()).toEqual(
    [...new Set(Object.keys(sayings).map((saying) => saying.split(' ')[0]))].toSorted(),
  );
});

describe.each(names)('on %s', (name) => {
  const say = async (saying: string, who: object) => {
    await platforms[name].say(saying.split(' ')[0]!, sayings[saying]!(), who);
    return spine.chat.last!;
  };

  test.each(Object.keys(sayings))('what somebody banned sends with /%s is never fetched', async (saying) => {
    expect(await say(saying, banned)).toMatchObject({ kind: 'error', text: expect.stringContaining('barred') });
    expect(fetched).toEqual([]);
  });

  const queued = Object.keys(sayings).filter((saying) => saying !== 'contest');
  test.each(queued)('nor what comes with /%s where there is no room', async (saying) => {
    const { text } = await say(saying, greedy);
    expect(text).toMatch(/1/);
    expect(fetched).toEqual([]);
  });

  test('nor where the activity is for moderators, or the channel is closed; what is permitted is fetched', async () => {
    for (const activity of ['train', 'draw', 'enter'])
      await platforms[name].say('admin', { action: 'allow', activity, who: 'moderators' }, moderator);
    for (const saying of Object.keys(sayings)) await say(saying, stranger);
    for (const activity of ['train', 'draw', 'enter'])
      await platforms[name].say('admin', { action: 'allow', activity, who: 'everyone' }, moderator);
    await platforms[name].say('admin', { action: 'channel', here: 'never' }, { ...moderator, channel: 'quiet' });
    for (const saying of Object.keys(sayings)) await say(saying, { ...stranger, channel: 'quiet' });
    expect(fetched).toEqual([]);
    await say('edit', stranger);
    await say('contest', stranger);
    expect(fetched).toEqual(['1.jpg', '1.jpg']);
  });
});
