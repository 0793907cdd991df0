import { afterEach, describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { locales } from '#locales/index.js';
import { offeredCommands } from '#src/command/define-command.js';
import { PermanentError } from '#src/core/errors.js';
import type { IncomingImage } from '#src/core/files.js';
import type { MessageReference, Person, Place } from '#src/core/place.js';
import { MessageGoneError, type OutgoingMessage, PlaceClosedError } from '#src/platforms/platform.js';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import { createStage, type Stage } from '#test/emulators/discord/setup.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';

let stage: Stage;
let violations: RegExp[] = [];
afterEach(async () => {
  await stage.end({ violations });
  violations = [];
});

const original = '/webhooks/{webhook_id}/{webhook_token}/messages/@original';
const callback = 'POST /interactions/{interaction_id}/{interaction_token}/callback';
const channelMessages = '/channels/{channel_id}/messages';
const channelMessage = '/channels/{channel_id}/messages/{message_id}';

const placeOf = (chat: DiscordChat): Place => ({ platform: 'discord', channel: chat.channelId });
const personOf = (chat: DiscordChat): Person => ({ platform: 'discord', id: chat.personId, name: chat.personName });
const info = (text: string): OutgoingMessage => ({ kind: 'info', text });

/** Posts outside of any interaction, as a delivery does. */
const post = (chat: DiscordChat, message: OutgoingMessage, key = 'd-1') =>
  stage.platform.send(placeOf(chat), message, { key, person: personOf(chat) });

/** Whatever is said is answered so. */
function answerWith(message: OutgoingMessage, references: MessageReference[] = []): void {
  stage.bot.script = async ({ place, person, eventId }) => {
    references.push(await stage.platform.send(place, message, { key: `d-${eventId}`, person }));
  };
}

test('a server that throws the bot out is told to the bot, and one that is away for a while is not', async () => {
  stage = await createStage();
  await stage.start();
  const { gateway, state } = stage.emulator;
  gateway.dispatch('GUILD_DELETE', { id: state.guildId, unavailable: true }, state.guildId);
  gateway.dispatch('GUILD_DELETE', { id: state.guildId }, state.guildId);
  await waitFor('the word of it', async () => stage.bot.removals.length > 0);
  expect(stage.bot.removals).toEqual([state.guildId]);
});

describe('commands', () => {
  test('a slash command reaches the bot, and its answer takes the place of the deferred one', async () => {
    stage = await createStage();
    await stage.start();
    answerWith(info('Hello *Anna*!\n# not a heading'));
    const chat = stage.emulator.chat({ locale: 'de' });
    const interaction = await chat.command('imagine', { prompt: 'a cat', count: 2 });
    const message = await chat.sees(/Hello \*Anna\*!/);
    expect(message.text).toBe('Hello *Anna*!\n# not a heading');
    expect(chat.storedOf(message).content).toBe('Hello \\*Anna\\*!\n\\# not a heading');
    expect(chat.isThinking).toBe(false);
    expect(chat.messages).toHaveLength(1);
    expect(stage.bot.invocations).toMatchObject([
      {
        eventId: interaction.id,
        person: { platform: 'discord', id: chat.personId, name: 'Anna' },
        place: { platform: 'discord', channel: chat.channelId },
        language: 'de',
        command: 'imagine',
        options: { prompt: 'a cat', count: 2 },
      },
    ]);
    expect(interaction.acknowledgedAfterMs).toBeLessThan(3000);
  });

  test('photos arrive in order, and are read within their bounds', async () => {
    stage = await createStage();
    await stage.start();
    const photos = await Promise.all([1, 2, 3].map((seed) => drawPhoto(seed)));
    let images: readonly IncomingImage[] = [];
    stage.bot.script = ({ options }) => {
      images = options.photos as readonly IncomingImage[];
    };
    const chat = stage.emulator.chat();
    await chat.say('/train name: Biscuit kind: dog', { photos });
    await waitFor('the photos', () => images.length === 3);
    expect(images.map(({ name }) => name)).toEqual(['photo-1.jpg', 'photo-2.jpg', 'photo-3.jpg']);
    expect(images[0]!.claimedBytes).toBe(photos[0]!.byteLength);
    expect(Buffer.compare(await images[1]!.read(1e6), photos[1]!)).toBe(0);
    await expect(images[0]!.read(100)).rejects.toThrow(RangeError);
    stage.emulator.advance(25 * 3600_000);
    await expect(images[0]!.read(1e6)).rejects.toThrow('an attachment could not be fetched: status 404');
  });

  test('a command without its photos opens a form that takes all of them at once', async () => {
    stage = await createStage();
    await stage.start();
    answerWith(info('thank you'));
    const chat = stage.emulator.chat({ locale: 'de' });
    const asked = await chat.command('train', { name: 'Biscuit' });
    expect(asked.modal).toMatchObject({
      title: '/train',
      components: [
        { label: 'Wie dein Tier heißt', component: { type: 4, custom_id: 'name', value: 'Biscuit', required: true } },
        { component: { type: 4, custom_id: 'kind' } },
        { component: { type: 19, custom_id: 'photos', min_values: 1, max_values: 10 } },
      ],
    });
    expect(stage.bot.invocations).toEqual([]);
    const photos = await Promise.all([1, 2, 3, 4].map((seed) => drawPhoto(seed)));
    const submitted = await chat.submits(asked, { kind: 'dog' }, { photos });
    await chat.sees(/thank you/);
    const [incoming] = stage.bot.invocations;
    expect(incoming).toMatchObject({ eventId: submitted.id, command: 'train', language: 'de' });
    expect(incoming!.options).toMatchObject({ name: 'Biscuit', kind: 'dog' });
    const images = incoming!.options.photos as readonly IncomingImage[];
    expect(images).toHaveLength(4);
    expect(Buffer.compare(await images[3]!.read(1e6), photos[3]!)).toBe(0);
  });

  test('forms are in the language that the person has chosen, which need not be Discord’s', async () => {
    stage = await createStage();
    await stage.start();
    stage.bot.localeOf = async () => 'de';
    const action = 'vary?job=d-1';
    stage.bot.questions.set(action, { command: 'vary', given: { job: 'd-1' }, option: 'prompt' });
    const chat = stage.emulator.chat({ locale: 'en-US' });
    const asked = await chat.command('train', { name: 'Biscuit' });
    expect(asked.modal).toMatchObject({ components: [{ label: 'Wie dein Tier heißt' }, {}, {}] });
    await stage.platform.send(
      placeOf(chat),
      { ...info('a cat'), buttons: [{ label: 'Vary', action }] },
      { key: 'd-1', person: personOf(chat) },
    );
    const pressed = await chat.press(await chat.sees(/a cat/), action);
    expect(JSON.stringify(pressed.modal)).toContain(locales.de.commands.vary.options.prompt);
  });

  test('a command that nobody answered leaves nobody waiting', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    await chat.say('/start');
    await waitFor('the end of thinking', () => !chat.isThinking);
    expect(chat.messages).toEqual([]);
  });

  test('what is for the asker alone is seen by the asker alone, whatever was promised', async () => {
    stage = await createStage();
    await stage.start();
    const anna = stage.emulator.chat();
    const ben = stage.emulator.chat({ name: 'Ben', with: anna });
    answerWith({ ...info('for you'), ephemeral: true });
    await anna.say('/queue');
    await anna.sees(/for you/);
    await anna.say('/queue');
    await waitFor('the second answer', () => anna.messages.length === 2);
    expect(ben.messages).toEqual([]);
    expect(anna.isThinking).toBe(false);
    expect(stage.emulator.count(`DELETE ${original}`), 'the second answer was promised rightly').toBe(1);
    answerWith(info('for all'));
    await anna.say('/queue');
    await ben.sees(/for all/);
    expect(anna.isThinking).toBe(false);
  });

  test('the same event twice is one command', async () => {
    stage = await createStage();
    await stage.start();
    answerWith(info('once'));
    const chat = stage.emulator.chat();
    const interaction = await chat.command('start');
    await chat.sees(/once/);
    chat.repeat(interaction);
    await chat.say('/help');
    await waitFor('the next command', () => stage.bot.invocations.length === 2);
    expect(stage.bot.invocations.map(({ command }) => command)).toEqual(['start', 'help']);
  });

  test('an interaction that somebody else has answered is left alone', async () => {
    stage = await createStage();
    await stage.start();
    stage.emulator.failNext(callback, {
      kind: 'refused',
      status: 400,
      code: 40060,
      message: 'Interaction has already been acknowledged.',
    });
    const chat = stage.emulator.chat();
    await chat.command('start', {}, { isAwaited: false });
    await waitFor('the warning', () => stage.logLines.some((line) => line.includes('answered by somebody else')));
    expect(stage.bot.invocations).toEqual([]);
  });

  test('an acknowledgement whose answer was lost counts', async () => {
    stage = await createStage();
    await stage.start();
    stage.emulator.failNext(callback, { kind: 'answer dropped' });
    answerWith(info('still here'));
    const chat = stage.emulator.chat();
    await chat.say('/start');
    await chat.sees(/still here/);
    expect(stage.emulator.count(callback)).toBe(2);
    expect(chat.messages).toHaveLength(1);
  });

  test('pets are completed while typing', async () => {
    stage = await createStage();
    await stage.start();
    stage.bot.petNames = ['Biscuit', 'Bella', 'Rex'];
    const chat = stage.emulator.chat();
    expect(await chat.completes('imagine', 'pet', 'b')).toEqual(['Biscuit', 'Bella']);
    expect(await chat.completes('pets', 'forget', '')).toEqual(['Biscuit', 'Bella', 'Rex']);
  });

  test('buttons reach the bot with their message, also after a restart, also forged ones', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    await post(chat, { ...info('press me'), buttons: [{ label: 'Again', action: 'again?job=d-1' }] });
    const message = await chat.sees(/press me/);
    await stage.restart();
    stage.bot.onPress = async ({ place, person, eventId }) => {
      await stage.platform.send(place, { ...info('pressed'), ephemeral: true }, { key: eventId, person });
    };
    await chat.clicks(message, 'Again');
    await chat.sees(/pressed/);
    expect(stage.bot.presses[0]).toMatchObject({
      action: 'again?job=d-1',
      message: { place: placeOf(chat), message: message.id },
    });
    await chat.press(message, '\u202e💥?%%%');
    await waitFor('the forged press', () => stage.bot.presses.length === 2);
  });
});

describe('registration', () => {
  test('happens once for the same declarations, and names nothing in English twice', async () => {
    stage = await createStage();
    await stage.start();
    await stage.restart();
    const put = 'PUT /applications/{application_id}/commands';
    expect(stage.emulator.count(put)).toBe(1);
    const menus = ['Train from this message', 'Draw this pet', 'Edit this photo', 'Enter this photo'];
    const offered = [...offeredCommands(commands).map(({ name }) => name), ...menus];
    expect(stage.emulator.state.commands.map((command) => command.name)).toEqual(offered);
    const changed = stage.bot.describe.bind(stage.bot);
    stage.bot.describe = (name, language) => ({ ...changed(name, language), description: 'Something new' });
    await stage.restart();
    expect(stage.emulator.count(put)).toBe(2);
  });

  test('a refused registration is said and not repeated, and leaves the bot answering', async () => {
    stage = await createStage();
    await stage.start();
    await stage.platform.stop();
    const { describe } = stage.bot;
    stage.bot.describe = () => ({ name: 'start', description: '', options: [] });
    violations = [/^PUT/];
    await stage.start();
    stage.bot.describe = describe;
    expect(stage.logLines.join('')).toMatch(/PUT \/applications\/…\/commands: 400, code 50035: Invalid Form Body/);
    await stage.emulator.chat().say('/start');
    await waitFor('the command', () => stage.bot.invocations.length === 1);
    expect(stage.emulator.count('PUT /applications/{application_id}/commands')).toBe(2);
  });

  test('a wrong token is named as such', async () => {
    stage = await createStage({
      platform: { token: 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GAbCdE.another-secret-0123456789abcdefgh' },
    });
    await expect(stage.start()).rejects.toThrow('Discord refuses the token: check DISCORD_TOKEN');
    await expect(post(stage.emulator.chat(), info('x'))).rejects.toThrow('not started');
  });
});

describe('one message for each key', () => {
  test('the same key again updates the first, also after a restart', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    const first = await post(chat, info('one'));
    expect(await post(chat, info('two'))).toEqual(first);
    await stage.restart();
    expect(await post(chat, info('three'))).toEqual(first);
    expect(chat.messages.map(({ text }) => text)).toEqual(['three']);
    await post(chat, info('another'), 'd-2');
    expect(chat.messages).toHaveLength(2);
  });

  test('two at once with the same key are one', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    const references = await Promise.all([post(chat, info('one')), post(chat, info('two'))]);
    expect(references[0]).toEqual(references[1]);
    expect(chat.messages.map(({ text }) => text)).toEqual(['two']);
  });

  test.each(['answer dropped', 'hangs'] as const)('%s: the message is not posted twice', async (kind) => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    stage.emulator.failNext(`POST ${channelMessages}`, { kind });
    await post(chat, info('one'));
    expect(chat.messages.map(({ text }) => text)).toEqual(['one']);
    expect(stage.emulator.count(`POST ${channelMessages}`)).toBe(2);
  });

  test('a lost answer is made up for after a restart, when the nonce is long forgotten', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    await post(chat, info('the same words'), 'd-0');
    stage.emulator.failNext(`POST ${channelMessages}`, { kind: 'answer dropped' });
    stage.emulator.failNext(`POST ${channelMessages}`, { kind: 'status', status: 503 }, 3);
    await expect(post(chat, info('the same words'))).rejects.toThrow(/POST \/channels\/…\/messages: status 503/);
    expect(chat.messages).toHaveLength(2);
    stage.emulator.advance(3600_000);
    await stage.restart();
    const reference = await post(chat, info('new words'));
    expect(chat.messages.map(({ text }) => text)).toEqual(['the same words', 'new words']);
    expect(reference.message).toBe(chat.messages[1]!.id);
  });

  test('an answer to an interaction is written once, whatever becomes of the answers', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    stage.emulator.failNext(`PATCH ${original}`, { kind: 'answer dropped' });
    stage.emulator.failNext(`PATCH ${original}`, { kind: 'status', status: 500 });
    answerWith(info('one'));
    await chat.say('/start');
    await waitFor('three attempts', () => stage.emulator.count(`PATCH ${original}`) === 3);
    await waitFor('the end of thinking', () => !chat.isThinking);
    expect(chat.messages.map(({ text }) => text)).toEqual(['one']);
  });

  test('a public answer after a private promise is found again when its answer was lost', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    answerWith({ ...info('private'), ephemeral: true });
    await chat.say('/start');
    await chat.sees(/private/);
    stage.emulator.failNext('POST /webhooks/{webhook_id}/{webhook_token}', { kind: 'answer dropped' });
    const references: MessageReference[] = [];
    answerWith(info('public'), references);
    await chat.say('/start');
    await waitFor('the reference', () => references[0]);
    expect(chat.messages.map(({ text }) => text)).toEqual(['private', 'public']);
    expect(references[0]!.message).toBe(chat.messages[1]!.id);
  });
});

describe('edits', () => {
  test('a message stays editable after its interaction has died, and after a restart', async () => {
    stage = await createStage();
    await stage.start();
    const references: MessageReference[] = [];
    answerWith({ kind: 'status', text: 'queued' }, references);
    const chat = stage.emulator.chat();
    await chat.say('/start');
    const reference = await waitFor('the reference', () => references[0]);
    stage.emulator.advance(16 * 60_000);
    await stage.platform.edit(reference, { kind: 'result', text: 'late' });
    expect(chat.messages.map(({ text }) => text)).toEqual(['late']);
    await stage.restart();
    await stage.platform.edit(reference, { kind: 'result', text: 'later' });
    await stage.platform.edit(reference, { kind: 'result', text: 'later' });
    expect(chat.messages.map(({ text }) => text)).toEqual(['later']);
    expect(stage.emulator.count(`PATCH ${original}`)).toBe(1);
  });

  test('where the bot is no member, the interaction serves while it lives, and the person is told in private after that', async () => {
    stage = await createStage();
    await stage.start();
    const references: MessageReference[] = [];
    answerWith({ kind: 'status', text: 'queued' }, references);
    const chat = stage.emulator.chat();
    chat.speaker.channel.canView = false;
    await chat.say('/start');
    const reference = await waitFor('the reference', () => references[0]);
    await stage.platform.edit(reference, { kind: 'result', text: 'one' });
    await stage.platform.edit(reference, { kind: 'result', text: 'two' });
    expect(chat.messages.map(({ text }) => text)).toEqual(['two']);
    expect(stage.emulator.count(`PATCH ${channelMessage}`), 'it knows by the second time').toBe(1);
    stage.emulator.advance(16 * 60_000);
    await expect(stage.platform.edit(reference, { kind: 'result', text: 'three' })).rejects.toThrow(MessageGoneError);
    const elsewhere = await post(chat, { kind: 'result', text: 'three' }, 'd-1-again');
    expect(chat.privateMessages.map(({ text }) => text)).toEqual(['three']);
    await stage.platform.edit(elsewhere, { kind: 'result', text: 'four' });
    expect(chat.privateMessages.map(({ text }) => text)).toEqual(['four']);
  });

  test('a message that was deleted is gone, and its key free', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    const reference = await post(chat, info('one'));
    chat.deletes(chat.messages[0]!);
    await expect(stage.platform.edit(reference, { kind: 'result', text: 'two' })).rejects.toThrow(MessageGoneError);
    await post(chat, info('three'));
    expect(chat.messages.map(({ text }) => text)).toEqual(['three']);
  });

  test('a message that was deleted while its interaction lives is gone, each time', async () => {
    stage = await createStage();
    await stage.start();
    const references: MessageReference[] = [];
    answerWith({ kind: 'status', text: 'queued' }, references);
    const chat = stage.emulator.chat();
    await chat.say('/start');
    const reference = await waitFor('the reference', () => references[0]);
    chat.deletes(chat.messages[0]!);
    for (let tries = 0; tries < 2; tries++)
      await expect(stage.platform.edit(reference, { kind: 'result', text: 'x' })).rejects.toThrow(MessageGoneError);
    chat.speaker.channel.isDeleted = true;
    await expect(stage.platform.edit(reference, { kind: 'result', text: 'x' })).rejects.toThrow(MessageGoneError);
  });

  test('of many passing states few are written, and the last word stays', async () => {
    stage = await createStage({ platform: { statusIntervalMs: 200 } });
    await stage.start();
    const chat = stage.emulator.chat();
    const reference = await post(chat, { kind: 'status', text: 'queued' });
    for (let step = 0; step < 40; step++) {
      await stage.platform.edit(reference, { kind: 'status', text: `step ${step}`, progress: step / 40 });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await stage.platform.edit(reference, { kind: 'result', text: 'done' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(chat.messages.map(({ text }) => text)).toEqual(['done']);
    const written = stage.emulator.count(`PATCH ${channelMessage}`);
    expect(written).toBeGreaterThan(1);
    expect(written).toBeLessThan(12);
  });

  test('a message too old for edits becomes a new one for a result, and is spared passing states', async () => {
    stage = await createStage({ platform: { maxRateLimitMs: 1000 } });
    stage.emulator.maxEditsOfOldMessages = 0;
    await stage.start();
    const chat = stage.emulator.chat();
    const reference = await post(chat, { kind: 'status', text: 'queued' });
    stage.emulator.advance(2 * 3600_000);
    await stage.platform.edit(reference, { kind: 'status', text: 'step', progress: 0.5 });
    await expect(stage.platform.edit(reference, { kind: 'result', text: 'done' })).rejects.toThrow(MessageGoneError);
    await expect(stage.platform.edit(reference, info('voting has begun'))).rejects.toThrow(MessageGoneError);
  });
});

describe('what Discord does to requests', () => {
  test('429: waits as long as it is told, then the message is there once', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    stage.emulator.failNext(`POST ${channelMessages}`, { kind: 'rate limited', retryAfterSeconds: 0.3 });
    const started = Date.now();
    const reference = await post(chat, info('one'));
    expect(Date.now() - started).toBeGreaterThanOrEqual(300);
    stage.emulator.failNext(`PATCH ${channelMessage}`, {
      kind: 'rate limited',
      retryAfterSeconds: 0.2,
      isGlobal: true,
    });
    await stage.platform.edit(reference, { kind: 'result', text: 'two' });
    expect(chat.messages.map(({ text }) => text)).toEqual(['two']);
  });

  test('429 for longer than we are ready to wait fails, and may be tried again', async () => {
    stage = await createStage({ platform: { maxRateLimitMs: 1000 } });
    await stage.start();
    const chat = stage.emulator.chat();
    stage.emulator.failNext(`POST ${channelMessages}`, { kind: 'rate limited', retryAfterSeconds: 5 });
    await expect(post(chat, info('one'))).rejects.toThrow(/rate limited for 6 s/);
  });

  test.each([
    ['a server error', { kind: 'status', status: 503 }],
    ['a dropped connection', { kind: 'dropped' }],
    ['silence', { kind: 'hangs' }],
  ] as const)('%s is tried again', async (_, fault) => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    const reference = await post(chat, info('one'));
    stage.emulator.failNext(`PATCH ${channelMessage}`, fault);
    await stage.platform.edit(reference, { kind: 'result', text: 'two' });
    expect(chat.messages.map(({ text }) => text)).toEqual(['two']);
  });

  test.each(['canSend', 'canView', 'isDeleted'] as const)(
    'without %s in the channel the person is told in private, or nobody is',
    async (right) => {
      stage = await createStage();
      await stage.start();
      const chat = stage.emulator.chat();
      chat.speaker.channel[right] = right === 'isDeleted';
      await post(chat, { kind: 'result', text: 'here' });
      expect(chat.privateMessages.map(({ text }) => text)).toEqual(['here']);
      chat.speaker.user.isClosed = true;
      await expect(post(chat, { kind: 'result', text: 'there' }, 'd-2')).rejects.toThrow(PlaceClosedError);
    },
  );

  const blocked = { kind: 'refused', status: 400, code: 200000, message: 'Message was blocked' } as const;

  test('what a server’s automatic moderation blocks comes in private, and the message there says so', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat({ locale: 'en-US' });
    const reference = await post(chat, { kind: 'status', text: 'drawing' });
    stage.emulator.failNext(`PATCH ${channelMessage}`, blocked);
    await expect(stage.platform.edit(reference, { kind: 'result', text: 'a rude cat' })).rejects.toThrow(
      MessageGoneError,
    );
    await chat.sees(/The automatic moderation of this server does not let me show this here/);
    stage.emulator.failNext(`POST ${channelMessages}`, blocked);
    await post(chat, { kind: 'result', text: 'a rude cat' }, 'd-1-again');
    expect(chat.privateMessages.map(({ text }) => text)).toEqual(['a rude cat']);
    expect(chat.messages).toHaveLength(1);
  });

  test('an answer that is blocked leaves nobody waiting', async () => {
    stage = await createStage();
    await stage.start();
    answerWith(info('a rude word'));
    const chat = stage.emulator.chat({ isPrivate: false });
    stage.emulator.failNext(`PATCH ${original}`, blocked);
    await chat.say('/start');
    await chat.sees(/automatic moderation/);
    await waitFor('the answer in private', () => chat.privateMessages.length === 1);
    expect(chat.privateMessages.map(({ text }) => text)).toEqual(['a rude word']);
    expect(chat.isThinking).toBe(false);
  });

  test('where files may not be attached the message says so, and the picture comes in private', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    const reference = await post(chat, { kind: 'status', text: 'drawing' });
    const blob = await stage.blobs.put(await drawPhoto(1));
    const result: OutgoingMessage = { kind: 'result', text: 'a cat', pictures: [{ blob, alt: 'a cat' }] };
    const forbidden = { kind: 'refused', status: 403, code: 50013, message: 'Missing Permissions' } as const;
    stage.emulator.failNext(`PATCH ${channelMessage}`, forbidden);
    await expect(stage.platform.edit(reference, result)).rejects.toThrow(MessageGoneError);
    await chat.sees(/I need the permission “Attach Files”/);
    stage.emulator.failNext(`POST ${channelMessages}`, forbidden);
    await post(chat, result, 'd-1-again');
    expect(chat.privateMessages).toMatchObject([{ text: 'a cat', pictureCount: 1 }]);
    await post(chat, info('words are fine'), 'd-2');
    await chat.sees(/words are fine/);
  });

  test('what is for everybody there names nobody: it is posted once, and where it cannot be, nobody is told in private instead', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    const notice = (message: OutgoingMessage, key: string) => stage.platform.send(placeOf(chat), message, { key });
    await notice(info('voting has begun'), 'n-1');
    await notice(info('voting has begun'), 'n-1');
    await notice({ ...info('voting ends soon'), ephemeral: 'preferably' }, 'n-2');
    await expect(notice({ ...info('a secret'), ephemeral: true }, 'n-3')).rejects.toThrow(PermanentError);
    stage.emulator.failNext(`POST ${channelMessages}`, blocked);
    await expect(notice(info('a rude word'), 'n-4')).rejects.toThrow(PlaceClosedError);
    chat.speaker.channel.canSend = false;
    await expect(notice(info('voting has ended'), 'n-5')).rejects.toThrow(PlaceClosedError);
    expect(chat.messages.map(({ text }) => text)).toEqual(['voting has begun', 'voting ends soon']);
    expect(chat.privateMessages).toEqual([]);
  });

  test('hundreds of results for a closed place cost a few refusals, and a command there tries anew', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    chat.speaker.channel.canSend = false;
    chat.speaker.user.isClosed = true;
    const asked = stage.emulator.requests.length;
    for (let count = 0; count < 200; count += 1)
      await expect(post(chat, { kind: 'result', text: 'here' }, `d-${count}`)).rejects.toThrow(PlaceClosedError);
    const refused = () => stage.emulator.requests.slice(asked).filter(({ status }) => status === 403).length;
    expect(refused()).toBe(2);
    stage.emulator.advance(11 * 60_000);
    await expect(post(chat, { kind: 'result', text: 'here' }, 'd-late')).rejects.toThrow(PlaceClosedError);
    expect(refused()).toBe(4);
    chat.speaker.channel.canSend = true;
    answerWith(info('hello'));
    await chat.say('/start');
    await chat.sees(/hello/);
    await post(chat, { kind: 'result', text: 'here' }, 'd-after');
    await chat.sees(/here/);
  });

  test('after many refusals nothing more is asked for ten minutes, but people are answered', async () => {
    stage = await createStage();
    await stage.start();
    const asked = stage.emulator.requests.length;
    for (let count = 0; count < 400; count += 1) {
      const chat = stage.emulator.chat({ name: `Person ${count}` });
      chat.speaker.channel.canView = false;
      await expect(
        stage.platform.remove({ place: placeOf(chat), message: stage.emulator.clock.newId() }),
      ).rejects.toThrow(/Missing Access|not asked/);
    }
    expect(stage.emulator.requests.length - asked).toBe(300);
    expect(stage.logLines.filter((line) => line.includes('no more are made for a while'))).toHaveLength(1);
    answerWith(info('hello'));
    const chat = stage.emulator.chat();
    await chat.say('/start');
    const message = await chat.sees(/hello/);
    await expect(post(chat, info('more'), 'd-more')).rejects.toThrow(/not asked/);
    stage.emulator.advance(11 * 60_000);
    await post(chat, info('more'), 'd-more');
    expect(chat.messages.map(({ text }) => text)).toEqual([message.text, 'more']);
  });
});

describe('pictures', () => {
  const picture = async (seed: number, side = 64) => ({
    blob: await stage.blobs.put(await drawPhoto(seed, side, side)),
    alt: `picture ${seed}`,
  });

  test('come as files with their alt text, and go when the message has none any more', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    const pictures = [await picture(1), await picture(2)];
    const reference = await post(chat, { kind: 'result', text: 'two', pictures });
    const [message] = chat.messages;
    const attachments = chat.storedOf(message!).attachments;
    expect(attachments.map(({ description, filename, contentType }) => [description, filename, contentType])).toEqual([
      ['picture 1', 'petbooth-1.jpg', 'image/jpeg'],
      ['picture 2', 'petbooth-2.jpg', 'image/jpeg'],
    ]);
    expect(Buffer.compare(attachments[0]!.bytes, await stage.blobs.get(pictures[0]!.blob))).toBe(0);
    const before = stage.emulator.requests.length;
    await stage.platform.edit(reference, { kind: 'result', text: 'the same two', pictures });
    expect(chat.messages[0]!.pictureCount).toBe(2);
    expect(stage.emulator.requests[before]!.fileCount, 'what shows already is not sent again').toBe(0);
    await stage.restart();
    await stage.platform.edit(reference, { kind: 'result', text: 'one', pictures: pictures.slice(1) });
    expect(chat.storedOf(chat.messages[0]!).attachments.map(({ description }) => description)).toEqual(['picture 2']);
    await stage.platform.edit(reference, { kind: 'result', text: 'none' });
    expect(chat.messages[0]!.pictureCount).toBe(0);
  });

  test('beyond the limit of the place are left out, with a word about it', async () => {
    stage = await createStage({ emulator: { maxFileBytes: 2000 } });
    await stage.start();
    const chat = stage.emulator.chat({ locale: 'en-US' });
    const pictures = [await picture(1, 32), { blob: await stage.blobs.put(new Uint8Array(3000)), alt: 'large' }];
    // The language of the message is the one that its person has chosen.
    answerWith({ kind: 'result', text: 'two', pictures, locale: 'de' });
    await chat.say('/start');
    const message = await chat.sees(/two/);
    expect(message.pictureCount).toBe(1);
    expect(message.text).toBe('two\nEinige Bilder sind für diesen Server zu groß und fehlen hier.');
  });

  test('beyond ten are left out, with a word about it', async () => {
    stage = await createStage();
    await stage.start();
    const chat = stage.emulator.chat();
    const pictures = await Promise.all(Array.from({ length: 11 }, (_, index) => picture(index, 32)));
    await post(chat, { kind: 'result', text: 'eleven', pictures, locale: 'en' }, 'd-1');
    const message = await chat.sees(/eleven/);
    expect(message.pictureCount).toBe(10);
    expect(message.text).toContain('left out');
  });
});

describe('the connection', () => {
  test.each([
    ['a request to reconnect', (stage: Stage) => stage.emulator.gateway.requestReconnect(), 'resumes'],
    ['a dropped socket', (stage: Stage) => stage.emulator.gateway.dropConnections(), 'resumes'],
    ['an unknown error', (stage: Stage) => stage.emulator.gateway.closeConnections(4000), 'resumes'],
    ['a forgotten session', (stage: Stage) => stage.emulator.gateway.invalidateSessions(), 'identifies'],
  ] as const)('after %s commands arrive as before', async (_, disturb, counter) => {
    stage = await createStage();
    await stage.start();
    answerWith(info('here'));
    const chat = stage.emulator.chat();
    const before = stage.emulator.gateway[counter];
    disturb(stage);
    await waitFor('the connection', () => stage.emulator.gateway[counter] > before);
    await chat.say('/start');
    await chat.sees(/here/);
    expect(stage.bot.invocations).toHaveLength(1);
  });

  test('a connection that died in silence is noticed by its missing heartbeat', async () => {
    stage = await createStage({ emulator: { heartbeatIntervalMs: 200 } });
    await stage.start();
    await waitFor('heartbeats', () => stage.emulator.gateway.heartbeats > 1);
    stage.emulator.gateway.isSilent = true;
    await new Promise((resolve) => setTimeout(resolve, 600));
    stage.emulator.gateway.isSilent = false;
    await waitFor('the connection', () => stage.emulator.gateway.resumes > 0);
  });
});

test('no message calls or links anybody, and no token is kept', async () => {
  stage = await createStage();
  await stage.start();
  const chat = stage.emulator.chat();
  answerWith({ kind: 'result', text: '@everyone <@1> [free](https://example.org)' });
  await chat.say('/start');
  await chat.sees(/@everyone/);
  await post(chat, info('@here'));
  const bodies = stage.emulator.requests
    .filter(({ route }) => /^(POST|PATCH) .*messages/.test(route))
    .map(({ body }) => body as { allowed_mentions: unknown });
  expect(bodies).toHaveLength(2);
  for (const body of bodies) expect(body.allowed_mentions).toEqual({ parse: [] });
  expect(chat.storedOf(chat.messages[0]!).content).toBe('@everyone \\<@1\\> \\[free\\](https://example.org)');

  const tokens = [stage.emulator.token, ...[...stage.emulator.state.interactions.values()].map(({ token }) => token)];
  const kept = stage.notes.all();
  expect([...new Set(kept.map(({ kind }) => kind))].toSorted()).toEqual(['commands', 'sent']);
  for (const token of tokens) expect(JSON.stringify(kept)).not.toContain(token);
});

test('no error of a request carries a token, an address or what was said', async () => {
  stage = await createStage();
  await stage.start();
  const errors: unknown[] = [];
  stage.bot.script = async ({ place, person }) => {
    const secret: OutgoingMessage = { kind: 'info', text: 'my secret prompt', ephemeral: true };
    await stage.platform.send(place, secret, { key: 'one', person }).catch((error: unknown) => errors.push(error));
  };
  const chat = stage.emulator.chat();
  stage.emulator.failNext('POST /webhooks/{webhook_id}/{webhook_token}', { kind: 'status', status: 500 });
  await chat.say('/start');
  const error = await waitFor('the error', () => errors[0]);
  const seen = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String((error as Error).stack);
  const { token } = [...stage.emulator.state.interactions.values()][0]!;
  for (const secret of [token, stage.emulator.token, 'secret prompt', 'http:']) expect(seen).not.toContain(secret);
  expect((error as Error).cause).toBeUndefined();
});
