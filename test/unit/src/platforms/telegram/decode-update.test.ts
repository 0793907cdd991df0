import { describe, expect, test } from 'vitest';
import { decodeUpdate } from '#src/platforms/telegram/decode-update.js';

const account = { id: 7001, username: 'PetboothBot' };
const from = { id: 5, is_bot: false, first_name: 'Anna', language_code: 'de' };
const chat = { id: 5, type: 'private' };
const message = (content: Record<string, unknown>) => ({
  update_id: 1,
  message: { message_id: 9, date: 1, from, chat, ...content },
});
const press = (content: Record<string, unknown> = {}) => ({
  update_id: 1,
  callback_query: {
    id: '77',
    from,
    chat_instance: '1',
    data: 'cancel',
    message: { message_id: 9, chat, date: 0 },
    ...content,
  },
});
const photo = (id: string, side: number) => ({
  file_id: id,
  file_unique_id: `u${id}`,
  width: side,
  height: side,
  file_size: 10,
});

describe('decoding an update', () => {
  test.each<[string, string | undefined]>([
    ['/help', '/help'],
    ['/help@PetboothBot', '/help'],
    ['/imagine@petboothbot a fox', '/imagine a fox'],
    ['/imagine\na fox', '/imagine\na fox'],
    ['/help@OtherBot', undefined],
  ])('%j is the command %j', (text, expected) => {
    const decoded = decodeUpdate(message({ text }), account);
    expect(decoded && 'text' in decoded ? decoded.text : undefined).toBe(expected);
    if (expected !== undefined) expect(decoded).toMatchObject({ isCommand: true });
  });

  test.each(['hello', 'see /help', '/', '// x', '@PetboothBotX hi'])('%j is no command', (text) => {
    expect(decodeUpdate(message({ text }), account)).toMatchObject({ isCommand: false, isMention: false });
  });

  test('somebody is pointed out by a mention without a name, and by a reply', () => {
    const ben = { id: 6, is_bot: false, first_name: 'Ben' };
    const text = '/admin ban Ben';
    const entities = [{ type: 'text_mention', offset: 11, length: 3, user: ben }];
    const decoded = decodeUpdate(message({ text, entities }), account);
    expect(decoded).toMatchObject({
      mentioned: { person: { platform: 'telegram', id: '6', name: 'Ben' }, words: 'Ben' },
    });
    const original = { message_id: 4, date: 1, chat };
    const repliesTo = (from: object) => {
      const reply = decodeUpdate(message({ text, reply_to_message: { ...original, from } }), account);
      return reply?.kind === 'message' ? reply.repliesTo?.person : undefined;
    };
    expect(repliesTo(ben)).toMatchObject({ id: '6', name: 'Ben' });
    expect(repliesTo({ ...ben, is_bot: true })).toBeUndefined();
    const forged = decodeUpdate(message({ text, entities: [{ type: 'text_mention', user: 'x' }] }), account);
    expect(forged).toMatchObject({ text, mentioned: undefined });
  });

  test('a message in a topic that replies to nothing replies to nobody, though Telegram names the topic’s creation', () => {
    const creator = { id: 6, is_bot: false, first_name: 'Tom' };
    const inTopic = {
      text: '/admin ban',
      chat: { id: -100, type: 'supergroup' },
      message_thread_id: 40,
      is_topic_message: true,
    };
    const repliesTo = (original: object, extra: object = inTopic) => {
      const decoded = decodeUpdate(
        message({ ...extra, reply_to_message: { date: 1, chat, from: creator, ...original } }),
        account,
      );
      return decoded?.kind === 'message' ? decoded.repliesTo?.person?.name : 'dropped';
    };
    expect(repliesTo({ message_id: 40, forum_topic_created: { name: 'Dogs', icon_color: 1 } })).toBeUndefined();
    expect(repliesTo({ message_id: 40, photo: [photo('l', 1280)] })).toBeUndefined();
    expect(repliesTo({ message_id: 41 })).toBe('Tom');
    expect(repliesTo({ message_id: 40 }, { ...inTopic, is_topic_message: undefined })).toBe('Tom');
  });

  const group = { id: -100, type: 'supergroup', title: 'Talk' };
  const channel = { id: -200, type: 'channel', title: 'News' };
  const telegram = { id: 777_000, is_bot: false, first_name: 'Telegram' };
  const anonymous = { id: 1_087_968_824, is_bot: true, first_name: 'Group' };

  test('an anonymous administrator speaks as the group', () => {
    const given = { chat: group, from: anonymous, sender_chat: group, text: '/admin' };
    expect(decodeUpdate(message(given), account)).toMatchObject({
      isAnonymous: true,
      person: { platform: 'telegram', id: '-100', name: 'Talk' },
    });
    const titled = decodeUpdate(message({ ...given, author_signature: 'Head keeper' }), account);
    expect(titled).toMatchObject({ person: { name: 'Head keeper' } });
    expect(decodeUpdate(message({ text: '/admin', chat: group }), account)).toMatchObject({ isAnonymous: false });
  });

  test.each<[string, object]>([
    ['a post that Telegram forwards by itself', { from: telegram, sender_chat: channel, is_automatic_forward: true }],
    ['Telegram itself', { from: telegram }],
    ['a channel', { from: { id: 136_817_688, is_bot: true, first_name: 'Channel' }, sender_chat: channel }],
    ['a channel in the name of a person', { from, sender_chat: channel }],
    ['another group in the name of the anonymous', { from: anonymous, sender_chat: { ...group, id: -300 } }],
    ['an anonymous administrator of nothing', { from: anonymous }],
  ])('%s commands nothing, and is nobody to act on', (_, sender) => {
    const base = { chat: group, text: '/imagine a fox' };
    expect(decodeUpdate(message({ ...base, ...sender }), account)).toBeUndefined();
    const reply = decodeUpdate(
      message({ ...base, reply_to_message: { message_id: 4, date: 1, chat, ...sender } }),
      account,
    );
    expect(reply?.kind === 'message' && reply.repliesTo).toMatchObject({ messageId: 4, person: undefined });
  });

  test.each([
    ['to', { chat: { id: -40, type: 'group' }, migrate_to_chat_id: -1009 }],
    ['from', { chat: { id: -1009, type: 'supergroup' }, migrate_from_chat_id: -40 }],
  ])('a group that became a supergroup says so by migrate_%s_chat_id', (_, given) => {
    expect(decodeUpdate(message(given), account)).toEqual({ kind: 'group-moved', from: '-40', to: '-1009' });
    expect(decodeUpdate(message({ ...given, chat }), account)).toMatchObject({ kind: 'message' });
  });

  test('words of an inline bot, or forwarded into a group, are nobody’s command; forwarded to the bot alone they are', () => {
    const forwarded = {
      text: '/mydata delete',
      forward_origin: { type: 'hidden_user', sender_user_name: 'Ben', date: 1 },
    };
    expect(decodeUpdate(message(forwarded), account)).toMatchObject({ isCommand: true });
    expect(decodeUpdate(message({ ...forwarded, chat: group }), account)).toMatchObject({ isCommand: false, text: '' });
    const viaBot = {
      text: '/mydata delete',
      via_bot: { id: 9, is_bot: true, first_name: 'Gif' },
      photo: [photo('l', 9)],
    };
    expect(decodeUpdate(message(viaBot), account)).toMatchObject({ isCommand: false, text: '', files: [{ id: 'l' }] });
  });

  test('of a photo the largest size is taken, of a file the file', () => {
    expect(
      decodeUpdate(message({ photo: [photo('s', 90), photo('l', 1280), photo('m', 320)] }), account),
    ).toMatchObject({
      files: [{ id: 'l', uniqueId: 'ul', bytes: 10, name: 'photo-9.jpg' }],
    });
    expect(
      decodeUpdate(message({ document: { file_id: 'd', file_unique_id: 'ud', file_name: 'a.heic' } }), account),
    ).toMatchObject({ files: [{ id: 'd', name: 'a.heic' }] });
  });

  test('a photo that was covered says so, the message itself and the one replied to', () => {
    const covered = { photo: [photo('l', 1280)], has_media_spoiler: true };
    expect(decodeUpdate(message(covered), account)).toMatchObject({ files: [{ id: 'l', isSpoiler: true }] });
    const original = { message_id: 4, date: 1, chat, from, ...covered };
    expect(decodeUpdate(message({ text: '/edit', reply_to_message: original }), account)).toMatchObject({
      repliesTo: { files: [{ id: 'l', isSpoiler: true }] },
    });
  });

  test('a name keeps no control characters and is never empty', () => {
    const speaker = (decoded: ReturnType<typeof decodeUpdate>) =>
      decoded?.kind === 'message' ? decoded.person : undefined;
    const nameOf = (first_name: string) =>
      speaker(decodeUpdate(message({ text: 'x', from: { ...from, first_name } }), account))?.name;
    expect(nameOf('A\u202Enn\u0000a')).toBe('Anna');
    expect(nameOf('\u200B')).toBe('?');
    expect([...nameOf('😀'.repeat(100))!]).toHaveLength(64);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['no id', { message: message({ text: 'x' }).message }],
    ['another kind', { update_id: 1, edited_message: message({ text: 'x' }).message }],
    ['another bot', message({ text: '/help', from: { ...from, is_bot: true } })],
    ['nobody', message({ text: '/help', from: undefined })],
    ['a channel', message({ text: '/help', chat: { id: -1, type: 'channel' } })],
    ['text that is none', message({ text: { toString: 'x' } })],
    ['an id that is no safe number', message({ text: 'x', chat: { id: 2 ** 60, type: 'private' } })],
    ['an id of another kind', message({ text: 'x', message_id: '9' })],
    ['a photo that is none', message({ photo: [{ file_id: 7 }] })],
    ['a press without data', press({ data: undefined })],
    ['a press without a message', press({ message: undefined })],
    ['a press with forged data', press({ data: 'x'.repeat(65) })],
    ['a press with a forged id', press({ id: '../7' })],
  ])('%s is dropped', (_, update) => {
    expect(decodeUpdate(update, account)).toBeUndefined();
  });
});
