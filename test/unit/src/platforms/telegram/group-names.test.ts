import { expect, test } from 'vitest';
import { createLog } from '#src/operations/log.js';
import { TelegramUnansweredError } from '#src/platforms/telegram/errors.js';
import { GroupNames } from '#src/platforms/telegram/group-names.js';
import type { TelegramClient } from '#src/platforms/telegram/telegram-client.js';

function namesOf(answer: () => object) {
  const asked: unknown[] = [];
  const client = {
    async call(method: string, options: object) {
      asked.push([method, options]);
      return answer();
    },
  } as unknown as TelegramClient;
  return { asked, names: new GroupNames(client, createLog({ level: 'silent', name: 'test' })) };
}

test('a group is asked for its name once, and what it wrote turns nothing around', async () => {
  const { asked, names } = namesOf(() => ({ id: -5, type: 'group', title: 'Cats\u202E\n& co' }));
  expect([await names.find('-5'), await names.find('-5')]).toEqual(['Cats & co', 'Cats & co']);
  expect(asked).toEqual([['getChat', { chat_id: -5 }]]);
});

test('a group of which Telegram says nothing has no name', async () => {
  const silent = namesOf(() => {
    throw new TelegramUnansweredError('getChat', 'no answer', false);
  });
  expect(await silent.names.find('-5')).toBeUndefined();
});
