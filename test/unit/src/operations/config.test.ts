import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '#src/core/package-root.js';
import { ConfigError, describeConfig, loadConfig } from '#src/operations/config.js';

test('with nothing set everything has a default', () => {
  const config = loadConfig({});
  expect(config).toMatchObject({
    WEB_HOST: '127.0.0.1',
    WEB_PORT: 4870,
    ENGINE: 'onnx',
    LOG_LEVEL: 'info',
    WEB_ALLOWED_HOSTS: [],
    WEB_PUBLIC_PORT: 4872,
  });
  expect(config.WEB_PUBLIC_URL).toBeUndefined();
  expect(config.CHECKPOINT).toBe(join(packageRoot, 'models/checkpoints/toy-pets'));
  expect(config.REDIS_URL).toBeUndefined();
});

test('an empty variable counts as unset', () => {
  expect(loadConfig({ WEB_PORT: '', REDIS_URL: ' ' })).toEqual(loadConfig({}));
});

test('all problems are reported at once, and no secret with them', () => {
  const load = () =>
    loadConfig({ WEB_PORT: '70000', LOG_LEVEL: 'loud', REDIS_URL: 'http://user:secret@host', MAX_PHOTO_BYTES: 'many' });
  expect(load).toThrow(ConfigError);
  try {
    load();
  } catch (error) {
    const { message, problems } = error as ConfigError;
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'REDIS_URL',
      'WEB_PORT',
      'LOG_LEVEL',
      'MAX_PHOTO_BYTES',
    ]);
    expect(message).not.toContain('secret');
    expect(message).toContain('"70000"');
  }
});

test('a described configuration hides secrets', () => {
  const described = describeConfig(loadConfig({ REDIS_URL: 'redis://:secret@host' }));
  expect(described.REDIS_URL).toBe('[redacted]');
  expect(described.WEB_PORT).toBe(4870);
});

test('host names are split and lowered', () => {
  expect(loadConfig({ WEB_ALLOWED_HOSTS: 'Pets.example, ,other' }).WEB_ALLOWED_HOSTS).toEqual([
    'pets.example',
    'other',
  ]);
});

test('a webhook without its secret is refused, and a broken token is not shown', () => {
  expect(() => loadConfig({ TELEGRAM_WEBHOOK_URL: 'https://pets.example/hook' })).toThrow(
    'TELEGRAM_WEBHOOK_URL: needs TELEGRAM_WEBHOOK_SECRET too',
  );
  expect(() => loadConfig({ TELEGRAM_TOKEN: 'my-token' })).toThrow(/TELEGRAM_TOKEN: .*\[redacted\]/);
});
