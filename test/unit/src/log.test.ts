import { expect, test } from 'vitest';
import { createLog } from '#src/log.js';

test('prompts, tokens and addresses never reach the log', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', name: 'test', destination: { write: (line) => void lines.push(line) } });
  log.info(
    {
      prompt: 'secret',
      data: { prompt: 'secret', url: 'secret', nested: { token: 'secret' } },
      config: { REDIS_URL: 'secret' },
    },
    'hello',
  );
  expect(lines.join('')).toContain('hello');
  expect(lines.join('')).not.toContain('secret');
});
