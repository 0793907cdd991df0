import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Place } from '#src/core/place.js';
import type { OpenDatabase } from '#src/database/database.js';
import { Outbox } from '#src/delivery/outbox.js';
import { OutboxTable } from '#src/delivery/outbox-table.js';
import type { PostKind } from '#src/delivery/post.js';
import { outbox as outboxRows } from '#src/delivery/tables.js';
import { createLog } from '#src/operations/log.js';
import type { Platform } from '#src/platforms/platform.js';
import { createStage } from '#test/emulators/discord/setup.js';
import { openTestDatabase } from '#test/helpers/test-database.js';
import { Harness } from '../platforms/telegram/harness.js';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await opened.database.delete(outboxRows);
});
afterAll(() => opened.close());

/** A community, and one who is in it and could be told in private. */
interface Community {
  readonly place: Place;
  readonly platform: () => Platform;
  readonly restart: () => Promise<unknown>;
  readonly seen: () => readonly string[];
  readonly seenInPrivate: () => readonly string[];
  readonly close: () => void;
}

const silent = createLog({ level: 'silent', name: 'test' });
const textsOf = (messages: readonly { readonly text: string }[]) => messages.map(({ text }) => text);

const communities: Record<'discord' | 'telegram', () => Promise<Community>> = {
  async discord() {
    const stage = await createStage();
    ends.push(() => stage.end());
    await stage.start();
    const chat = stage.emulator.chat();
    return {
      place: { platform: 'discord', server: stage.emulator.state.guildId, channel: chat.channelId },
      platform: () => stage.platform,
      restart: () => stage.restart(),
      seen: () => textsOf(chat.messages),
      seenInPrivate: () => textsOf(chat.privateMessages),
      close: () => {
        chat.speaker.channel.canSend = false;
      },
    };
  },
  async telegram() {
    const harness = await Harness.start();
    ends.push(() => harness.stop());
    const group = harness.emulator.group('Pet lovers');
    const anna = harness.emulator.user('Anna');
    const chat = group.as(anna);
    await anna.privateChat().send('/help');
    const id = String(group.chat.id);
    return {
      place: { platform: 'telegram', server: id, channel: id },
      platform: () => harness.platform,
      restart: async () => {
        await harness.platform.stop();
        await harness.startPlatform();
      },
      seen: () => textsOf(chat.messages),
      seenInPrivate: () => textsOf(anna.privateChat().messages),
      close: () => chat.blocks(),
    };
  },
};

test.each(['discord', 'telegram'] as const)(
  'a notice for everybody is there once and in order through an end before its note, and never in private: %s',
  async (name) => {
    const { place, platform, restart, seen, seenInPrivate, close } = await communities[name]();
    const table = new OutboxTable(opened.database);
    const add = (words: string) =>
      table.add({ key: `n-${words}`, kind: 'notice', place, payload: words, lane: 'contest' }, new Date());
    const given: string[] = [];
    const notice: PostKind = {
      what: 'a notice',
      otherwise: 'its moderators are told',
      compose: async ({ payload }) => ({ message: { kind: 'info', text: `voting has ${payload}` } }),
      onGivenUp: async ({ key }) => void given.push(key),
    };
    let now = Date.now() + 60_000;
    const run = async (kind: PostKind) => {
      const outbox = new Outbox({
        database: opened.database,
        platforms: new Map([[name, platform()]]),
        log: silent,
        now: () => new Date(now),
        retries: { firstDelayMs: 1000, now: () => now },
      });
      outbox.register('notice', kind);
      // Those that were tried before wait a little longer.
      await outbox.start();
      now += 60_000;
      outbox.wake();
      await outbox.settled();
      await outbox.stop();
    };
    const end = async () => {
      throw new Error('the end');
    };

    for (const words of ['begun', 'ended']) await add(words);
    await run({ ...notice, onPosted: end });
    expect(seen()).toEqual(['voting has begun']);
    await restart();
    await run(notice);
    expect(seen()).toEqual(['voting has begun', 'voting has ended']);
    close();
    await add('been counted');
    await run(notice);
    expect(given).toEqual(['n-been counted']);
    expect(seen()).toEqual(['voting has begun', 'voting has ended']);
    expect(seenInPrivate().filter((text) => text.includes('voting'))).toEqual([]);
    expect(await table.depths()).toEqual([]);
  },
);
