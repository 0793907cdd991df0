import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBotStage, type DiscordBotStage } from '#test/emulators/discord/bot-stage.js';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import type { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import { drawPhoto } from '#test/helpers/photos.js';
import type { Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { outlastOutage } from '#test/scenarios/outlast-outage.js';
import { pressEverything } from '#test/scenarios/press-everything.js';
import { createWorld, textPattern } from '#test/scenarios/world.js';

let spine: Spine;
let emulator: DiscordEmulator;
let startBot: DiscordBotStage['startBot'];
let end: DiscordBotStage['end'];

beforeEach(async () => {
  ({ spine, emulator, startBot, end } = await createBotStage());
});
afterEach(() => end());

const says = (...[key, params]: Parameters<typeof textPattern> extends [unknown, ...infer Rest] ? Rest : never) =>
  textPattern('en', key, params);
const resultOf = (chat: DiscordChat, pattern: RegExp) =>
  chat.sees(({ pictureCount, hasProgress, text }) => pictureCount > 0 && !hasProgress && pattern.test(text));
const countOf = (chat: DiscordChat, pattern: RegExp) => chat.messages.filter(({ text }) => pattern.test(text)).length;
const worldOf = (chat: DiscordChat) => createWorld(spine, { chat, start: () => startBot() });
const hasFaults = () => spine.logLines.some((line) => /a command (failed|could not be answered)/.test(line));
/** So long that no answer to an interaction can be written any more. */
const longMs = 20 * 60_000;

describe('the gateway', () => {
  test('that closes one of two connections for good, again and again, costs no command and no result', async () => {
    emulator.shards = 2;
    const { gateway, state } = emulator;
    const delays = { firstMs: 50, maxMs: 200 };
    await startBot({ connectionDelays: { unreachableDelays: delays, refusedDelays: delays } });
    const anna = emulator.chat();
    await anna.say('/imagine a cat');
    await anna.sees(/a cat/);
    const own = Number((BigInt(state.guildId) >> 22n) % 2n);
    // Refused intents on the connection of others, another number of connections on hers.
    for (const [code, shard] of [[4014, 1 - own] as const, [4011, own] as const]) {
      const { identifies } = gateway;
      gateway.closeConnections(code, shard);
      await waitFor('both', () => gateway.identifies >= identifies + 2 && gateway.shards.length === 2);
    }
    await spine.startWorker();
    await resultOf(anna, says('delivery.drawn', { prompt: 'a cat' }));
    await anna.say('/imagine a dog');
    await resultOf(anna, says('delivery.drawn', { prompt: 'a dog' }));
    expect(anna.messages).toHaveLength(2);
  });

  test('and the API that answers nothing but 502 for long lose no result, and double none', async () => {
    await startBot();
    const people = ['Anna', 'Ben', 'Clara'].map((name) => emulator.chat({ name }));
    await outlastOutage(worldOf(people[0]!), people, (isAway) => {
      emulator.isAway = isAway;
    });
  });
});

describe('who makes rules', () => {
  test('is not whoever moderates one channel, has lost the role or given the server away, by no command and no button', async () => {
    const role = { id: emulator.clock.newId(), name: 'Helpers', permissions: '8192' };
    emulator.state.roles.set(role.id, role);
    // Discord itself lets all but Ben see the command here.
    const mona = emulator.chat({ name: 'Mona', isChannelModerator: true, roles: [role] });
    const carl = emulator.chat({ name: 'Carl', with: mona, isChannelModerator: true });
    const olga = emulator.chat({ name: 'Olga', with: mona, isChannelModerator: true });
    const ben = emulator.chat({ name: 'Ben', with: mona, isGuest: true });
    emulator.state.ownerId = olga.personId;
    await startBot();
    const channelOnly = says('errors.moderatesChannelOnly');
    const isRefused = (chat: DiscordChat, times: number) =>
      waitFor(`${chat.personName} to be refused`, () => countOf(chat, channelOnly) === times);

    await carl.say('/admin ban', { about: ben });
    await isRefused(carl, 1);
    await mona.say('/admin ban', { about: ben });
    const banned = await mona.sees(says('commands.admin.replies.banned', { names: 'Ben' }));
    await carl.clicks(banned, 'Undo');
    await isRefused(carl, 2);
    emulator.gateway.changeRole({ ...role, permissions: '2048' });
    await mona.clicks(banned, 'Undo');
    await isRefused(mona, 1);
    await olga.say('/admin unban', { about: ben });
    await olga.sees(says('commands.admin.replies.unbanned', { names: 'Ben' }));
    emulator.gateway.changeOwner(ben.personId);
    await olga.say('/admin ban', { about: ben });
    await isRefused(olga, 1);
    await ben.forges('admin');
    await ben.sees(says('commands.admin.replies.none'));
  });
});

describe('channels that are closed', () => {
  test('while pictures for them are drawn are asked a few times each, and never again after a restart', async () => {
    let bot = await startBot();
    const closed = Array.from({ length: 12 }, (_, index) => emulator.chat({ name: `Person ${index}`, isGuest: true }));
    const open = emulator.chat({ name: 'Ben', isGuest: true });
    for (const chat of [...closed, open]) {
      await chat.say('/imagine a lamp');
      await chat.sees(/a lamp/);
    }
    await bot.stop();
    // Hidden, forbidden to write with the message gone, or deleted; and nobody takes private messages.
    for (const [index, { speaker }] of closed.entries()) {
      speaker.user.isClosed = true;
      if (index % 3 === 0) speaker.channel.canView = false;
      if (index % 3 === 1) {
        speaker.channel.canSend = false;
        for (const message of emulator.state.messagesIn(speaker.channel.id)) message.isDeleted = true;
      }
      if (index % 3 === 2) speaker.channel.isDeleted = true;
    }
    await spine.startWorker();
    // What Discord counts before it bars an address.
    const refusals = () => emulator.requests.filter(({ status }) => [401, 403, 429].includes(Number(status))).length;
    const isGivenUp = () => spine.logLines.filter((line) => line.includes('when they speak again')).length;
    const restart = async () => {
      await bot.stop();
      bot = await startBot();
    };
    await restart();
    await resultOf(open, says('delivery.drawn', { prompt: 'a lamp' }));
    await waitFor('all others to be given up', () => isGivenUp() === closed.length, 30_000);
    const first = refusals();
    expect(first).toBeLessThanOrEqual(3 * closed.length);
    await restart();
    await sleep(1000);
    expect(refusals()).toBe(first);
  });

  test('keep a picture that the bot cannot reach; it forgets it, and says that it stays', async () => {
    await startBot();
    await spine.startWorker();
    const anna = emulator.chat();
    await anna.say('/imagine a cat');
    const cat = await resultOf(anna, says('delivery.drawn', { prompt: 'a cat' }));
    emulator.advance(longMs);
    await anna.say('/imagine a dog');
    const dog = await resultOf(anna, says('delivery.drawn', { prompt: 'a dog' }));
    anna.speaker.channel.canView = false;
    // The answer to her command still reaches what it wrote.
    await anna.clicks(dog, 'Delete');
    await anna.sees(says('commands.remove.replies.removed'));
    await anna.clicks(cat, 'Delete');
    await anna.sees(says('commands.remove.replies.outOfReach'));
    expect(anna.messages.map(({ id }) => id)).toContain(cat.id);
    expect(anna.messages.map(({ id }) => id)).not.toContain(dog.id);
    await anna.clicks(cat, 'Delete');
    await anna.sees(says('commands.remove.replies.gone'));
    expect(hasFaults()).toBe(false);
  });

  test('give nothing to the readers of another one, where their person speaks next', async () => {
    await startBot();
    // Which of them only some can see, no rule says.
    const anna = emulator.chat({ name: 'Anna', isGuest: true });
    await anna.say('/imagine a secret plan');
    await anna.sees(/a secret plan/);
    anna.speaker.channel.canView = false;
    anna.speaker.user.isClosed = true;
    emulator.advance(longMs);
    await spine.startWorker();
    await waitFor('it to be given up', () => spine.logLines.some((line) => line.includes('when they speak again')));
    const ben = emulator.chat({ name: 'Ben', isGuest: true });
    const annaElsewhere = emulator.chat({ speaker: { ...anna.speaker, channel: ben.speaker.channel } });
    await annaElsewhere.say('/help');
    const shown = await resultOf(annaElsewhere, says('delivery.drawn', { prompt: 'a secret plan' }));
    expect(ben.messages.filter(({ pictureCount, text }) => pictureCount > 0 || /secret/.test(text))).toEqual([]);
    const again = emulator.state.messages.get(shown.id)!.buttons.find(({ label }) => label === 'Again')!.customId;
    const job = again.split('job=')[1]!;
    for (const line of [`/edit change:+ a hat job:${job}`, `/again job:${job}`]) await ben.say(line);
    await waitFor('two refusals', () => countOf(ben, says('errors.jobNotYours', { person: 'Anna' })) === 2);
  });
});

describe('files', () => {
  test('of which Discord says nothing, or something wrong, are judged by their bytes', async () => {
    await startBot();
    await spine.startWorker();
    const anna = emulator.chat();
    const photo = await drawPhoto(2, 120, 90);
    const edit = async (
      file: { readonly name: string; readonly type?: string; readonly bytes: Uint8Array },
      change: string,
    ) => {
      await anna.submits(await anna.chooses('Edit this photo', anna.writes('', [file])), { change });
    };
    const wrong = [{ name: 'IMG_0001' }, { name: 'note', type: 'text/plain' }, { name: 'rex.jpeg', type: 'video/mp4' }];
    for (const [index, file] of wrong.entries()) {
      await edit({ ...file, bytes: photo }, `dog → cat ${index}`);
      await resultOf(anna, says('delivery.edited', { change: `dog → cat ${index}` }));
    }
    await edit({ name: 'photo.jpg', type: 'image/jpeg', bytes: new TextEncoder().encode('#!/bin/sh\n') }, 'dog → hen');
    await anna.sees(says('errors.photoNotAPhoto', { name: 'photo.jpg' }));
    expect(hasFaults()).toBe(false);
  });

  test('of which one of several is covered cover all that comes of them', async () => {
    await startBot();
    await spine.startWorker();
    const anna = emulator.chat();
    const photos = await Promise.all([1, 2, 3, 3].map((seed) => drawPhoto(seed)));
    await anna.command('train', { name: 'Biscuit', kind: 'dog' }, { photos, covered: [2] });
    await anna.clicks(await anna.sees(({ buttons }) => buttons.includes('Use anyway')), 'Use anyway');
    await anna.sees(says('delivery.trained', { pet: 'Biscuit' }));
    await anna.say('/pets');
    await anna.sees(({ text, pictureCount }) => /learnt from/.test(text) && pictureCount > 0);
    const posted = [...emulator.state.attachments.values()].filter(({ filename }) => filename.includes('petbooth-'));
    expect(posted.length).toBeGreaterThan(2);
    expect(posted.filter(({ filename }) => !filename.startsWith('SPOILER_'))).toEqual([]);
  });
});

test('buttons of somebody else’s drawing, edit, question and waiting job do nothing to them', async () => {
  await startBot();
  const anna = emulator.chat({ name: 'Anna', isGuest: true });
  const world = worldOf(anna);
  await pressEverything(world, {
    stranger: emulator.chat({ name: 'Ben', with: anna, isGuest: true }),
    async edit(photo, change) {
      const posted = anna.writes('', [{ name: 'photo.jpg', type: 'image/jpeg', bytes: photo }]);
      await anna.submits(await anna.chooses('Edit this photo', posted), { change });
    },
    train: (photos) => anna.say('/train name: Biscuit kind: dog', { photos }),
  });
});
