import { afterEach, describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { locales } from '#locales/index.js';
import { PlatformUnreachableError } from '#src/platforms/platform.js';
import { commandLists } from '#src/platforms/telegram/register-commands.js';
import { TelegramClient } from '#src/platforms/telegram/telegram-client.js';
import { fastTimings } from '#test/emulators/telegram/fast-timings.js';
import { connectionLog } from '#test/helpers/connection-log.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { annasPlace, Harness, info } from './harness.js';

let harness: Harness;
const registered = async () => (await harness.notes.read('commands'))[0]!;

describe('commands', () => {
  afterEach(() => harness.stop());

  test('are registered in every language once, and again only when they change', async () => {
    harness = await Harness.start();
    // For everybody, and for those who moderate a group.
    const lists = 2 * (Object.keys(locales).length + 1);
    const { commands: told } = harness.emulator.state;
    expect(harness.emulator.count('setMyCommands')).toBe(lists);
    expect(told.get('all_chat_administrators/de')!.map(({ command }) => command)).toContain('admin');
    expect(told.get('default/de')!.map(({ command }) => command)).not.toContain('admin');
    expect(harness.emulator.state.commands.get('default/de')).toContainEqual({
      command: 'train',
      description: locales.de.commands.train.description,
    });
    await harness.platform.stop();
    await harness.startPlatform();
    expect(harness.emulator.count('setMyCommands')).toBe(lists);
    await harness.platform.stop();
    const note = await registered();
    const { languages, ...state } = note.value as { languages: string[] };
    await harness.notes.put({ ...note, value: { ...state, languages: [...languages, 'it'] } });
    harness.bot = new ScriptedBot(commands.slice(1));
    await harness.startPlatform();
    expect(harness.emulator.count('setMyCommands')).toBe(2 * lists);
    expect(harness.emulator.count('deleteMyCommands')).toBe(2);
  });

  test('a refusal does not keep the bot from starting, and is made good at the next start', async () => {
    harness = await Harness.start();
    await harness.platform.stop();
    await harness.notes.put({ ...(await registered()), value: 'broken' });
    harness.emulator.failNext('setMyCommands', { kind: 'status', status: 500 });
    await harness.startPlatform();
    expect(harness.logLines.join('')).toContain('could not be registered');
    await harness.platform.stop();
    const before = harness.emulator.count('setMyCommands');
    await harness.startPlatform();
    expect(harness.emulator.count('setMyCommands')).toBeGreaterThan(before + 1);
  });

  test('fit', async () => {
    harness = await Harness.start();
    for (const { commands: list } of commandLists(harness.bot)) {
      for (const { command, description } of list) {
        expect(command).toMatch(/^[a-z0-9_]{1,32}$/);
        expect(description.length).toBeGreaterThan(2);
      }
    }
  });
});

describe('a webhook', () => {
  const secret = 'a-secret_of-16-and-more';
  const webhook = { publicUrl: 'https://bot.example/telegram/in', secret, host: '127.0.0.1', port: 0 };
  afterEach(() => harness.stop());

  test('brings updates, to whoever knows the secret, and polling takes over when it is switched off', async () => {
    harness = await Harness.start({ webhook });
    const address = `http://127.0.0.1:${harness.platform.webhookPort}`;
    harness.emulator.webhookTarget = address;
    const chat = harness.emulator.user('Anna').privateChat();
    await chat.send('/help');
    await harness.invoked();
    expect(harness.emulator.count('getUpdates')).toBe(0);

    const post = async (path: string, given: string | undefined, body: string) =>
      (
        await fetch(`${address}${path}`, {
          method: 'POST',
          body,
          ...(given !== undefined && { headers: { 'x-telegram-bot-api-secret-token': given } }),
        })
      ).status;
    const update = JSON.stringify({
      update_id: 5000,
      message: harness.emulator.state.describe((await chat.send('x'))[0]!),
    });
    expect(await post('/telegram/in', undefined, update)).toBe(403);
    expect(await post('/telegram/in', `${secret}x`, update)).toBe(403);
    expect(await post('/other', secret, update)).toBe(404);
    expect(await post('/telegram/in', secret, '{')).toBe(400);
    expect(await post('/telegram/in', secret, '"nonsense"')).toBe(200);
    expect(await post('/telegram/in', secret, `"${'x'.repeat(1_100_000)}"`).catch(() => 413)).toBe(413);
    expect(harness.bot.invocations).toHaveLength(1);

    await harness.platform.stop();
    await chat.send('/queue');
    await harness.startPlatform();
    expect((await harness.invoked(2)).command).toBe('queue');
  });

  test('a weak secret is refused', async () => {
    harness = await Harness.start();
    await expect(harness.startPlatform({ webhook: { ...webhook, secret: 'short' } })).rejects.toThrow(/16 to 256/);
  });
});

describe('the connection', () => {
  test('a wrong token is said at the start, without the token', async () => {
    harness = await Harness.start();
    await harness.platform.stop();
    const error = await harness.startPlatform({ token: '7001:another-secret' }).catch((caught: unknown) => caught);
    expect(String(error)).toMatch(/does not know this token/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('another-secret');
    await harness.stop();
  });

  test('Telegram being away is told differently, and a later start connects', async () => {
    harness = await Harness.start();
    await harness.platform.stop();
    harness.emulator.failNext('getMe', { kind: 'status', status: 502 });
    await expect(harness.platform.start(harness.bot)).rejects.toThrow(PlatformUnreachableError);
    await harness.platform.start(harness.bot);
    await harness.emulator.user('Anna').privateChat().send('/help');
    expect((await harness.invoked()).command).toBe('help');
    await harness.stop();
  });

  test('a token that is revoked meanwhile ends the connection, and a passing trouble does not', async () => {
    harness = await Harness.start();
    await harness.platform.stop();
    const connection = connectionLog();
    await harness.platform.start(harness.bot, connection);
    harness.emulator.failNext('getUpdates', { kind: 'status', status: 502 }, 3);
    await waitFor('the trouble', () => connection.told.length === 2);
    harness.emulator.failNext('getUpdates', { kind: 'refused', code: 401, description: 'Unauthorized' });
    await waitFor('the end', () => connection.told.length === 3);
    expect(connection.told).toEqual([
      'interrupted: updates could not be fetched',
      'restored',
      'PlatformRefusedError: Telegram does not know this token: copy it again from @BotFather',
    ]);
    await harness.platform.stop();
    await harness.platform.start(harness.bot, connection);
    await harness.emulator.user('Anna').privateChat().send('/help');
    expect((await harness.invoked()).command).toBe('help');
    await harness.stop();
  });

  test('a start under way ends with a stop', async () => {
    harness = await Harness.start();
    await harness.platform.stop();
    harness.emulator.failNext('getMe', { kind: 'hangs' });
    const starting = harness.platform.start(harness.bot).catch((error: unknown) => error);
    await waitFor('the request', () => harness.emulator.pendingFaults === 0);
    await harness.platform.stop();
    expect(await starting).toBeInstanceOf(PlatformUnreachableError);
    await harness.stop();
  });

  test('polling goes on after errors of every kind', async () => {
    harness = await Harness.start();
    const chat = harness.emulator.user('Anna').privateChat();
    harness.emulator.failNext('getUpdates', { kind: 'dropped' });
    harness.emulator.failNext('getUpdates', { kind: 'status', status: 504 });
    harness.emulator.failNext('getUpdates', {
      kind: 'refused',
      code: 429,
      description: 'Too Many Requests',
      retryAfter: 1,
    });
    harness.emulator.failNext('getUpdates', { kind: 'answer dropped' });
    await chat.send('/help');
    await chat.send('/queue');
    await harness.invoked(2);
    await waitFor('all faults', () => harness.emulator.pendingFaults === 0);
    expect(harness.bot.invocations.map(({ command }) => command)).toEqual(['help', 'queue']);
    await harness.stop();
  });

  test('no error of the client holds the token, an address or what was said', async () => {
    harness = await Harness.start();
    const client = new TelegramClient({
      token: harness.emulator.token,
      apiRoot: harness.emulator.apiRoot,
      timeoutMs: 200,
    });
    const away = new TelegramClient({ token: harness.emulator.token, apiRoot: 'http://127.0.0.1:9', timeoutMs: 200 });
    const message = { chat_id: 1, text: 'a private prompt' };
    harness.emulator.failNext('sendMessage', { kind: 'dropped' });
    harness.emulator.failNext('sendMessage', { kind: 'status', status: 502 });
    harness.emulator.failNext('sendMessage', {
      kind: 'refused',
      code: 400,
      description: `Bad Request: ${harness.emulator.token} http://x/y`,
    });
    harness.emulator.failNext('getMe', { kind: 'hangs' });
    const errors = await Promise.all(
      [
        () => client.call('sendMessage', message),
        () => client.call('sendMessage', message),
        () => client.call('sendMessage', message),
        () => client.call('sendMessage', message),
        () => client.call('getMe', {}),
        () => away.call('sendMessage', message),
        () => away.download('photos/a.jpg', 100),
        () => client.download('photos/none.jpg', 100),
        () => client.download('../../etc/passwd', 100),
        () => client.download('/etc/passwd', 100),
      ].map((attempt) =>
        attempt().then(
          () => undefined,
          (error: unknown) => error,
        ),
      ),
    );
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error);
      const { name, message: words, stack, cause, ...rest } = error as Error;
      const all = JSON.stringify([name, words, stack, String(cause), rest]);
      expect(all).not.toContain(harness.secret);
      expect(all).not.toContain('private prompt');
      expect(words).not.toMatch(/https?:/);
    }
    expect(errors.map((error) => (error as { mayBeDone?: boolean }).mayBeDone)).toEqual([
      true,
      true,
      undefined,
      undefined,
      true,
      false,
      expect.anything(),
      undefined,
      false,
      false,
    ]);
    await harness.stop();
  });

  test('what waits when the bot stops is given up soon, and sent after the next start', async () => {
    harness = await Harness.start({ timings: { ...fastTimings, stopGraceMs: 200 } });
    const chat = harness.emulator.user('Anna').privateChat();
    harness.emulator.failNext('sendMessage', {
      kind: 'refused',
      code: 429,
      description: 'Too Many Requests',
      retryAfter: 60,
    });
    const waiting = harness.send(annasPlace, info('hello'), 't-1').catch((error: unknown) => error);
    await waitFor('the refusal', () => harness.emulator.pendingFaults === 0);
    const startedAt = Date.now();
    await harness.platform.stop();
    expect(Date.now() - startedAt).toBeLessThan(2000);
    expect(await waiting).toBeInstanceOf(Error);
    await harness.startPlatform();
    await harness.send(annasPlace, info('hello'), 't-1');
    expect(chat.messages.map(({ text }) => text)).toEqual(['hello']);
    await harness.stop();
  });
});
