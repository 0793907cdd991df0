import { describe, expect, test } from 'vitest';
import { createLog } from '#src/operations/log.js';
import {
  type Bot,
  type ConnectionEvents,
  type Platform,
  PlatformRefusedError,
  PlatformUnreachableError,
} from '#src/platforms/platform.js';
import { PlatformConnection } from '#src/platforms/platform-connection.js';
import { waitFor } from '#test/helpers/wait-for.js';

const delays = { firstMs: 5, maxMs: 20 };
const refused = () => new PlatformRefusedError('refuses the token');
const away = () => new PlatformUnreachableError('does not answer');

/** A service whose starts go as told, and well after that. */
function createStage(starts: readonly (Error | 'hangs')[] = []) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', name: 'test', destination: { write: (line) => void lines.push(line) } });
  const stage = {
    startCount: 0,
    isUp: false,
    events: undefined as ConnectionEvents | undefined,
    changes: [] as string[],
    abort: () => {},
    said: () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
  };
  const platform = {
    name: 'discord',
    isRemote: true,
    async start(_: Bot, events?: ConnectionEvents) {
      const outcome = starts[stage.startCount];
      stage.startCount += 1;
      stage.events = events;
      if (outcome === 'hangs') {
        await new Promise((_resolve, reject) => {
          stage.abort = () => reject(away());
        });
      }
      if (outcome instanceof Error) throw outcome;
      stage.isUp = true;
    },
    async stop() {
      stage.isUp = false;
      stage.abort();
    },
  } as Partial<Platform> as Platform;
  const connection = new PlatformConnection({
    platform,
    bot: {} as Bot,
    log,
    onWorking: () => void stage.changes.push('working'),
    onDown: () => void stage.changes.push('down'),
    unreachableDelays: delays,
    refusedDelays: delays,
  });
  return Object.assign(stage, { connection });
}

describe('a platform', () => {
  test('is started again until it works, and each state is said once', async () => {
    const stage = createStage([away(), away(), refused(), refused(), new Error('a bug with https://x/secret')]);
    await stage.connection.start();
    expect(stage.connection.report).toMatchObject({ state: 'unreachable', sentence: 'does not answer' });
    await waitFor('the connection', () => stage.connection.report.state === 'working');
    expect(stage.startCount).toBe(6);
    expect(stage.said()).toEqual([
      'discord: does not answer; trying again',
      'discord: refuses the token; trying again, ever more slowly',
      'discord: could not be started; the log says why; trying again, ever more slowly',
      'discord: is connected',
    ]);
    await stage.connection.stop();
    expect(stage).toMatchObject({ isUp: false, changes: ['working', 'down'] });
    expect(stage.connection.report.state).toBe('stopped');
  });

  test('that is lost for good is stopped and started again', async () => {
    const stage = createStage();
    await stage.connection.start();
    stage.events!.interrupted('is interrupted');
    expect(stage.connection.report).toMatchObject({ state: 'interrupted', sentence: 'is interrupted' });
    stage.events!.restored();
    expect(stage.connection.report.state).toBe('working');
    stage.events!.lost(refused());
    await waitFor('the second start', () => stage.startCount === 2);
    await waitFor('the connection', () => stage.connection.report.state === 'working');
    expect(stage.changes).toEqual(['working', 'down', 'working']);
    await stage.connection.stop();
  });

  test('that is starting stops at once, and starts no more', async () => {
    const stage = createStage(['hangs']);
    const starting = stage.connection.start();
    await waitFor('the start', () => stage.startCount === 1);
    await stage.connection.stop();
    await starting;
    expect(stage).toMatchObject({ startCount: 1, isUp: false, changes: [] });
  });

  test('that waits for its next start stops at once', async () => {
    const stage = createStage(Array.from({ length: 100 }, away));
    await stage.connection.start();
    await stage.connection.stop();
    const { startCount } = stage;
    await new Promise((resolve) => setTimeout(resolve, 10 * delays.maxMs));
    expect(stage.startCount).toBe(startCount);
  });
});
