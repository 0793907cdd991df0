import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PermanentError, UserError } from '#src/core/errors.js';
import { createLog } from '#src/operations/log.js';
import { waitFor } from '#test/helpers/wait-for.js';
import { PausedError } from '#workers/engine/engine-calls.js';
import {
  EngineClient,
  type EngineClientOptions,
  EngineCrashedError,
  EngineRefusedError,
} from '#workers/queue/engine-client.js';

let folder: string;
let client: EngineClient;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petbooth-engine-'));
});
afterEach(async () => {
  await client.stop();
  await rm(folder, { recursive: true, force: true });
});

function open(options: Partial<EngineClientOptions> = {}): EngineClient {
  client = new EngineClient({
    module: fileURLToPath(new URL('../../../helpers/fake-engine.ts', import.meta.url)),
    checkpoint: folder,
    engine: 'onnx',
    cacheFolder: folder,
    logLevel: 'silent',
    log: createLog({ level: 'silent', name: 'test' }),
    ...options,
  });
  return client;
}

const imagine = (
  prompt: string,
  signal = AbortSignal.timeout(20_000),
  onProgress: (progress: { step: number }) => void = () => {},
) => client.call('imagine', { prompt, negativePrompt: '', count: 1, seed: 1 }, { signal, onProgress });

describe('the engine process', () => {
  test('says what it is, draws, and reports each step', async () => {
    expect(await open().start()).toEqual({ checkpoint: folder, engine: 'fake (onnx, with cache)' });
    const steps: number[] = [];
    const { pictures, settings } = await imagine('a cat', undefined, ({ step }) => steps.push(step));
    expect(pictures[0]).toBeInstanceOf(Uint8Array);
    expect(settings).toEqual({ seed: 1, steps: 10, guidanceScale: 7.5 });
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('pauses a training after a snapshot', async () => {
    open();
    const pause = new AbortController();
    const snapshots: string[] = [];
    const training = client.call(
      'trainPet',
      { photos: [], className: 'slow', seed: 1 },
      {
        signal: AbortSignal.timeout(20_000),
        pause: pause.signal,
        onProgress: ({ step }) => step === 4 && pause.abort(),
        onSnapshot: (bytes) => snapshots.push(new TextDecoder().decode(bytes)),
      },
    );
    await expect(training).rejects.toBeInstanceOf(PausedError);
    expect(Number(snapshots.at(-1))).toBeGreaterThanOrEqual(4);
    expect(Number(snapshots.at(-1))).toBeLessThan(20);
  });

  test('carries errors with their kind', async () => {
    open();
    await expect(imagine('impossible')).rejects.toBeInstanceOf(UserError);
    await expect(imagine('unusable')).rejects.toBeInstanceOf(PermanentError);
    await expect(imagine('fault')).rejects.toThrow('the fake engine has a fault');
  });

  test('stops a cancelled call within a step and goes on with the next', async () => {
    open();
    const controller = new AbortController();
    const seen: number[] = [];
    const call = imagine('slow', controller.signal, ({ step }) => {
      seen.push(step);
      if (step === 2) controller.abort(new Error('enough'));
    });
    await expect(call).rejects.toThrow('enough');
    expect(seen.length).toBeLessThanOrEqual(3);
    const before = client.processId;
    await imagine('a cat');
    expect(client.processId).toBe(before);
  });

  test('may finish its step before it stops, however long its steps take', async () => {
    open({ cancelGraceMs: 100 });
    await client.start();
    const before = client.processId;
    const controller = new AbortController();
    const call = imagine('busy', controller.signal, ({ step }) => step === 2 && controller.abort(new Error('enough')));
    await expect(call).rejects.toThrow('enough');
    await imagine('a cat');
    expect(client.processId).toBe(before);
  });

  test('is killed when it does not stop, and when it shows no progress', async () => {
    open({ cancelGraceMs: 100, silenceMs: 1500 });
    await client.start();
    const controller = new AbortController();
    const frozen = imagine(
      'frozen',
      controller.signal,
      ({ step }) => step === 2 && controller.abort(new Error('enough')),
    );
    await expect(frozen).rejects.toThrow('enough');
    await expect(imagine('frozen')).rejects.toBeInstanceOf(EngineCrashedError);
    await imagine('a cat');
  });

  test('fails the call when it crashes and is there again for the next', async () => {
    open();
    await expect(imagine('crash')).rejects.toThrow('SIGKILL');
    await imagine('a cat');
  });

  test('refuses to start with a checkpoint that is not usable', async () => {
    open({ checkpoint: join(folder, 'broken') });
    await expect(client.start()).rejects.toBeInstanceOf(EngineRefusedError);
    await waitFor('the process to be gone', () => client.processId === undefined);
  });

  test('never starts a call that was cancelled before', async () => {
    open();
    await expect(imagine('a cat', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(client.processId).toBeUndefined();
  });
});
