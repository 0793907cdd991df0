import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { waitFor } from '#test/helpers/wait-for.js';

interface Answer {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: unknown;
}

let emulator: TelegramEmulator;
beforeEach(async () => {
  emulator = await TelegramEmulator.start();
  emulator.user('Anna').privateChat();
});
afterEach(() => emulator.stop());

const anna = 5001;
const call = async (method: string, parameters: unknown = {}, token = emulator.token): Promise<Answer> => {
  const body = parameters instanceof FormData ? parameters : JSON.stringify(parameters);
  const response = await fetch(`${emulator.apiRoot}/bot${token}/${method}`, {
    method: 'POST',
    body,
    ...(typeof body === 'string' && { headers: { 'content-type': 'application/json' } }),
  });
  return (await response.json()) as Answer;
};
const refuses = async (method: string, parameters: unknown, words: RegExp) => {
  const { ok, description } = await call(method, parameters);
  expect({ ok, description }).toEqual({ ok: false, description: expect.stringMatching(words) });
};
const idOf = ({ result }: Answer) => (result as { message_id: number }).message_id;
const keyboard = (data: string) => ({ inline_keyboard: [[{ text: 'Go', callback_data: data }]] });

describe('the emulator refuses what Telegram refuses', () => {
  test.each<[string, string, unknown, RegExp]>([
    ['an unknown method', 'sendHologram', {}, /method not found/],
    ['an unknown parameter', 'sendMessage', { chat_id: anna, text: 'a', colour: 'red' }, /colour/],
    ['a parameter of another method', 'sendMessage', { chat_id: anna, text: 'a', caption: 'b' }, /caption/],
    ['a missing parameter', 'sendMessage', { chat_id: anna }, /text/],
    ['a wrong kind of value', 'sendMessage', { chat_id: anna, text: 7 }, /text/],
    ['a chat id as words', 'sendMessage', { chat_id: '5001', text: 'a' }, /chat_id/],
    [
      'an unknown field deep inside',
      'sendMessage',
      { chat_id: anna, text: 'a', reply_markup: { inline_keyboard: [[{ text: 'x', callback_data: 'y', hue: 1 }]] } },
      /reply_markup/,
    ],
    [
      'a button that does nothing',
      'sendMessage',
      { chat_id: anna, text: 'a', reply_markup: { inline_keyboard: [[{ text: 'x' }]] } },
      /reply_markup/,
    ],
    ['a text that is too long', 'sendMessage', { chat_id: anna, text: 'a'.repeat(4097) }, /message is too long/],
    ['an empty text', 'sendMessage', { chat_id: anna, text: ' \n' }, /message text is empty/],
    [
      'button data of more than 64 bytes',
      'sendMessage',
      { chat_id: anna, text: 'a', reply_markup: keyboard('ü'.repeat(33)) },
      /BUTTON_DATA_INVALID/,
    ],
    ['a command with capitals', 'setMyCommands', { commands: [{ command: 'Train', description: 'x' }] }, /command/],
    ['a language of three letters', 'setMyCommands', { commands: [], language_code: 'deu' }, /language_code/],
    ['a webhook without https', 'setWebhook', { url: 'http://bot.example/hook' }, /HTTPS/],
  ])('%s', async (_, method, parameters, words) => {
    await refuses(method, parameters, words);
    expect(emulator.violations).toHaveLength(1);
  });

  test.each([
    [{ type: 'chat_administrators', chat_id: -5 }, 'chat_administrators -5/de'],
    [{ type: 'chat_member', chat_id: -5, user_id: 7 }, 'chat_member -5 7/de'],
  ])('commands have the scope %o', async (scope, key) => {
    const commands = [{ command: 'train', description: 'x' }];
    await call('setMyCommands', { commands, scope, language_code: 'de' });
    expect(emulator.state.commands.get(key)).toEqual(commands);
    expect((await call('getMyCommands', { scope, language_code: 'de' })).result).toEqual(commands);
    expect((await call('getMyCommands', { language_code: 'de' })).result).toEqual([]);
  });

  test('what may happen to a bot without its fault is refused without blame', async () => {
    await refuses('sendMessage', { chat_id: 404, text: 'a' }, /chat not found/);
    await refuses('editMessageText', { chat_id: anna, message_id: 404, text: 'a' }, /message to edit not found/);
    await refuses('deleteMessage', { chat_id: anna, message_id: 404 }, /message to delete not found/);
    await refuses('answerCallbackQuery', { callback_query_id: '404' }, /query is too old/);
    await refuses('getFile', { file_id: '404' }, /wrong file_id/);
    expect((await call('getMe', {}, '7001:wrong')).error_code).toBe(401);
    expect(emulator.violations).toEqual([]);
  });

  test('an edit knows its message: unchanged, a person’s, of another form, a question', async () => {
    const chat = emulator.user('Bob').privateChat();
    const [persons] = await chat.send('hello');
    const target = { chat_id: chat.chat.id };
    await refuses('editMessageText', { ...target, message_id: persons!.message_id, text: 'b' }, /can't be edited/);
    const id = idOf(await call('sendMessage', { ...target, text: 'a', reply_markup: keyboard('x') }));
    await refuses(
      'editMessageText',
      { ...target, message_id: id, text: 'a', reply_markup: keyboard('x') },
      /message is not modified/,
    );
    await refuses('editMessageCaption', { ...target, message_id: id, caption: 'b' }, /no caption/);
    expect((await call('editMessageText', { ...target, message_id: id, text: 'a' })).ok).toBe(true);
    const question = idOf(await call('sendMessage', { ...target, text: 'name?', reply_markup: { force_reply: true } }));
    await refuses('editMessageText', { ...target, message_id: question, text: 'b' }, /can't be edited/);
  });

  test('files: uploads and known ones, words turned into a picture, bad ones refused', async () => {
    const form = new FormData();
    form.set('chat_id', String(anna));
    form.set('photo', new File([Buffer.from(await drawPhoto(1))], 'a.jpg'));
    form.set('caption', 'Grüße');
    const sent = await call('sendPhoto', form);
    const photo = (sent.result as { photo: { file_id: string }[] }).photo.at(-1)!.file_id;
    const words = idOf(await call('sendMessage', { chat_id: anna, text: 'soon' }));
    const edited = await call('editMessageMedia', {
      chat_id: anna,
      message_id: words,
      media: { type: 'photo', media: photo, caption: 'here' },
    });
    expect(edited.result).toMatchObject({ message_id: words, caption: 'here' });
    expect(edited.result).not.toHaveProperty('text');
    await refuses('editMessageText', { chat_id: anna, message_id: words, text: 'x' }, /no text/);
    await refuses('sendMediaGroup', { chat_id: anna, media: [{ type: 'photo', media: photo }] }, /2-10/);
    await refuses(
      'sendMediaGroup',
      { chat_id: anna, media: [{ type: 'photo', media: photo, reply_markup: {} }] },
      /reply_markup/,
    );
    const fake = new FormData();
    fake.set('chat_id', String(anna));
    fake.set('photo', new File(['not a picture'], 'a.jpg'));
    await refuses('sendPhoto', fake, /IMAGE_PROCESS_FAILED/);
    const long = new FormData();
    long.set('chat_id', String(anna));
    long.set('photo', photo);
    long.set('caption', 'a'.repeat(1025));
    await refuses('sendPhoto', long, /caption is too long/);
    emulator.violations.length = 0;
  });

  test('downloads need the token, a fresh link, and at most 20 MB', async () => {
    const file = emulator.state.storeFile({ name: 'a', bytes: await drawPhoto(1), width: 9, height: 9, isPhoto: true });
    const { result } = await call('getFile', { file_id: file.id });
    const path = (result as { file_path: string }).file_path;
    const get = (token: string) => fetch(`${emulator.apiRoot}/file/bot${token}/${path}`).then(({ status }) => status);
    expect(await get(emulator.token)).toBe(200);
    expect(await get('7001:wrong')).toBe(404);
    file.isExpired = true;
    expect(await get(emulator.token)).toBe(404);
    const large = emulator.state.storeFile({ ...file, bytes: new Uint8Array(21 * 1024 * 1024) });
    await refuses('getFile', { file_id: large.id }, /file is too big/);
  });
});

describe('updates', () => {
  test('are kept until they are confirmed, and wake a poll that waits', async () => {
    const chat = emulator.user('Bob').privateChat();
    const waiting = call('getUpdates', { timeout: 5 });
    await sleep(50);
    await chat.send('one');
    const [first] = (await waiting).result as { update_id: number; message: { text: string } }[];
    expect(first!.message.text).toBe('one');
    expect((await call('getUpdates')).result).toHaveLength(1);
    expect((await call('getUpdates', { offset: first!.update_id + 1 })).result).toEqual([]);
    expect((await call('getUpdates')).result).toEqual([]);
  });

  test('a second poll ends the first', async () => {
    const first = call('getUpdates', { timeout: 5 });
    await sleep(50);
    const second = call('getUpdates', { timeout: 1 });
    expect(await first).toMatchObject({ ok: false, error_code: 409 });
    expect((await second).ok).toBe(true);
  });

  test('each photo of an album is an update of its own, the words on the first', async () => {
    const chat = emulator.user('Bob').privateChat();
    await chat.send('look', { photos: [await drawPhoto(1), await drawPhoto(2)] });
    const updates = (await call('getUpdates')).result as { message: { caption?: string; media_group_id: string } }[];
    expect(updates.map(({ message }) => message.caption)).toEqual(['look', undefined]);
    expect(new Set(updates.map(({ message }) => message.media_group_id)).size).toBe(1);
  });

  test('privacy: a group’s talk stays in the group', async () => {
    const group = emulator.group('Pets');
    const chat = group.as(emulator.user('Bob'));
    const id = idOf(await call('sendMessage', { chat_id: group.chat.id, text: 'hello' }));
    await chat.send('talk');
    await chat.send('/help@OtherBot');
    await chat.send('/help');
    await chat.send('nice', { replyTo: id });
    const updates = (await call('getUpdates')).result as { message: { text: string } }[];
    expect(updates.map(({ message }) => message.text)).toEqual(['/help', 'nice']);
  });

  test('a webhook gets the secret, and the update again until it takes it', async () => {
    const seen: { secret: unknown; path: unknown; body: string }[] = [];
    const statuses = [500, 500, 200];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push({ secret: request.headers['x-telegram-bot-api-secret-token'], path: request.url, body });
      response.writeHead(statuses.shift() ?? 200).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    emulator.webhookTarget = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await call('setWebhook', { url: 'https://bot.example/hook', secret_token: 'abc_DEF-123' });
    expect(await call('getUpdates')).toMatchObject({ error_code: 409 });
    await emulator.user('Bob').privateChat().send('one');
    await waitFor('three posts', () => seen.length === 3);
    expect(seen.every(({ secret, path }) => secret === 'abc_DEF-123' && path === '/hook')).toBe(true);
    await waitFor('the end', () => emulator.state.waitingUpdates.length === 0);
    server.close();
  });

  test('a press that the bot does not answer fails', async () => {
    const chat = emulator.user('Bob').privateChat();
    await call('sendMessage', { chat_id: chat.chat.id, text: 'press', reply_markup: keyboard('x') });
    const message = await chat.sees(/press/);
    await expect(chat.press(message, 'Go', 100)).rejects.toThrow(/not answered/);
    await expect(chat.press(message, 'Stop')).rejects.toThrow(/no button/);
    const pressing = chat.press(message, 'Go');
    const updates = (await call('getUpdates')).result as { callback_query: { id: string } }[];
    await call('answerCallbackQuery', { callback_query_id: updates.at(-1)!.callback_query.id, text: 'done' });
    expect(await pressing).toEqual({ text: 'done' });
    await refuses('answerCallbackQuery', { callback_query_id: updates.at(-1)!.callback_query.id }, /too old/);
  });
});

test('faults happen once each, before or after the deed', async () => {
  const send = () => call('sendMessage', { chat_id: anna, text: 'a' });
  emulator.failNext('sendMessage', { kind: 'refused', code: 429, description: 'Too Many Requests', retryAfter: 3 });
  expect(await send()).toMatchObject({ error_code: 429, parameters: { retry_after: 3 } });
  emulator.failNext('sendMessage', { kind: 'dropped' });
  await expect(send()).rejects.toThrow();
  expect(emulator.state.messages).toHaveLength(0);
  emulator.failNext('sendMessage', { kind: 'answer dropped' });
  await expect(send()).rejects.toThrow();
  expect(emulator.state.messages).toHaveLength(1);
  expect((await send()).ok).toBe(true);
});
