import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { locales } from '#locales/index.js';
import type { IncomingImage } from '#src/core/files.js';
import type { IncomingPress } from '#src/platforms/platform.js';
import { say } from '#src/platforms/telegram/texts.js';
import { fastTimings } from '#test/emulators/telegram/fast-timings.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { anna, Harness, info, photos } from './harness.js';

describe('what people write', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.start();
  });
  afterEach(() => harness.stop());
  const imagesOf = (value: unknown) => value as readonly IncomingImage[];
  const quiet = async () => {
    await sleep(300);
    return harness.bot.invocations.length;
  };

  test('a command comes with its options, its person, its place and a language', async () => {
    const chat = harness.emulator.user('Anna', { language: 'de-AT' }).privateChat();
    harness.bot.script = async ({ place }) => {
      await harness.send(place, info('I draw @bob a wave'), 'answer-1');
    };
    const [message] = await chat.send('/imagine Biscuit surfing a wave count: 2');
    const invocation = await harness.invoked();
    expect(invocation).toMatchObject({
      eventId: `5001-${message!.message_id}`,
      person: { platform: 'telegram', id: '5001', name: 'Anna' },
      place: { platform: 'telegram', channel: '5001' },
      language: 'de-AT',
      command: 'imagine',
      options: { prompt: 'Biscuit surfing a wave', count: '2' },
    });
    await chat.sees(/I draw @bob a wave/);
    expect(chat.raw[0]!.text).toContain('@\u2060bob');
  });

  test('/start keeps no words of a link, and plain words get a hint', async () => {
    const chat = harness.emulator.user('Anna', { language: 'de' }).privateChat();
    await chat.send('/start campaign-7');
    expect((await harness.invoked()).options).toEqual({});
    await chat.send('hello');
    await chat.sees((seen) => seen.text === locales.de.web.commandHint);
    await chat.send('/queue nonsense');
    await chat.sees(/nonsense/);
    expect(harness.bot.invocations).toHaveLength(1);
  });

  test('a command about somebody takes them from a mention, a reply or an id, and other commands do not', async () => {
    const group = harness.emulator.group('Pets');
    const mona = harness.emulator.user('Mona');
    group.chat.moderators = new Set([mona.user.id]);
    const chat = group.as(mona);
    const ben = harness.emulator.user('Ben');
    const [written] = await group.as(ben).send('hello');
    await chat.send('/admin ban Ben', { mentions: ben });
    await chat.send('/admin ban', { replyTo: written!.message_id });
    await chat.send('/admin unban person: 12');
    await chat.send('/imagine Ben on a horse', { mentions: ben, replyTo: written!.message_id });
    await harness.invoked(4);
    expect(harness.bot.invocations.map(({ options }) => options)).toEqual([
      { action: 'ban', person: `${ben.user.id} Ben` },
      { action: 'ban', person: `${ben.user.id} Ben` },
      { action: 'unban', person: '12' },
      { prompt: 'Ben on a horse' },
    ]);
    expect(await harness.bot.invocations[0]!.standing!()).toMatchObject({ isModerator: true });
  });

  test('who went away is no moderator, and a draft knows who started it', async () => {
    const group = harness.emulator.group('Pets');
    const [mona, eve] = [harness.emulator.user('Mona'), harness.emulator.user('Eve')];
    group.chat.moderators = new Set([mona.user.id, eve.user.id]);
    group.chat.gone = new Set();
    await group.as(eve).send('/queue');
    const asked = await harness.invoked();
    group.chat.gone.add(eve.user.id);
    expect(await asked.standing!()).toMatchObject({ isModerator: false });
    const chat = group.as(mona);
    await chat.send('/train name: Biscuit kind: dog');
    const draft = await chat.sees(/reply to this message/);
    await chat.send(undefined, { photos: await photos(3), replyTo: draft.id });
    await chat.clicks(await chat.sees(({ buttons }) => buttons.includes('Train')), 'Train');
    expect(await (await harness.invoked(2)).standing!()).toMatchObject({ isModerator: true });
  });

  test('who moderates is asked where the bot is no administrator, and asked again when Telegram tells of a change', async () => {
    const group = harness.emulator.group('Pets');
    const mona = harness.emulator.user('Mona');
    const isModerator = async () => {
      const count = harness.bot.invocations.length;
      await group.as(mona).send('/queue');
      return (await (await harness.invoked(count + 1)).standing!()).isModerator;
    };
    group.chat.moderators = new Set([mona.user.id]);
    expect(await isModerator()).toBe(true);
    group.chat.moderators.add(harness.emulator.state.bot.id);
    group.changesModerator(mona, false);
    expect(await isModerator()).toBe(false);
    group.changesModerator(mona, true);
    expect(await isModerator()).toBe(true);
    expect(harness.emulator.count('getChatAdministrators')).toBe(3);
    expect(harness.emulator.count('getChatMember')).toBe(0);
  });

  test('whether somebody who does not speak moderates is known as things stand', async () => {
    const group = harness.emulator.group('Pets');
    const [mona, bot] = [harness.emulator.user('Mona'), harness.emulator.state.bot];
    group.chat.moderators = new Set([mona.user.id, bot.id]);
    const id = String(group.chat.id);
    const moderates = (person: number) =>
      harness.platform.moderates(
        { platform: 'telegram', id: String(person), name: '?' },
        { platform: 'telegram', server: id, channel: id },
      );
    expect(await moderates(mona.user.id)).toBe(true);
    expect(await moderates(harness.emulator.user('Ben').user.id)).toBe(false);
    group.changesModerator(mona, false);
    await waitFor('the change', async () => !(await moderates(mona.user.id)));
  });

  test('a group hears commands for this bot, and no others', async () => {
    const group = harness.emulator.group('Pets');
    const chat = group.as(harness.emulator.user('Anna'));
    await chat.send('/queue@OtherBot');
    await chat.send('/weather');
    await chat.send('just talking');
    await chat.send('/queue@petboothbot');
    expect((await harness.invoked()).command).toBe('queue');
    await chat.send('/nonsense@PetboothBot');
    expect((await harness.invoked(2)).command).toBe('nonsense');
    harness.emulator.deliver('message', {
      ...harness.emulator.state.describe((await chat.send('x'))[0]!),
      text: 'hey @PetboothBot, nice',
    });
    await chat.sees((seen) => seen.text === locales.en.web.commandHint);
    harness.emulator.deliver('message', {
      ...harness.emulator.state.describe((await chat.send('x'))[0]!),
      text: '@PetboothBot imagine a fox',
    });
    expect((await harness.invoked(3)).options).toEqual({ prompt: 'a fox' });
    expect(await quiet()).toBe(3);
  });

  test('in a topic nothing is taken from its creation: no person, no photo, no answer', async () => {
    const forum = harness.emulator.group('Pets', { isForum: true });
    const mona = harness.emulator.user('Mona');
    const thread = forum.topic('Dogs', harness.emulator.user('Tom'));
    await forum.as(mona, { thread }).send('/admin ban');
    expect((await harness.invoked()).options).toEqual({ action: 'ban' });
    await forum.as(mona, { thread }).send('/edit dog → cat');
    expect((await harness.invoked(2)).options).toEqual({ change: 'dog → cat' });
  });

  test('an anonymous administrator is a moderator of the group, asked for nothing more; channels are nobody', async () => {
    const group = harness.emulator.group('Pets');
    await group.asLinkedChannel('News').send('/imagine a fox');
    await group.asChannel('News').send('/imagine a fox');
    await group
      .asItself()
      .send('/admin ban', { replyTo: (await group.as(harness.emulator.user('Rowdy')).send('/pets'))[0]!.message_id });
    await group.asItself().send('/train name: Biscuit kind: dog');
    const commands = async (count: number) => {
      const { command, isAnonymous, person, standing } = await harness.invoked(count);
      return { command, isAnonymous, person: person.name, isModerator: (await standing!()).isModerator };
    };
    await harness.invoked(3);
    const isAnonymous = { isAnonymous: true, person: 'Pets', isModerator: true };
    const all = await Promise.all([1, 2, 3].map(commands));
    expect(all).toContainEqual({ command: 'pets', isAnonymous: undefined, person: 'Rowdy', isModerator: false });
    expect(all).toContainEqual({ command: 'admin', ...isAnonymous });
    expect(all).toContainEqual({ command: 'train', ...isAnonymous });
    expect(group.as(harness.emulator.user('Anna')).messages).toEqual([]);
  });

  test.each([[['to', 'from']], [['from', 'to']], [['to']], [['from']], [['to', 'to', 'from']]] as const)(
    'a draft goes on in the supergroup that its group became, told by %j',
    async (told) => {
      const before = harness.emulator.group('Pets', { type: 'group' });
      const anna = harness.emulator.user('Anna');
      await before.as(anna).send('/train name: Biscuit kind: dog', { photos: [await drawPhoto(1)] });
      await before.as(anna).sees(/Photos so far: 1/);
      const after = before.becomesSupergroup(told);
      const draft = await after.as(anna).sees(/Photos so far: 1/);
      for (const seed of [2, 3])
        await after.as(anna).send(undefined, { photos: [await drawPhoto(seed)], replyTo: draft.id });
      await after.as(anna).clicks(await after.as(anna).sees(({ buttons }) => buttons.includes('Train')), 'Train');
      const { place, options } = await harness.invoked();
      expect(place).toMatchObject({ server: String(after.chat.id), channel: String(after.chat.id) });
      expect(options.photos).toHaveLength(3);
      const move = { platform: 'telegram', from: String(before.chat.id), to: String(after.chat.id) };
      expect(new Set(harness.bot.moves.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(move)]));
    },
  );

  test('a group that throws the bot out is told to the bot, whatever it was there, and whoever blocks it alone is not', async () => {
    const { emulator, bot } = harness;
    const group = emulator.group('Pets');
    const ben = emulator.user('Ben');
    const removed = (chat: number, before: string) =>
      emulator.deliver('my_chat_member', {
        chat: { id: chat, type: chat < 0 ? 'supergroup' : 'private' },
        from: { id: ben.user.id, is_bot: false, first_name: 'Ben' },
        date: 0,
        old_chat_member: { status: before, user: emulator.state.bot },
        new_chat_member: { status: 'kicked', user: emulator.state.bot },
      });
    removed(ben.user.id, 'member');
    for (const before of ['member', 'administrator']) removed(group.chat.id, before);
    await waitFor('the word of it', async () => bot.removals.length === 2);
    expect(new Set(bot.removals)).toEqual(new Set([String(group.chat.id)]));
    // Whoever was in a group that became a supergroup has left it.
    const before = emulator.group('Cats', { type: 'group' });
    before.becomesSupergroup(['from']);
    removed(before.chat.id, 'member');
    removed(group.chat.id, 'member');
    await waitFor('the next word', async () => bot.removals.length > 2);
    expect(new Set(bot.removals)).toEqual(new Set([String(group.chat.id)]));
  });

  test('what the supergroup says is heard when everything has gone along, and after a restart an old message is of there', async () => {
    const before = harness.emulator.group('Pets', { type: 'group' });
    const rowdy = harness.emulator.user('Rowdy');
    let finish = () => {};
    const record = harness.bot.moved.bind(harness.bot);
    harness.bot.moved = async (move) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      await record(move);
    };
    const [old] = [harness.emulator.state.addMessage(before.chat, harness.emulator.state.bot, { text: 'old' })];
    const after = before.becomesSupergroup(['from']);
    await after.as(rowdy).send('/queue');
    expect(await quiet()).toBe(0);
    // Other chats wait for nothing.
    await rowdy.privateChat().send('/pets');
    expect((await harness.invoked()).command).toBe('pets');
    finish();
    expect((await harness.invoked(2)).place.server).toBe(String(after.chat.id));
    await harness.platform.stop();
    await harness.startPlatform();
    harness.emulator.deliver('callback_query', {
      id: '4242',
      from: { id: rowdy.user.id, is_bot: false, first_name: 'Rowdy' },
      message: harness.emulator.state.describe(old),
      chat_instance: '1',
      data: 'cancel',
    });
    await waitFor('the press', () => harness.bot.presses.length === 1);
    const [{ place, message }] = harness.bot.presses as [IncomingPress];
    expect(place.channel).toBe(String(after.chat.id));
    expect(message.place.channel).toBe(String(before.chat.id));
  });

  test('a topic is kept, a reply thread outside a forum is not', async () => {
    const forum = harness.emulator.group('Forum', { isForum: true });
    const anna = harness.emulator.user('Anna');
    const topic = forum.as(anna, { thread: 77 });
    harness.bot.script = async ({ place, eventId }) => {
      await harness.send(place, info('in the topic'), `answer-${eventId}`);
    };
    await topic.send('/help');
    await topic.sees(/in the topic/);
    const group = harness.emulator.group('Plain');
    const [sent] = await group.as(anna).send('hello');
    harness.emulator.deliver('message', {
      ...harness.emulator.state.describe(sent!),
      text: '/help',
      message_thread_id: 5,
    });
    await group.as(anna).sees(/in the topic/);
    expect((await harness.invoked(2)).place).not.toHaveProperty('thread');
  });

  test('a topic that was deleted in the meantime is answered outside it', async () => {
    const forum = harness.emulator.group('Forum', { isForum: true });
    forum.chat.closedThreads.add(77);
    const place = { platform: 'telegram', channel: String(forum.chat.id), thread: '77' } as const;
    await harness.send(place, info('found you'), 'key-1');
    await forum.as(harness.emulator.user('Anna')).sees(/found you/);
  });

  test('an album with a command as its caption is collected, and started when the person says so', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    const bytes = await photos(6);
    // Five come at once and one much later than an album is ever quiet.
    await chat.send('/train name: Biscuit kind: dog', { photos: bytes.slice(0, 5), album: 'one' });
    await sleep(6 * fastTimings.albumQuietMs!);
    await chat.sees((seen) => /Photos so far: 5/.test(seen.text) && seen.buttons.includes('Train'));
    await chat.send(undefined, { photos: bytes.slice(5), album: 'one' });
    const ready = await chat.sees(/Photos so far: 6/);
    expect(harness.bot.invocations).toEqual([]);
    await chat.clicks(ready, 'Train');
    const { options } = await harness.invoked();
    expect(options).toMatchObject({ name: 'Biscuit', kind: 'dog' });
    const images = imagesOf(options.photos);
    expect(images).toHaveLength(6);
    for (const [index, image] of images.entries()) expect(await image.read(1e6)).toEqual(bytes[index]);
    expect(chat.messages).toHaveLength(1);
    expect(harness.emulator.violations).toEqual([]);
  });

  test('an album with a command that is not understood is answered once, and opens nothing', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    await chat.send('/train Rex name: Biscuit kind: dog', { photos: await photos(4), siblingDelayMs: 60 });
    await chat.sees(/./);
    await quiet();
    expect(chat.messages).toHaveLength(1);
    expect(chat.messages[0]!.buttons).toEqual([]);
  });

  test('documents are taken as they are', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    const bytes = await photos(3);
    await chat.send('/train name: Biscuit kind: dog', {
      files: bytes.map((file, index) => ({ name: `dog-${index}.png`, bytes: file })),
    });
    await chat.clicks(await chat.sees(/Photos so far: 3/), 'Train');
    const { options } = await harness.invoked();
    expect(imagesOf(options.photos).map(({ name }) => name)).toEqual(['dog-0.png', 'dog-1.png', 'dog-2.png']);
    expect(await imagesOf(options.photos)[1]!.read(1e6)).toEqual(bytes[1]);
  });

  test('a draft is part of everything about its person, and forgotten with them', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    await chat.send('/train name: Biscuit kind: dog', { photos: await photos(3) });
    await chat.sees(/Photos so far: 3/);
    expect(await harness.platform.everythingOf(anna)).toMatchObject({
      drafts: [{ command: 'train', values: { name: 'Biscuit' }, files: [{}, {}, {}] }],
      sent: [{ chat: anna.id, state: 'sent' }],
    });
    await harness.platform.forget(anna);
    expect(await harness.platform.everythingOf(anna)).toEqual({ drafts: [], sent: [] });
  });

  test('siblings after the start are not lost silently', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    await chat.send('/train name: Biscuit kind: dog', { photos: await photos(4), album: 'one' });
    await chat.clicks(await chat.sees(/Photos so far: 4/), 'Train');
    await harness.invoked();
    await chat.send(undefined, { photos: await photos(2), album: 'one' });
    await chat.sees((seen) => seen.text === say('en', 'tooLate'));
    expect(await quiet()).toBe(1);
    expect(chat.messages).toHaveLength(2);
  });

  test('a training draft counts its photos in one message, and starts once', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    await chat.send('/train name: Biscuit kind: dog');
    const draft = await chat.sees(/Photos so far: 0/);
    expect(draft.buttons).toEqual(['Cancel']);
    const bytes = await photos(6);
    await chat.send(undefined, { photos: bytes.slice(0, 1) });
    await chat.sees(/Photos so far: 1/);
    await chat.send(undefined, { photos: bytes.slice(1, 5), siblingDelayMs: 60 });
    const ready = await chat.sees((seen) => /Photos so far: 5/.test(seen.text) && seen.buttons.includes('Train'));
    // The same photo twice is one.
    harness.emulator.deliver('message', harness.emulator.state.describe(harness.emulator.state.messages.at(-1)!));
    expect(ready.id).toBe(draft.id);
    expect(harness.emulator.count('sendMessage')).toBe(1);

    let finish = () => {};
    harness.bot.script = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    await chat.clicks(ready, 'Train');
    const { options, eventId } = await harness.invoked();
    expect(imagesOf(options.photos)).toHaveLength(5);
    expect(eventId).toMatch(/^draft-/);
    await chat.send(undefined, { photos: bytes.slice(5) });
    await chat.sees((seen) => seen.text === say('en', 'tooLate'));
    finish();
    const started = await chat.sees(/On my way/);
    expect(started).toMatchObject({ id: draft.id, buttons: [] });
    const [action] = ready.buttons;
    expect(action).toBe('Train');
    const shown = harness.emulator.state.findMessage(chat.chat.id, Number(draft.id))!;
    await waitFor('the end of the draft', async () => {
      const answer = await chat.pressData(shown, `draft:go:${eventId.slice('draft-'.length)}`);
      return answer.text === say('en', 'draftGone', { command: 'train' });
    });
    expect(harness.bot.invocations).toHaveLength(1);
  });

  test('a draft outlives a restart, is its owner’s alone, and can be cancelled', async () => {
    const group = harness.emulator.group('Pets');
    const anna = group.as(harness.emulator.user('Anna'));
    const bob = group.as(harness.emulator.user('Bob'));
    await anna.send('/train name: Biscuit kind: dog');
    const draft = await anna.sees(/reply to this message/);
    await harness.platform.stop();
    await harness.startPlatform();
    const [one, two, three] = await photos(3);
    await anna.send(undefined, { photos: [one!], replyTo: draft.id });
    await anna.send(undefined, { photos: [two!], replyTo: draft.id });
    await bob.send(undefined, { photos: [three!], replyTo: draft.id });
    await anna.send(undefined, { photos: [three!], replyTo: draft.id });
    const ready = await anna.sees(/Photos so far: 3/);
    expect((await bob.press(ready, 'Train')).text).toBe(say('en', 'notYours'));
    expect(harness.bot.invocations).toHaveLength(0);
    await anna.clicks(ready, 'Cancel');
    await anna.sees((seen) => seen.id === draft.id && /Stopped/.test(seen.text) && seen.buttons.length === 0);
    expect(await quiet()).toBe(0);
  });

  test('a new draft ends the one before, and /cancel ends the last', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    await chat.send('/train name: Biscuit kind: dog');
    await chat.sees(/Biscuit/);
    await chat.send('/train name: Rex kind: cat');
    await chat.sees(/something else/);
    await chat.sees(/Rex[\s\S]*so far: 0/);
    await chat.send('/cancel');
    await chat.sees(/Rex[\s\S]*Stopped/);
    expect(await quiet()).toBe(0);
    await chat.send('/cancel');
    expect((await harness.invoked()).command).toBe('cancel');
  });

  test('a draft that the bot refused is kept, can be started again, and lends its photos to another name', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    harness.bot.script = () => false;
    await chat.send('/train name: Biscuit kind: dog');
    await chat.sees(/so far: 0/);
    await chat.send(undefined, { photos: await photos(4) });
    const ready = await chat.sees(/so far: 4/);
    await chat.clicks(ready, 'Train');
    const kept = await chat.sees((seen) => /still here/.test(seen.text) && seen.buttons.includes('Train'));
    expect(kept.id).toBe(ready.id);
    await chat.clicks(kept, 'Train');
    await harness.invoked(2);
    await chat.sees((seen) => /still here/.test(seen.text) && seen.buttons.includes('Train'));
    harness.bot.script = () => true;
    await chat.send('/train name: Rex kind: dog');
    await chat.clicks(await chat.sees(/Rex[\s\S]*so far: 4/), 'Train');
    const { options } = await harness.invoked(3);
    expect(options.name).toBe('Rex');
    expect(imagesOf(options.photos)).toHaveLength(4);
    await chat.sees(/Rex[\s\S]*On my way/);
    const ids = harness.bot.invocations.map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(3);
  });

  test('where earlier photos count, fewer are waited for', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    harness.bot.leastPhotos = 1;
    await chat.send('/train name: Biscuit kind: dog', { photos: await photos(1) });
    expect(imagesOf((await harness.invoked()).options.photos)).toHaveLength(1);
  });

  test('what is missing is asked for', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    await chat.send('/train');
    const name = await chat.sees(/“name” is missing/);
    expect(harness.emulator.state.findMessage(chat.chat.id, Number(name.id))!.reply_markup).toMatchObject({
      force_reply: true,
    });
    await chat.send('Biscuit', { replyTo: name.id });
    const kind = await chat.sees(/“kind” is missing/);
    await chat.send('dog', { replyTo: kind.id });
    await chat.sees(/Biscuit, dog/);
    await chat.send(undefined, { photos: await photos(3) });
    await chat.clicks(await chat.sees(({ buttons }) => buttons.includes('Train')), 'Train');
    expect((await harness.invoked()).options).toMatchObject({ name: 'Biscuit', kind: 'dog' });
  });

  test('photos out of the blue begin a training', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    await chat.send(undefined, { photos: await photos(4) });
    await chat.send('Biscuit', { replyTo: (await chat.sees(/“name” is missing/)).id });
    await chat.send('dog', { replyTo: (await chat.sees(/“kind” is missing/)).id });
    await chat.clicks(await chat.sees(/so far: 4/), 'Train');
    expect(imagesOf((await harness.invoked()).options.photos)).toHaveLength(4);
  });

  test('a reply to a photo takes that photo', async () => {
    const chat = harness.emulator.group('Pets').as(harness.emulator.user('Anna'));
    const [photo] = await chat.send(undefined, { photos: await photos(1) });
    await chat.send('/train name: Biscuit kind: dog', { replyTo: photo!.message_id });
    await chat.sees(/so far: 1/);
    await chat.send('/imagine a fox', { replyTo: photo!.message_id });
    expect((await harness.invoked()).options).toEqual({ prompt: 'a fox' });
  });

  test('a press is answered before its work is done', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    const place = { platform: 'telegram', channel: String(chat.chat.id) } as const;
    const { message } = await harness.send(
      place,
      { ...info('a picture'), buttons: [{ label: 'Again', action: 'again?job=t-1' }] },
      'key-1',
    );
    let finish = () => {};
    harness.bot.onPress = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    await chat.clicks(await chat.sees(/a picture/), 'Again');
    await waitFor('the press', () => harness.bot.presses.length === 1);
    expect(harness.bot.presses[0]).toMatchObject({ action: 'again?job=t-1', message: { place, message }, place });
    finish();
  });

  test('what a bot did not survive is done after its restart, and an update that comes twice is done once', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    let finish = () => {};
    harness.bot.script = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    await chat.send('/imagine a fox');
    const first = await harness.invoked();
    const update = { update_id: 1000, message: harness.emulator.state.describe(harness.emulator.state.messages[0]!) };
    harness.emulator.state.redeliver(update);
    expect(await quiet()).toBe(1);
    // As if killed: nothing waits for the work.
    const killed = harness.platform;
    harness.bot.script = () => {};
    await harness.startPlatform({ timings: { pollSeconds: 1, retryDelayMs: 20 } });
    expect((await harness.invoked(2)).eventId).toBe(first.eventId);
    finish();
    await killed.stop();
  });

  test('two processes at once: one waits until the other is gone', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    const first = harness.platform;
    await harness.startPlatform();
    await waitFor('a conflict', () => harness.logLines.some((line) => line.includes('another process takes')));
    await first.stop();
    await chat.send('/help');
    expect((await harness.invoked()).command).toBe('help');
  });

  test('links that expire are asked for again, and what is too large is refused before it is fetched', async () => {
    const chat = harness.emulator.user('Anna').privateChat();
    await chat.send('/train name: Biscuit kind: dog', { photos: await photos(3) });
    await chat.clicks(await chat.sees(/Photos so far: 3/), 'Train');
    const [first, second, third] = imagesOf((await harness.invoked()).options.photos);
    harness.emulator.failNext('download', { kind: 'status', status: 404 });
    harness.emulator.failNext('download', { kind: 'dropped' });
    expect((await first!.read(1e6)).byteLength).toBeGreaterThan(100);
    await expect(second!.read(100)).rejects.toThrow(RangeError);
    for (const file of harness.emulator.state.files.values())
      Object.assign(file, { bytes: new Uint8Array(21 * 1024 * 1024) });
    await expect(third!.read(1e9)).rejects.toThrow(RangeError);
    harness.emulator.failNext('getFile', { kind: 'refused', code: 400, description: 'Bad Request: wrong file_id' }, 3);
    const error = await first!.read(1e6).catch((caught: unknown) => caught);
    expect(String(error)).toMatch(/wrong file_id/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(harness.secret);
  });
});
