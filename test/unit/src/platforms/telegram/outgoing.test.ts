import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlobKey } from '#src/core/blob-key.js';
import { PermanentError } from '#src/core/errors.js';
import { fitPhoto } from '#src/photos/decoder/fit-photo.js';
import { MessageGoneError, type OutgoingMessage } from '#src/platforms/platform.js';
import { ChatForbiddenError } from '#src/platforms/telegram/errors.js';
import { say } from '#src/platforms/telegram/texts.js';
import type { ChatActor } from '#test/emulators/telegram/actors.js';
import { fastTimings } from '#test/emulators/telegram/fast-timings.js';
import type { Fault } from '#test/emulators/telegram/telegram-emulator.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { anna, annasPlace, Harness, info } from './harness.js';

describe('what the bot sends', () => {
  let harness: Harness;
  let chat: ChatActor;
  beforeEach(async () => {
    harness = await Harness.start({
      timings: { ...fastTimings, requestTimeoutMs: 400 },
      fitPhoto: async (read, frame) => fitPhoto(await read(), frame),
    });
    chat = harness.emulator.user('Anna').privateChat();
    // So that Telegram's count of messages is known, as it is whenever somebody has spoken.
    await chat.send('/help');
    await harness.invoked();
  });
  afterEach(() => harness.stop());
  const result = async (...seeds: number[]): Promise<OutgoingMessage> => ({
    kind: 'result',
    text: '“a fox” for Anna, seed 7',
    pictures: await Promise.all(
      seeds.map(async (seed) => ({ blob: await harness.picture(seed), alt: `Picture ${seed}` })),
    ),
    buttons: [{ label: 'Again', action: 'again?job=t-1' }],
  });
  const status = (percent: number): OutgoingMessage => ({
    kind: 'status',
    text: `${percent} %`,
    progress: percent / 100,
    buttons: [{ label: 'Stop', action: 'cancel?job=t-1' }],
  });

  test('a key posts one message, also after a restart, and the second content replaces the first', async () => {
    const first = await harness.send(annasPlace, info('one'), 't-1');
    const second = await harness.send(annasPlace, info('two'), 't-1');
    await harness.platform.stop();
    await harness.startPlatform();
    const third = await harness.send(annasPlace, info('three'), 't-1');
    expect([second, third]).toEqual([first, first]);
    expect(chat.messages.map(({ text }) => text)).toEqual(['three']);
  });

  test.each<[string, Fault[]]>([
    ['the answer is lost', [{ kind: 'answer dropped' }]],
    ['the answer never comes', [{ kind: 'hangs' }]],
    ['the answer is lost twice', [{ kind: 'answer dropped' }, { kind: 'answer dropped' }]],
    ['the connection goes before anything is done', [{ kind: 'dropped' }]],
    ['a proxy answers 502', [{ kind: 'status', status: 502 }]],
    ['a proxy answers 502 and then the connection goes', [{ kind: 'status', status: 502 }, { kind: 'dropped' }]],
    [
      'Telegram says to wait',
      [{ kind: 'refused', code: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 }],
    ],
  ])('one message where %s', async (_, faults) => {
    for (const fault of faults) harness.emulator.failNext('sendMessage', fault);
    const reference = await harness.send(annasPlace, status(0), 't-1');
    expect(chat.messages.map(({ id, text }) => [id, text])).toEqual([[reference.message, '0 %']]);
    // Lost answers are only met when they happen to a request that was done.
    expect(harness.emulator.pendingFaults).toBeLessThan(faults.length);
  });

  test('one message where the bot ends before the answer comes, among messages of others', async () => {
    const bob = harness.emulator.user('Bob').privateChat();
    harness.emulator.failNext('sendMessage', { kind: 'hangs' });
    const lost = harness.send(annasPlace, info('hello'), 't-1').catch((error: unknown) => error);
    await chat.sees(/hello/);
    await bob.send('/help');
    await harness.platform.stop();
    await harness.startPlatform();
    await harness.send({ ...annasPlace, channel: String(bob.chat.id) }, info('for Bob'), 't-2');
    await harness.send(annasPlace, info('hello again'), 't-1');
    await lost;
    expect(chat.messages.map(({ text }) => text)).toEqual(['hello again']);
    expect(bob.messages.map(({ text }) => text)).toEqual(['for Bob']);
  });

  test('a press on a message whose answer was lost does not hide it', async () => {
    harness.emulator.failNext('sendMessage', { kind: 'hangs' });
    const sending = harness.send(annasPlace, status(0), 't-1');
    const seen = await chat.sees(/0 %/);
    await chat.clicks(seen, 'Stop');
    expect((await sending).message).toBe(seen.id);
    expect(chat.messages).toHaveLength(1);
  });

  test('a status becomes the result in place: a picture with words below and its buttons', async () => {
    const reference = await harness.send(annasPlace, status(0), 't-1');
    await harness.platform.edit(reference, status(40));
    await chat.sees(/40 %/);
    const message = await result(1);
    await harness.platform.edit(reference, message);
    await harness.platform.edit(reference, message);
    expect(chat.messages).toEqual([{ id: reference.message, text: message.text, pictureCount: 1, buttons: ['Again'] }]);
    expect(chat.raw[0]!.photo!.bytes).toEqual(await harness.blobs.get(message.pictures![0]!.blob));
  });

  test.each<Fault['kind']>(['answer dropped', 'hangs', 'dropped'])(
    'a result whose edit meets “%s” is shown once',
    async (kind) => {
      const reference = await harness.send(annasPlace, status(0), 't-1');
      harness.emulator.failNext('editMessageMedia', { kind } as Fault);
      await harness.platform.edit(reference, await result(1));
      expect(chat.messages.map(({ pictureCount }) => pictureCount)).toEqual([1]);
    },
  );

  test('of many passing contents few are shown, the newest wins, and nothing passing follows the result', async () => {
    const reference = await harness.send(annasPlace, status(0), 't-1');
    for (let percent = 1; percent <= 50; percent += 1) {
      await harness.platform.edit(reference, status(percent));
      if (percent % 10 === 0) await sleep(20);
    }
    await chat.sees(/50 %/);
    await harness.platform.edit(reference, status(60));
    await harness.platform.edit(reference, await result(1));
    await sleep(150);
    const { history } = chat.raw[0]!;
    expect(history.length).toBeLessThan(12);
    expect(history.at(-1)).toContain('a fox');
    expect(harness.emulator.count('sendMessage')).toBe(1);
  });

  test('several pictures: one in place, the others as an album below, once', async () => {
    const reference = await harness.send(annasPlace, status(0), 't-1');
    const message = await result(1, 2, 3, 4);
    harness.emulator.failNext('sendMediaGroup', { kind: 'answer dropped' });
    await harness.platform.edit(reference, message);
    await harness.platform.stop();
    await harness.startPlatform();
    await harness.platform.edit(reference, message);
    expect(chat.messages.map(({ text, pictureCount }) => [text, pictureCount])).toEqual([
      [message.text, 1],
      ['Picture 2', 1],
      ['Picture 3', 1],
      ['Picture 4', 1],
    ]);
    const [, ...album] = chat.raw;
    expect(new Set(album.map(({ media_group_id }) => media_group_id)).size).toBe(1);
    // telegraf would drop this from a request with files.
    expect(album.map(({ replyTo }) => String(replyTo?.message_id))).toEqual(Array(3).fill(reference.message));
  });

  test('twelve pictures and two pictures keep to the size of albums', async () => {
    await harness.send(annasPlace, await result(...Array.from({ length: 12 }, (_, index) => index + 1)), 't-1');
    expect(chat.messages).toHaveLength(12);
    await harness.send(annasPlace, await result(20, 21), 't-2');
    expect(chat.messages).toHaveLength(14);
    expect(harness.emulator.count('sendPhoto')).toBe(2);
  });

  test('hidden pictures are hidden in place, alone and in albums', async () => {
    await harness.send(annasPlace, { ...(await result(1, 2)), isSpoiler: true }, 't-1');
    await harness.send(annasPlace, { ...(await result(3, 4, 5)), isSpoiler: true }, 't-2');
    expect(chat.messages.map(({ isHidden }) => isHidden)).toEqual([true, true, true, true, true]);
    await harness.send(annasPlace, await result(6, 7), 't-3');
    expect(chat.messages.slice(5).map(({ isHidden }) => isHidden)).toEqual([undefined, undefined]);
  });

  test('a picture that is no photo for Telegram goes as a file, one that is gone is left out', async () => {
    const wide = await harness.picture(1, 2100, 64);
    const gone = await harness.picture(2);
    await harness.blobs.delete(gone);
    await harness.send(
      annasPlace,
      { ...info('look'), pictures: [gone, wide].map((blob) => ({ blob, alt: 'it' })) },
      't-1',
    );
    expect(chat.raw.map(({ document }) => document?.name)).toEqual(['petbooth.jpg']);
    expect(harness.emulator.violations.splice(0)).toEqual([expect.stringContaining('PHOTO_INVALID_DIMENSIONS')]);
  });

  describe('a covered picture that Telegram takes only as a file', () => {
    const tooManyBytes = async () => Buffer.concat([await drawPhoto(1, 300, 200), Buffer.alloc(10 * 1024 * 1024)]);
    const shown = (...blobs: BlobKey[]): OutgoingMessage => ({
      ...info('look'),
      isSpoiler: true,
      pictures: blobs.map((blob) => ({ blob, alt: 'it' })),
    });
    const refused = () => harness.emulator.violations.splice(0);

    test.each([
      ['longer than 20 to 1', 2100, 64, 2100, 105],
      ['of more than 10 000 pixels for both sides', 9000, 1100, 2560, 313],
    ])('since it is %s becomes a photo, and stays covered', async (_, width, height, newWidth, newHeight) => {
      await harness.send(annasPlace, shown(await harness.picture(1, width, height)), 't-1');
      expect(chat.messages).toMatchObject([{ pictureCount: 1, isHidden: true }]);
      expect(chat.raw[0]!.photo).toMatchObject({ width: newWidth, height: newHeight });
      expect(refused()).toEqual([expect.stringContaining('PHOTO_INVALID_DIMENSIONS')]);
    });

    test('since it has too many bytes, or a shape that is refused in an album, is covered there, too', async () => {
      const large = await harness.blobs.put(await tooManyBytes());
      const wide = await harness.picture(1, 2100, 64);
      await harness.send(annasPlace, shown(large, large, wide), 't-1');
      expect(chat.messages.map(({ pictureCount, isHidden }) => [pictureCount, isHidden])).toEqual(
        Array(3).fill([1, true]),
      );
      expect(chat.raw.map(({ document }) => document)).toEqual([undefined, undefined, undefined]);
      expect(refused()).toHaveLength(1);
    });

    test('goes whole again where it is uncovered, and small where it is covered once more', async () => {
      const message = shown(await harness.blobs.put(await tooManyBytes()));
      const open = { ...message, isSpoiler: false };
      const reference = await harness.send(annasPlace, open, 't-1');
      for (const [isSpoiler, form] of [
        [true, 'photo'],
        [false, 'document'],
        [true, 'photo'],
      ] as const) {
        await harness.platform.edit(reference, { ...message, isSpoiler });
        expect(chat.raw[0]![form]).toBeDefined();
        expect(chat.messages[0]!.isHidden).toBe(isSpoiler || undefined);
      }
    });

    test('and that cannot be made a photo is left out, with a sentence', async () => {
      await harness.platform.stop();
      await harness.startPlatform({ fitPhoto: () => Promise.reject(new Error('too much to do')) });
      const message = shown(await harness.picture(1, 2100, 64), await harness.picture(2));
      await harness.send(annasPlace, { ...message, locale: 'de' }, 't-1');
      expect(chat.messages).toMatchObject([
        { text: `look\n${say('de', 'notCovered')}`, pictureCount: 1, isHidden: true },
      ]);
      await harness.send(annasPlace, shown(await harness.picture(1, 2100, 64)), 't-2');
      expect(chat.messages[1]).toMatchObject({ text: `look\n${say('en', 'notCovered')}`, pictureCount: 0 });
      expect(refused()).toHaveLength(2);
    });
  });

  test('what is uncovered is uncovered in the album below, too', async () => {
    const message = await result(1, 2, 3);
    const reference = await harness.send(annasPlace, { ...message, isSpoiler: true }, 't-1');
    await harness.platform.edit(reference, message);
    expect(chat.messages.map(({ pictureCount, isHidden }) => [pictureCount, isHidden])).toEqual(
      Array(3).fill([1, undefined]),
    );
  });

  test('photos and files do not mix in an album', async () => {
    const large = Buffer.concat([await drawPhoto(1), Buffer.alloc(10 * 1024 * 1024)]);
    const pictures = [await harness.picture(1), await harness.picture(2), await harness.blobs.put(large)];
    await harness.send(annasPlace, { ...info('look'), pictures: pictures.map((blob) => ({ blob, alt: 'it' })) }, 't-1');
    expect(chat.raw.map(({ photo, document }) => (photo ? 'photo' : document && 'file'))).toEqual([
      'photo',
      'file',
      'file',
    ]);
  });

  test('words after a picture change the words and keep the picture', async () => {
    const reference = await harness.send(annasPlace, await result(1), 't-1');
    await harness.platform.edit(reference, { kind: 'error', text: 'It broke.' });
    expect(chat.messages).toEqual([{ id: reference.message, text: 'It broke.', pictureCount: 1, buttons: [] }]);
  });

  test('a message that was deleted is reported as gone; one key does not bring it back', async () => {
    const reference = await harness.send(annasPlace, info('one'), 't-1');
    chat.deletes(chat.messages[0]!);
    await expect(harness.platform.edit(reference, info('two'))).rejects.toThrow(MessageGoneError);
    await expect(harness.platform.edit(reference, await result(1))).rejects.toThrow(MessageGoneError);
    await harness.send(annasPlace, info('three'), 't-1');
    expect(chat.messages).toEqual([]);
  });

  test('a bot that is blocked knows that trying again cannot help, and what it kept back can be sent later', async () => {
    chat.blocks();
    const error = await harness.send(annasPlace, info('one'), 't-1').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ChatForbiddenError);
    expect(error).toBeInstanceOf(PermanentError);
    chat.unblocks();
    await harness.send(annasPlace, info('two'), 't-1');
    expect(chat.messages.map(({ text }) => text)).toEqual(['two']);
  });

  test('where a group forbids pictures, they come in private, and the group is told so, once', async () => {
    const group = harness.emulator.group('Pets');
    group.chat.picturesForbidden = true;
    const inGroup = group.as(harness.emulator.user('Anna'));
    const place = { ...annasPlace, server: String(group.chat.id), channel: String(group.chat.id) };
    const message = { ...(await result(1, 2)), locale: 'de' } as const;
    await harness.send(place, message, 't-1');
    const status = await harness.send(place, { kind: 'status', text: 'at work' }, 't-2');
    for (const _ of ['the result', 'and once more']) await harness.platform.edit(status, message, { person: anna });
    const words = `${message.text}\nBilder dürfen hier nicht gepostet werden; ich habe sie dir privat geschickt.`;
    expect(inGroup.messages).toMatchObject(Array(2).fill({ text: words, pictureCount: 0, buttons: ['Again'] }));
    expect(chat.messages.map(({ pictureCount }) => pictureCount)).toEqual([1, 1, 1, 1]);
  });

  test('where a group forbids pictures and the person cannot be reached alone, words are posted and say why', async () => {
    const group = harness.emulator.group('Pets');
    group.chat.picturesForbidden = true;
    const inGroup = group.as(harness.emulator.user('Anna'));
    const place = { ...annasPlace, server: String(group.chat.id), channel: String(group.chat.id) };
    chat.blocks();
    const status = await harness.send(place, { kind: 'status', text: 'at work' }, 't-1');
    await harness.platform.edit(status, await result(1), { person: anna });
    expect(inGroup.messages).toMatchObject([
      { text: '“a fox” for Anna, seed 7\nPictures may not be posted here.', pictureCount: 0 },
    ]);
  });

  describe('a message that is taken away', () => {
    const ageAll = () => {
      for (const message of harness.emulator.state.messages) message.date -= 49 * 3600;
    };
    const removed = async (message: OutgoingMessage, isOld: boolean) => {
      const sent = await harness.send(annasPlace, message, 't-1');
      if (isOld) ageAll();
      await harness.platform.remove(sent, 'de');
      await harness.platform.remove(sent, 'de');
      return chat.messages;
    };

    test('goes with the pictures below it', async () => {
      expect(await removed(await result(1, 2, 3), false)).toEqual([]);
    });

    test('after 48 hours is emptied, and says so: words', async () => {
      const message = { ...info('Biscuit lives at 5 Elm Street'), buttons: [{ label: 'Delete', action: 'remove' }] };
      expect(await removed(message, true)).toMatchObject([{ text: say('de', 'emptied'), buttons: [] }]);
    });

    test('after 48 hours is emptied, and says so: a picture, and the album below it', async () => {
      const before = await result(1, 2, 3);
      const shown = await removed({ ...before, buttons: [{ label: 'Delete', action: 'remove' }] }, true);
      expect(shown).toHaveLength(3);
      const empty = new Set<string>();
      for (const message of shown) {
        expect(message).toMatchObject({ text: say('de', 'emptied'), pictureCount: 1, buttons: [] });
        empty.add(Buffer.from(await chat.takes(message)).toString('base64'));
      }
      expect(empty.size).toBe(1);
    });
  });

  describe('a group that became a supergroup, of which only the refusal of a request tells,', () => {
    const moved = () => {
      const group = harness.emulator.group('Pets', { type: 'group' });
      const [from, place] = [String(group.chat.id), { ...annasPlace, channel: String(group.chat.id) }];
      return { group, place: { ...place, server: from }, from };
    };

    test('is followed by posts, and everything else goes along', async () => {
      const { group, place, from } = moved();
      const supergroup = group.becomesSupergroup([]);
      const to = String(supergroup.chat.id);
      const reference = await harness.send(place, await result(2), 't-1');
      expect(reference.place).toEqual({ ...place, server: to, channel: to });
      const there = supergroup.as(harness.emulator.user('Bob'));
      await there.sees(({ pictureCount }) => pictureCount === 1);
      expect(harness.bot.moves).toEqual([{ platform: 'telegram', from, to }]);
      await harness.platform.edit(reference, info('later'));
      await there.sees(/later/);
    });

    test('leaves its messages behind: nothing of the same number in the supergroup is edited or deleted', async () => {
      const { group, place } = moved();
      const old = await harness.send(place, { kind: 'status', text: 'at work' }, 't-1');
      const supergroup = group.becomesSupergroup([]);
      const there = supergroup.as(harness.emulator.user('Bob'));
      const there1 = { ...place, channel: String(supergroup.chat.id) };
      for (let count = 0; count < 12; count += 1) await harness.send(there1, info(`other ${count}`), `o-${count}`);
      expect(there.messages.map(({ id }) => id)).toContain(old.message);
      await expect(harness.platform.edit(old, await result(1))).rejects.toThrow(MessageGoneError);
      await harness.platform.remove(old);
      await harness.send(place, await result(1), 't-1');
      expect(there.messages.map(({ text }) => text).slice(0, 12)).toEqual(
        Array.from({ length: 12 }, (_, count) => `other ${count}`),
      );
      expect(there.messages.at(-1)).toMatchObject({ pictureCount: 1 });
      expect(there.messages).toHaveLength(13);
    });
  });

  test('a chat that must wait holds up no other, and its messages keep their order', async () => {
    const bob = harness.emulator.user('Bob').privateChat();
    harness.emulator.failNext('sendMessage', {
      kind: 'refused',
      code: 429,
      description: 'Too Many Requests: retry after 1',
      retryAfter: 1,
    });
    const slow = Promise.all([
      harness.send(annasPlace, info('first'), 't-1'),
      harness.send(annasPlace, info('second'), 't-2'),
    ]);
    await waitFor('the first request', () => harness.emulator.count('sendMessage') > 0);
    const startedAt = Date.now();
    await harness.send({ ...annasPlace, channel: String(bob.chat.id) }, info('at once'), 't-3');
    expect(Date.now() - startedAt).toBeLessThan(800);
    await slow;
    expect(chat.messages.map(({ text }) => text)).toEqual(['first', 'second']);
    const [refused, , again] = harness.emulator.requests.filter(({ method }) => method === 'sendMessage');
    expect(again!.at - refused!.at).toBeGreaterThan(950);
  });

  test('long words are shortened in the middle, so that the seed stays', async () => {
    const text = `“${'very '.repeat(1200)}long” for Anna, seed 42`;
    const reference = await harness.send(annasPlace, { kind: 'status', text }, 't-1');
    expect(chat.messages[0]!.text.length).toBeLessThanOrEqual(4096);
    await harness.platform.edit(reference, { ...(await result(1)), text });
    const shown = chat.messages[0]!.text;
    expect(shown.length).toBeLessThanOrEqual(1024);
    expect(shown).toMatch(/^“very.* … .*seed 42$/);
  });
});

describe('the pace', () => {
  test('in a group that Telegram slows down, 200 answers to one person hold up no result, and the newest is kept', async () => {
    const harness = await Harness.start({ pace: {} }, { limitsFlood: true });
    const group = harness.emulator.group('Pets');
    const channel = String(group.chat.id);
    const place = { ...annasPlace, server: channel, channel };
    const status = await harness.send(place, { kind: 'status', text: 'at work' }, 't-1');
    const talk = Array.from({ length: 200 }, (_, index) => harness.send(place, info(`help ${index}`), `h-${index}`));
    const picture = { blob: await harness.picture(1), alt: 'a fox' };
    await harness.platform.edit(status, { kind: 'result', text: 'a fox', pictures: [picture] });
    await Promise.all(talk);
    const said = harness.emulator.requests
      .filter(({ method }) => /^(send|edit)Message/.test(method))
      .map(({ method, parameters }) => (method === 'sendMessage' ? parameters.text : 'the result'));
    // The first answer was on its way already.
    expect(said).toEqual(['at work', 'help 0', 'the result', 'help 199']);
    await harness.stop();
  });

  test('with its own limits the bot is never told to slow down', async () => {
    const harness = await Harness.start({ pace: {} }, { limitsFlood: true });
    harness.emulator.user('Anna').privateChat();
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        harness.send(annasPlace, { kind: 'status', text: `message ${index}` }, `t-${index}`),
      ),
    );
    const times = harness.emulator.requests.filter(({ method }) => method === 'sendMessage').map(({ at }) => at);
    expect(times).toHaveLength(8);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(4000);
    await harness.stop();
  });
});
