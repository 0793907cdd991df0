import type { Logger } from 'pino';
import { expect, test } from 'vitest';
import { createLog } from '#src/operations/log.js';
import { readableLine } from '#src/operations/readable-log.js';

function linesOf(tell: (log: Logger) => void): string[] {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(readableLine(line)) };
  tell(createLog({ level: 'debug', name: 'worker', destination }));
  return lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, '<time> '));
}

test('a line has time, process, sentence and details, and says nothing twice', () => {
  const lines = linesOf((log) => {
    log.info({ engine: 'onnx (cpu)', cores: 2 }, 'the engine is ready');
    log.info({ address: 'http://localhost:4870', milliseconds: 900 }, 'ready: http://localhost:4870');
    log.info('stopping');
  });
  expect(lines).toEqual([
    '<time> worker   the engine is ready  engine: onnx (cpu)  cores: 2\n',
    '<time> worker   ready: http://localhost:4870  milliseconds: 900\n',
    '<time> worker   stopping\n',
  ]);
});

test('what the host can act on is one line, a fault has its stack', () => {
  const taken = new Error('port 4870 is taken: set WEB_PORT');
  const lines = linesOf((log) => {
    log.fatal({ err: taken }, taken.message);
    log.warn({ err: new Error('no library\nat all') }, 'eager:tensorflow is not usable here');
    log.error({ err: new Error('odd'), jobId: 'w-1' }, 'job failed');
  });
  expect(lines[0]).toBe('<time> worker   fatal: port 4870 is taken: set WEB_PORT\n');
  expect(lines[1]).toBe('<time> worker   warning: eager:tensorflow is not usable here (no library)\n');
  expect(lines[2]).toMatch(/^<time> worker {3}error: job failed {2}jobId: w-1\nError: odd\n {4}at .*\n$/s);
});

test('prompts and tokens are as absent as from the JSON', () => {
  const lines = linesOf((log) => log.info({ prompt: 'secret', config: { REDIS_URL: 'secret' } }, 'hello'));
  expect(lines[0]).not.toContain('secret');
});
