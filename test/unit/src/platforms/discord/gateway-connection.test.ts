import { afterEach, expect, test } from 'vitest';
import { PlatformRefusedError, PlatformUnreachableError } from '#src/platforms/platform.js';
import { createStage, type Stage } from '#test/emulators/discord/setup.js';
import { connectionLog } from '#test/helpers/connection-log.js';
import { waitFor } from '#test/helpers/wait-for.js';

let stage: Stage;
afterEach(() => stage.end());

/** Long enough for the library, which waits half a second before it connects again. */
const severalAttemptsMs = 1800;

test.each([
  [4004, 'PlatformRefusedError: Discord refuses the token: check DISCORD_TOKEN'],
  [4014, 'PlatformRefusedError: Discord refuses the intents of the bot (code 4014): see the developer portal'],
  [4011, 'PlatformUnreachableError: Discord asks for another number of connections'],
])('a connection closed for good with code %i is told, and can be started again', async (code, sentence) => {
  stage = await createStage();
  const connection = connectionLog();
  await stage.platform.start(stage.bot, connection);
  stage.emulator.gateway.closeConnections(code);
  await waitFor('the end', () => connection.told.length > 0);
  expect(connection.told).toEqual([sentence]);
  await stage.platform.stop();
  await stage.platform.start(stage.bot, connection);
  await stage.emulator.chat().command('start');
  await waitFor('the command', () => stage.bot.invocations.length === 1);
});

test('more connections are opened where Discord asks for them meanwhile', async () => {
  stage = await createStage();
  await stage.start();
  stage.emulator.shards = 2;
  await stage.platform.stop();
  await stage.start();
  await waitFor('both', () => stage.emulator.gateway.shards.length === 2);
});

test('an interruption is told with its end', async () => {
  stage = await createStage();
  const connection = connectionLog();
  await stage.platform.start(stage.bot, connection);
  stage.emulator.gateway.dropConnections();
  await waitFor('the end', () => connection.told.length === 2);
  expect(connection.told).toEqual(['interrupted: the connection to Discord is interrupted', 'restored']);
});

test('a connection that the library does not bring back is given up, and leaves nothing that connects later', async () => {
  stage = await createStage({ platform: { restoredWithinMs: 100 } });
  const connection = connectionLog();
  await stage.platform.start(stage.bot, connection);
  stage.emulator.gateway.isAway = true;
  stage.emulator.gateway.dropConnections();
  await waitFor('the end', () => connection.told.length === 2);
  expect(connection.told[1]).toBe('PlatformUnreachableError: the gateway of Discord does not answer');
  await stage.platform.stop();
  const { identifies, resumes } = stage.emulator.gateway;
  stage.emulator.gateway.isAway = false;
  await new Promise((resolve) => setTimeout(resolve, severalAttemptsMs));
  expect(stage.emulator.gateway).toMatchObject({ identifies, resumes, isConnected: false });
});

test('a gateway that is not there fails the start in time', async () => {
  stage = await createStage({ platform: { readyWithinMs: 300 } });
  stage.emulator.gateway.isAway = true;
  await expect(stage.start()).rejects.toThrow(PlatformUnreachableError);
  stage.emulator.gateway.isAway = false;
  await stage.start();
});

test('a wrong token and a service that is away are different refusals, and neither names the token', async () => {
  stage = await createStage();
  stage.emulator.isTokenRevoked = true;
  const refused = await stage.start().catch((error: unknown) => error);
  stage.emulator.isTokenRevoked = false;
  stage.emulator.failNext('GET /gateway/bot', { kind: 'dropped' });
  const unreachable = await stage.start().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PlatformRefusedError);
  expect(String(refused)).toBe('PlatformRefusedError: Discord refuses the token: check DISCORD_TOKEN');
  expect(unreachable).toBeInstanceOf(PlatformUnreachableError);
  expect(String(unreachable)).toContain('Discord cannot be reached');
  for (const error of [refused, unreachable]) {
    const whole = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(whole).not.toContain(stage.emulator.token);
  }
});

test('a start under way ends with a stop', async () => {
  stage = await createStage();
  stage.emulator.gateway.isAway = true;
  const starting = stage.start().catch((error: unknown) => error);
  await waitFor('the login', () => stage.emulator.count('GET /gateway/bot') > 0);
  await stage.platform.stop();
  expect(await starting).toBeInstanceOf(PlatformUnreachableError);
});

test('a stop while a connection is being made ends it, and nothing that becomes of it is an error nobody hears', async () => {
  stage = await createStage();
  stage.emulator.gateway.isStuck = true;
  const starting = stage.start().catch((error: unknown) => error);
  await waitFor('the connection', () => stage.emulator.gateway.stuckConnections > 0);
  const stopping = stage.platform.stop();
  stage.emulator.gateway.dropStuckConnections();
  await stopping;
  expect(await starting).toBeInstanceOf(PlatformUnreachableError);
});
