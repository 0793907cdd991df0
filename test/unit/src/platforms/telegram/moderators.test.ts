import { expect, test } from 'vitest';
import { createLog } from '#src/operations/log.js';
import { TelegramRefusedError } from '#src/platforms/telegram/errors.js';
import { Moderators } from '#src/platforms/telegram/moderators.js';
import { waitFor } from '#test/helpers/wait-for.js';

const log = createLog({ level: 'silent', name: 'test' });
const speaker = (id: string, channel = '-1') => ({
  person: { platform: 'telegram', id, name: 'Mona' } as const,
  place: { platform: 'telegram', server: channel, channel } as const,
  isPrivate: false,
});

/** Telegram with this list of administrators, counting who asks. */
function telegram(administrators: () => Promise<readonly object[]>, maxAgeMs?: number) {
  const asked: unknown[] = [];
  const call = (method: string, payload: object) => {
    asked.push([method, payload]);
    return administrators();
  };
  return { asked, moderators: new Moderators({ client: { call: call as never }, log, maxAgeMs }) };
}
const administrator = (id: number, can_delete_messages: boolean) => ({
  status: 'administrator',
  user: { id },
  can_delete_messages,
});

test('owners, and administrators who may delete messages, moderate; many who ask at once ask Telegram once', async () => {
  const { asked, moderators } = telegram(async () => [
    { status: 'creator', user: { id: 1 } },
    administrator(2, true),
    administrator(3, false),
  ]);
  const standings = await Promise.all(['1', '2', '3', '4'].map((id) => moderators.standingOf(speaker(id))));
  expect(standings.map(({ isModerator }) => isModerator)).toEqual([true, true, false, false]);
  expect(asked).toEqual([['getChatAdministrators', { chat_id: -1 }]]);
});

test('in private nobody moderates, an anonymous administrator does, and Telegram is not asked', async () => {
  const { asked, moderators } = telegram(() => Promise.reject(new Error('asked')));
  expect(await moderators.standingOf({ ...speaker('1'), isPrivate: true })).toEqual({ isModerator: false, roles: [] });
  expect(await moderators.standingOf({ ...speaker('-1'), isAnonymous: true })).toEqual({
    isModerator: true,
    roles: [],
  });
  expect(asked).toEqual([]);
});

test('where Telegram does not say, nobody moderates for now, and it is asked again', async () => {
  let isAway = true;
  const { moderators } = telegram(async () => {
    if (isAway) throw new Error('away');
    return [administrator(2, true)];
  });
  expect(await moderators.standingOf(speaker('2'))).toEqual({ isModerator: false, roles: [], isUnknown: true });
  isAway = false;
  expect(await moderators.standingOf(speaker('2'))).toEqual({ isModerator: true, roles: [] });
});

test('a pause that Telegram asks for is kept, and whoever wants to know is told at once that nobody knows', async () => {
  const pause = new TelegramRefusedError('getChatAdministrators', {
    code: 429,
    description: 'Too Many Requests',
    retryAfterSeconds: 1,
  });
  const { asked, moderators } = telegram(async () => {
    if (asked.length === 1) throw pause;
    return [administrator(2, true)];
  });
  for (let count = 0; count < 5; count += 1)
    expect(await moderators.standingOf(speaker('2'))).toMatchObject({ isModerator: false, isUnknown: true });
  expect(asked).toHaveLength(1);
  await waitFor('the end of it', async () => (await moderators.standingOf(speaker('2'))).isModerator);
  expect(asked).toHaveLength(2);
});

test('a list counts until it is old or somebody changed, and no more lists are kept than fit', async () => {
  const lasting = telegram(async () => []);
  const fleeting = telegram(async () => [], 0);
  for (const { moderators } of [lasting, fleeting])
    for (let count = 0; count < 2; count += 1) await moderators.standingOf(speaker('1'));
  expect([lasting.asked.length, fleeting.asked.length]).toEqual([1, 2]);
  lasting.moderators.forget('-1');
  await lasting.moderators.standingOf(speaker('1'));
  expect(lasting.asked).toHaveLength(2);
  for (let chat = 2; chat <= 1001; chat += 1) await lasting.moderators.standingOf(speaker('1', `-${chat}`));
  await lasting.moderators.standingOf(speaker('1', '-1001'));
  expect(lasting.asked).toHaveLength(1002);
  await lasting.moderators.standingOf(speaker('1', '-1'));
  expect(lasting.asked).toHaveLength(1003);
});
