import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { DiscordChat } from '#test/emulators/discord/discord-chat.js';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';

let emulator: DiscordEmulator;
let chat: DiscordChat;
let socket: WebSocket | undefined;
beforeEach(async () => {
  emulator = await DiscordEmulator.start();
  chat = emulator.chat();
});
afterEach(async () => {
  socket?.terminate();
  socket = undefined;
  await emulator.stop();
});

interface Answer {
  readonly status: number;
  readonly code: number | undefined;
  readonly json: Record<string, unknown> | undefined;
}

async function request(
  method: string,
  path: string,
  body?: unknown,
  { token = emulator.token as string | null, files = [] as readonly Uint8Array[] } = {},
): Promise<Answer> {
  const headers: Record<string, string> = token === null ? {} : { Authorization: `Bot ${token}` };
  let payload: string | FormData | undefined;
  if (files.length > 0) {
    payload = new FormData();
    payload.append('payload_json', JSON.stringify(body));
    for (const [index, file] of files.entries())
      payload.append(`files[${index}]`, new Blob([Buffer.from(file)], { type: 'image/png' }), `${index}.png`);
  } else if (body !== undefined) {
    payload = JSON.stringify(body);
    headers['Content-Type'] = 'application/json';
  }
  const response = await fetch(`${emulator.apiRoot}/v10${path}`, {
    method,
    headers,
    ...(payload && { body: payload }),
  });
  const text = await response.text();
  const json = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, code: json?.code, json };
}

const messages = () => `/channels/${chat.channelId}/messages`;
const register = (...commands: object[]) =>
  request('PUT', `/applications/${emulator.state.applicationId}/commands`, commands);
const hello = { name: 'hello', description: 'Says hello' };
const button = (customId: string) => ({ type: 2, style: 2, label: 'x', custom_id: customId });
const row = (...components: object[]) => ({ type: 1, components });

/** A command that nobody has answered yet. */
async function ask() {
  if (emulator.state.commands.length === 0) await register(hello);
  const { id, token } = await chat.command('hello', {}, { isAwaited: false });
  const hook = `/webhooks/${emulator.state.applicationId}/${token}`;
  const call = (body: object) => request('POST', `/interactions/${id}/${token}/callback`, body, { token: null });
  return { call, hook, edit: (body: object) => request('PATCH', `${hook}/messages/@original`, body, { token: null }) };
}

describe('requests', () => {
  test.each([
    ['GET', '/nowhere'],
    ['DELETE', '/gateway/bot'],
  ])('%s %s: no such route', async (method, path) => {
    expect((await request(method, path)).status).toBe(404);
    expect(emulator.violations).toEqual([`no such route: ${method} /api/v10${path}`]);
  });

  test('a route of Discord that is not played is said to be missing here', async () => {
    expect((await request('GET', '/voice/regions')).status).toBe(404);
    expect(emulator.violations).toEqual(['the emulator does not play GET /voice/regions']);
  });

  test('the bot’s token is needed, except behind an interaction’s', async () => {
    expect((await request('GET', '/users/@me', undefined, { token: 'other' })).status).toBe(401);
    expect((await request('GET', '/users/@me', undefined, { token: null })).status).toBe(401);
    expect((await request('GET', '/users/@me')).status).toBe(200);
  });

  test('an older version of the API is not spoken', async () => {
    const response = await fetch(`${emulator.apiRoot}/v9/users/@me`);
    expect(response.status).toBe(404);
    expect(emulator.violations).toHaveLength(1);
  });
});

describe('messages', () => {
  test.each<[string, object, number, number]>([
    ['a field that Discord does not name', { content: 'x', colour: 'red' }, 400, 50035],
    ['an unknown field further in', { content: 'x', components: [row({ ...button('a'), size: 3 })] }, 400, 50035],
    ['a wrong type', { content: 7 }, 400, 50035],
    ['a text of 2001 characters', { content: 'x'.repeat(2001) }, 400, 50035],
    ['nothing', {}, 400, 50006],
    ['blanks', { content: ' \n ' }, 400, 50006],
    ['a nonce of 26 characters', { content: 'x', nonce: 'n'.repeat(26) }, 400, 50035],
    ['a button without an id', { content: 'x', components: [row({ type: 2, style: 2, label: 'x' })] }, 400, 50035],
    ['an id of 101 characters', { content: 'x', components: [row(button('i'.repeat(101)))] }, 400, 50035],
    ['an id used twice', { content: 'x', components: [row(button('a'), button('a'))] }, 400, 50035],
    ['six buttons in a row', { content: 'x', components: [row(...'abcdef'.split('').map(button))] }, 400, 50035],
    ['six rows', { content: 'x', components: 'abcdef'.split('').map((id) => row(button(id))) }, 400, 50035],
    ['eleven attachments', { content: 'x', attachments: Array.from({ length: 11 }, () => ({ id: '0' })) }, 400, 50035],
    ['an attachment without its file', { content: 'x', attachments: [{ id: '0', filename: 'a.png' }] }, 400, 50035],
    [
      'an alt text of 1025 characters',
      { content: 'x', attachments: [{ id: '0', description: 'd'.repeat(1025) }] },
      400,
      50035,
    ],
  ])('refuses %s', async (_, body, status, code) => {
    const answer = await request('POST', messages(), body);
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(chat.messages).toEqual([]);
    expect(emulator.violations).toHaveLength(1);
  });

  test('a schema that is broken is a violation that names the field', async () => {
    await request('POST', messages(), { content: 'x', components: [row(button('i'.repeat(101)))] });
    await request('POST', messages(), { content: 'x', colour: 'red' });
    expect(emulator.violations).toEqual([
      expect.stringMatching(/^POST \/channels\/\{channel_id\}\/messages: components\.0\.components\.0\.custom_id: /),
      'POST /channels/{channel_id}/messages: colour: Discord knows no such field',
    ]);
  });

  test('files come with the text, within their limit', async () => {
    emulator.attachmentSizeLimit = 100;
    const body = { content: 'x', attachments: [{ id: '0', filename: 'a.png', description: 'A cat' }] };
    const posted = await request('POST', messages(), body, { files: [new Uint8Array(100)] });
    expect(posted.json).toMatchObject({ attachments: [{ filename: 'a.png', description: 'A cat', size: 100 }] });
    const refused = await request('POST', messages(), body, { files: [new Uint8Array(101)] });
    expect([refused.status, refused.code]).toEqual([413, 40005]);

    const path = `${messages()}/${posted.json!.id}`;
    const [{ id, url }] = posted.json!.attachments as [{ id: string; url: string }];
    expect((await request('PATCH', path, { content: 'y' })).json!.attachments).toHaveLength(1);
    expect((await request('PATCH', path, { attachments: [{ id }] })).json!.attachments).toHaveLength(1);
    expect((await request('PATCH', path, { attachments: [] })).json!.attachments).toEqual([]);

    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.replace(/hm=\d/, 'hm=9'))).status).toBe(404);
    emulator.advance(25 * 3600_000);
    expect((await fetch(url)).status).toBe(404);
  });

  test('an enforced nonce gives the first message again while it is remembered, and reading never shows it', async () => {
    const send = () => request('POST', messages(), { content: 'x', nonce: 'n', enforce_nonce: true });
    const first = await send();
    expect(first.json!.nonce).toBe('n');
    expect((await send()).json!.id).toBe(first.json!.id);
    const [read] = (await request('GET', messages())).json as unknown as [object];
    expect(read).not.toHaveProperty('nonce');
    emulator.advance(10 * 60_000);
    expect((await send()).json!.id).not.toBe(first.json!.id);
    await request('POST', messages(), { content: 'x', nonce: 'm' });
    await request('POST', messages(), { content: 'x', nonce: 'm' });
    expect(chat.messages).toHaveLength(4);
  });

  test('rights, deletions and closed conversations are told by their codes', async () => {
    const { json } = await request('POST', messages(), { content: 'x' });
    const path = `${messages()}/${json!.id}`;
    chat.speaker.channel.canSend = false;
    expect((await request('POST', messages(), { content: 'x' })).code).toBe(50013);
    expect((await request('PATCH', path, { content: 'y' })).status).toBe(200);
    chat.speaker.channel.canView = false;
    expect((await request('PATCH', path, { content: 'y' })).code).toBe(50001);
    chat.speaker.channel.canView = true;
    expect((await request('DELETE', path)).status).toBe(204);
    expect((await request('PATCH', path, { content: 'y' })).code).toBe(10008);
    chat.speaker.channel.isDeleted = true;
    expect((await request('GET', messages())).code).toBe(10003);
    const own = await request('POST', '/users/@me/channels', { recipient_id: chat.personId });
    chat.speaker.user.isClosed = true;
    expect((await request('POST', `/channels/${own.json!.id}/messages`, { content: 'x' })).code).toBe(50007);
    expect((await request('POST', '/users/@me/channels', { recipient_id: '1' })).code).toBe(10013);
  });

  test('messages older than an hour take few edits', async () => {
    const { json } = await request('POST', messages(), { content: 'x' });
    emulator.maxEditsOfOldMessages = 1;
    emulator.advance(3601_000);
    const edit = () => request('PATCH', `${messages()}/${json!.id}`, { content: 'y' });
    expect((await edit()).status).toBe(200);
    expect(await edit()).toMatchObject({ status: 429, code: 30046 });
  });
});

describe('interactions', () => {
  test('have to be answered within three seconds', async () => {
    const { call } = await ask();
    emulator.advance(3100);
    expect(await call({ type: 5 })).toMatchObject({ status: 404, code: 10062 });
  });

  test('are answered once, with what fits', async () => {
    const { call } = await ask();
    expect((await call({ type: 8, data: { choices: [] } })).code).toBe(50035);
    expect((await call({ type: 6 })).code).toBe(50035);
    expect((await call({ type: 5, data: { flags: 64 + 4 } })).code).toBe(50035);
    expect((await call({ type: 5, data: { flags: 64 } })).status).toBe(204);
    expect(chat.isThinking).toBe(true);
    expect(await call({ type: 5 })).toMatchObject({ status: 400, code: 40060 });
  });

  test('have no message before they are acknowledged, and none of a wrong token', async () => {
    const { hook, edit } = await ask();
    expect((await edit({ content: 'x' })).code).toBe(10015);
    expect((await request('POST', hook, { content: 'x' })).code).toBe(10015);
    expect((await request('POST', `${hook}x`, { content: 'x' })).code).toBe(10015);
  });

  test('can be answered for fifteen minutes', async () => {
    const { call, hook, edit } = await ask();
    await call({ type: 5 });
    expect((await edit({ content: 'x' })).status).toBe(200);
    expect((await request('POST', hook, { content: 'y' }, { token: null })).status).toBe(200);
    expect(chat.messages.map(({ text }) => text)).toEqual(['x', 'y']);
    emulator.advance(15 * 60_000 + 1);
    expect(await edit({ content: 'z' })).toMatchObject({ status: 401, code: 50027 });
    const path = `${messages()}/${chat.messages[0]!.id}`;
    expect((await request('PATCH', path, { content: 'z' })).status, 'the bot itself may go on').toBe(200);
  });

  test('right after a deferral a follow-up fills the deferred message and stays as private as that', async () => {
    const { call, hook } = await ask();
    await call({ type: 5, data: { flags: 64 } });
    await request('POST', hook, { content: 'x' }, { token: null });
    const ben = emulator.chat({ name: 'Ben', with: chat });
    expect(chat.messages).toHaveLength(1);
    expect(ben.messages).toEqual([]);
    const path = `${messages()}/${chat.messages[0]!.id}`;
    expect((await request('PATCH', path, { content: 'y' })).code, 'the bot does not see it there').toBe(10008);
    expect((await request('GET', messages())).json).toEqual([]);
  });

  test('a form is shown once and needs its fields', async () => {
    const { call } = await ask();
    expect((await call({ type: 9, data: { custom_id: 'f', title: 't'.repeat(46), components: [] } })).code).toBe(50035);
    const upload = {
      type: 18,
      label: 'Photos',
      component: { type: 19, custom_id: 'photos', min_values: 1, max_values: 10 },
    };
    expect((await call({ type: 9, data: { custom_id: 'f', title: 't', components: [upload] } })).status).toBe(204);
  });
});

describe('commands', () => {
  const option = (more: object) => ({ type: 3, name: 'word', description: 'A word', ...more });

  test.each<[string, object]>([
    ['an upper case name', { ...hello, name: 'Hello' }],
    ['a name with a space', { ...hello, name: 'say hello' }],
    ['no description', { name: 'hello' }],
    ['a description of 101 characters', { ...hello, description: 'd'.repeat(101) }],
    ['a locale that Discord does not have', { ...hello, description_localizations: { 'de-AT': 'Servus' } }],
    ['an option twice', { ...hello, options: [option({}), option({})] }],
    ['a required option after another', { ...hello, options: [option({ name: 'a' }), option({ required: true })] }],
    [
      'choices that are also completed',
      { ...hello, options: [option({ autocomplete: true, choices: [{ name: 'a', value: 'a' }] })] },
    ],
    ['26 options', { ...hello, options: Array.from({ length: 26 }, (_, index) => option({ name: `o${index}` })) }],
    ['an unknown field', { ...hello, icon: 'x' }],
    [
      'more than 8000 characters',
      {
        ...hello,
        options: Array.from({ length: 25 }, (_, index) =>
          option({
            name: `o${index}`,
            choices: Array.from({ length: 4 }, (_, each) => ({
              name: `${each}`.repeat(50),
              value: `${each}`.repeat(50),
            })),
          }),
        ),
      },
    ],
  ])('refuses %s', async (_, command) => {
    expect(await register(command)).toMatchObject({ status: 400, code: 50035 });
    expect(emulator.state.commands).toEqual([]);
  });

  test('a person cannot send what the form would not let them', async () => {
    await register({
      ...hello,
      contexts: [0],
      options: [option({ required: true }), { ...option({ name: 'count' }), type: 4 }],
    });
    await expect(chat.command('bye')).rejects.toThrow("'/bye' is not registered");
    await expect(chat.command('hello')).rejects.toThrow("/hello needs 'word'");
    await expect(chat.command('hello', { word: 'x', other: 1 })).rejects.toThrow("/hello has no option 'other'");
    await expect(chat.command('hello', { word: 'x', count: 'many' })).rejects.toThrow('no whole number');
    await expect(emulator.chat({ isPrivate: true }).command('hello', { word: 'x' })).rejects.toThrow(
      'does not show here',
    );
    await expect(chat.completes('hello', 'word', '')).rejects.toThrow('has no autocomplete');
  });

  test('a person waits three seconds for an answer', async () => {
    await register(hello);
    const started = Date.now();
    await expect(chat.command('hello')).rejects.toThrow('The application did not respond');
    expect(Date.now() - started).toBeGreaterThanOrEqual(2990);
  });
});

describe('the gateway', () => {
  async function connect(query = 'v=10&encoding=json') {
    const received: { op: number; s: number | null; t: string | null; d: Record<string, unknown> }[] = [];
    socket = new WebSocket(`${emulator.gatewayUrl}?${query}`);
    socket.on('message', (raw) => received.push(JSON.parse(String(raw))));
    await once(socket, 'open');
    return {
      received,
      send: (op: number, d: unknown) => socket!.send(JSON.stringify({ op, d })),
      closed: () => once(socket!, 'close').then(([code]) => Number(code)),
      until: async (fits: (payload: (typeof received)[number]) => boolean) => {
        for (let tries = 0; tries < 200; tries++) {
          const found = received.find(fits);
          if (found) return found;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        throw new Error(`not received; but ${JSON.stringify(received)}`);
      },
    };
  }
  const identity = (more: object = {}) => ({
    token: emulator.token,
    intents: 1,
    properties: {},
    shard: [0, 1],
    ...more,
  });

  test('greets, lets in, counts, and answers heartbeats', async () => {
    const { send, until, received } = await connect();
    expect((await until(({ op }) => op === 10)).d.heartbeat_interval).toBeGreaterThan(0);
    send(2, identity());
    const ready = await until(({ t }) => t === 'READY');
    expect(ready.d).toMatchObject({ v: 10, user: { bot: true }, application: { id: emulator.state.applicationId } });
    await until(({ t }) => t === 'GUILD_CREATE');
    send(1, 2);
    await until(({ op }) => op === 11);
    const numbers = received.flatMap(({ s }) => s ?? []);
    expect(numbers).toEqual([1, 2]);
  });

  test.each<[string, object, number]>([
    ['a wrong token', { token: 'other' }, 4004],
    ['no intents', { intents: undefined }, 4013],
    ['a privileged intent', { intents: 1 | (1 << 15) }, 4014],
  ])('refuses %s', async (_, more, code) => {
    const { send, closed } = await connect();
    send(2, identity(more));
    expect(await closed()).toBe(code);
  });

  test('more intents than needed are a violation', async () => {
    const { send, until } = await connect();
    send(2, identity({ intents: 1 | (1 << 9) }));
    await until(({ t }) => t === 'READY');
    expect(emulator.violations).toHaveLength(1);
  });

  test.each([
    ['v=9&encoding=json', 4012],
    ['v=10&encoding=etf', 4002],
    ['v=10&encoding=json&compress=zlib-stream', 4002],
  ])('does not speak %s', async (query, code) => {
    const { closed } = await connect(query);
    expect(await closed()).toBe(code);
  });

  test('tells again what was missed to whoever resumes', async () => {
    await register(hello);
    const first = await connect();
    first.send(2, identity());
    const { d } = await first.until(({ t }) => t === 'READY');
    socket!.terminate();
    await chat.command('hello', {}, { isAwaited: false });
    const second = await connect();
    second.send(6, { token: emulator.token, session_id: d.session_id, seq: 2 });
    expect((await second.until(({ t }) => t === 'INTERACTION_CREATE')).s).toBe(3);
    await second.until(({ t }) => t === 'RESUMED');
    expect(second.received.some(({ t }) => t === 'READY')).toBe(false);
  });

  test('closes a connection that never sends a heartbeat, and no other', async () => {
    await emulator.stop();
    emulator = await DiscordEmulator.start({ heartbeatIntervalMs: 300 });
    const { send, until, closed } = await connect();
    send(2, identity());
    await until(({ t }) => t === 'READY');
    const beating = setInterval(() => send(1, 2), 100);
    await sleep(900);
    clearInterval(beating);
    expect(emulator.gateway.isConnected).toBe(true);
    expect(await closed()).toBe(4009);
  });

  test('a session that it does not know cannot be resumed', async () => {
    const { send, until } = await connect();
    send(6, { token: emulator.token, session_id: 'other', seq: 1 });
    expect((await until(({ op }) => op === 9)).d).toBe(false);
  });
});

describe('what a bot brings upon itself is a violation, also where it tries again', () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'an answer after three seconds',
      async () => {
        const { call } = await ask();
        emulator.advance(3001);
        await call({ type: 5 });
      },
      /10062/,
    ],
    [
      'a second answer',
      async () => {
        const { call } = await ask();
        await call({ type: 5 });
        await call({ type: 5 });
      },
      /40060/,
    ],
    [
      'a file that is too large',
      async () => {
        emulator.attachmentSizeLimit = 10;
        await request('POST', messages(), { content: 'x' }, { files: [new Uint8Array(11)] });
      },
      /40005/,
    ],
    ['a parameter that Discord does not know', () => request('GET', `${messages()}?limit=5&newest=1`), /newest/],
  ])('%s', async (_, bringAbout, violation) => {
    await bringAbout();
    expect(emulator.violations).toEqual([expect.stringMatching(violation)]);
  });

  test('but for what the test expects', async () => {
    emulator.expectedRefusals.add(40060);
    const { call } = await ask();
    await call({ type: 5 });
    expect((await call({ type: 5 })).code).toBe(40060);
    expect(emulator.violations).toEqual([]);
  });
});

test('an answer with ?with_response=true tells the message that it made', async () => {
  await register(hello);
  const { id, token } = await chat.command('hello', {}, { isAwaited: false });
  const path = `/interactions/${id}/${token}/callback?with_response=true`;
  const { status, json } = await request('POST', path, { type: 4, data: { content: 'Hello!' } }, { token: null });
  const [message] = chat.messages;
  expect(status).toBe(200);
  expect(json).toMatchObject({
    interaction: { id, type: 2, response_message_id: message!.id, response_message_loading: false },
    resource: { type: 4, message: { id: message!.id, content: 'Hello!' } },
  });
});

test('a server can have commands of its own, beside those for everywhere', async () => {
  const path = `/applications/${emulator.state.applicationId}/guilds/${emulator.state.guildId}/commands`;
  expect((await request('PUT', path, [hello])).json).toMatchObject([{ name: 'hello', type: 1 }]);
  expect((await request('GET', path)).json).toMatchObject([{ name: 'hello' }]);
  expect(emulator.state.commands).toEqual([]);
  expect((await request('PUT', path, [{ ...hello, name: 'Hello' }])).code).toBe(50035);
  expect((await request('PUT', path.replace(emulator.state.guildId, '123'), [hello])).code).toBe(50001);
});

test('every answer says how far the next rate limit is', async () => {
  const response = await fetch(`${emulator.apiRoot}/v10/users/@me`, {
    headers: { Authorization: `Bot ${emulator.token}` },
  });
  expect(Number(response.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
  for (const name of ['limit', 'reset', 'reset-after', 'bucket'])
    expect(response.headers.get(`x-ratelimit-${name}`), name).not.toBeNull();
});

test('each fault does what it says', async () => {
  const send = () => request('POST', messages(), { content: 'x' });
  const route = 'POST /channels/{channel_id}/messages';
  emulator.failNext(route, { kind: 'rate limited', retryAfterSeconds: 2 });
  expect((await send()).json).toMatchObject({ retry_after: 2, global: false });
  emulator.failNext(route, { kind: 'dropped' });
  await expect(send()).rejects.toThrow();
  expect(chat.messages).toHaveLength(0);
  emulator.failNext(route, { kind: 'answer dropped' });
  await expect(send()).rejects.toThrow();
  expect(chat.messages).toHaveLength(1);
  emulator.failNext(route, { kind: 'refused', status: 403, code: 50013, message: 'Missing Permissions' });
  expect((await send()).code).toBe(50013);
  expect(() => emulator.failNext('POST /nowhere', { kind: 'dropped' })).toThrow('plays no POST /nowhere');
  expect(emulator.pendingFaults).toBe(0);
});
