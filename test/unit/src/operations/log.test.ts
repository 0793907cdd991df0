import { DrizzleQueryError } from 'drizzle-orm/errors';
import { expect, test } from 'vitest';
import { createLog } from '#src/operations/log.js';

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

test('a failed query is logged without what people wrote', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', name: 'test', destination: { write: (line) => void lines.push(line) } });
  const cause = Object.assign(new Error('no space left on device'), { code: '53100', params: ['secret wish'] });
  log.error({ err: new DrizzleQueryError('insert into jobs values ($1)', ['secret wish'], cause) }, 'failed');
  expect(lines.join('')).toContain('insert into jobs');
  expect(lines.join('')).toContain('no space left on device');
  expect(lines.join('')).not.toContain('secret');
  log.error({ err: new Error('something else') }, 'failed');
  expect(lines.at(-1)).toContain('something else');
});
