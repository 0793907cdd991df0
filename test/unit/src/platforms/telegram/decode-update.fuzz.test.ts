import { expect, test } from 'vitest';
import { type DecodedMessage, type DecodedPress, decodeUpdate } from '#src/platforms/telegram/decode-update.js';
import { createFuzz, fieldsOf } from '#test/helpers/fuzz.js';

const seed = Number(process.env.TEST_SEED ?? 23);
const account = { id: 7001, username: 'PetboothBot' };
const from = { id: 5, is_bot: false, first_name: 'Anna', language_code: 'de' };
const chat = { id: 5, type: 'private' };
const message = (content: object) => ({ update_id: 1, message: { message_id: 9, date: 1, from, chat, ...content } });
const photo = (id: string, side: number) => ({
  file_id: id,
  file_unique_id: `u${id}`,
  width: side,
  height: side,
  file_size: 10,
});
const largestSide = 900;

const updates = [
  message({ text: '/imagine Biscuit surfing' }),
  message({ caption: '/train name: B', photo: [photo('a', 90), photo('b', largestSide)], media_group_id: '12' }),
  message({
    text: 'x',
    message_thread_id: 4,
    is_topic_message: true,
    reply_to_message: { message_id: 3, from, photo: [photo('c', largestSide)] },
  }),
  message({ document: { file_id: 'd', file_unique_id: 'ud', file_name: 'a.png', file_size: 4 } }),
  {
    update_id: 1,
    callback_query: { id: '77', from, chat_instance: '1', data: 'cancel', message: { message_id: 9, chat, date: 0 } },
  },
];

/** Values that hardly any field takes, by name. */
const wrong = {
  null: null,
  empty: [],
  object: {},
  noNumber: Number.NaN,
  fraction: -1.5,
  endless: 'x'.repeat(30_000),
  word: 'a word',
  vast: 1e308,
} as const;
type Wrong = keyof typeof wrong;

/** Either of them; what the other has is not asked for. */
type Decoded = Omit<DecodedMessage, 'kind'> & Omit<DecodedPress, 'kind'> & { readonly kind: string };
/** `dropped`, `same`, or what differs from the decoded source; `isLargest` tells the photo that counts from its smaller sizes. */
type Verdict = 'dropped' | 'same' | ((decoded: Decoded, isLargest: boolean) => Partial<Decoded>);
/** What becomes of the update without the field, and with each wrong value that it is not dropped for. */
type Row = { readonly without: Verdict } & { readonly [Value in Wrong]?: Verdict };

const needed: Row = { without: 'dropped' };
const unread: Row = {
  without: 'same',
  ...(Object.fromEntries(Object.keys(wrong).map((value) => [value, 'same'])) as Record<Wrong, Verdict>),
};
const receivedAt = new Date(0);
const whenReceived: Verdict = () => ({ at: receivedAt });
const date: Row = {
  without: whenReceived,
  ...(Object.fromEntries(Object.keys(wrong).map((value) => [value, whenReceived])) as Record<Wrong, Verdict>),
};
const plainText = (text: string) => () => ({ text, isCommand: false });
const namedPerson: Row = {
  without: 'dropped',
  word: ({ person }) => ({ person: { ...person, name: wrong.word } }),
};
const language: Row = { without: () => ({ language: undefined }), word: () => ({ language: wrong.word }) };
const words: Row = { without: plainText(''), word: plainText(wrong.word) };
const withoutThread: Row = { without: ({ place: { thread: _, ...place } }) => ({ place }) };
const noFiles: Row = { without: () => ({ files: [] }), empty: () => ({ files: [] }) };
const fileWith = (change: object) => (decoded: Decoded, isLargest: boolean) =>
  isLargest ? { files: [{ ...decoded.files[0]!, ...change }] } : {};
const repliesWith =
  (change: object): Verdict =>
  ({ repliesTo }) => ({ repliesTo: { ...repliesTo!, ...change } });
const repliedFileWith =
  (change: object): Verdict =>
  ({ repliesTo }) => ({ repliesTo: { ...repliesTo!, files: [{ ...repliesTo!.files[0]!, ...change }] } });
/** A size of a photo whose pixels are beyond counting is the largest. */
const smallOne = { id: 'a', uniqueId: 'ua', name: 'photo-9.jpg', bytes: 10 };
const side: Row = { without: 'dropped', vast: (_, isLargest) => (isLargest ? {} : { files: [smallOne] }) };

const verdicts: Readonly<Record<string, Row>> = {
  update_id: needed,
  message: needed,
  'message.message_id': needed,
  'message.date': date,
  'message.from': needed,
  'message.from.id': needed,
  'message.from.is_bot': needed,
  'message.from.first_name': namedPerson,
  'message.from.language_code': language,
  'message.chat': needed,
  'message.chat.id': needed,
  'message.chat.type': needed,
  'message.text': words,
  'message.caption': words,
  'message.photo': noFiles,
  'message.photo.*': { without: (_, isLargest) => (isLargest ? { files: [smallOne] } : {}) },
  'message.photo.*.file_id': { without: 'dropped', word: fileWith({ id: wrong.word }) },
  'message.photo.*.file_unique_id': { without: 'dropped', word: fileWith({ uniqueId: wrong.word }) },
  'message.photo.*.width': side,
  'message.photo.*.height': side,
  'message.photo.*.file_size': { without: fileWith({ bytes: undefined }) },
  'message.media_group_id': { without: () => ({ album: undefined }), word: () => ({ album: wrong.word }) },
  'message.message_thread_id': withoutThread,
  'message.is_topic_message': withoutThread,
  'message.reply_to_message': { without: () => ({ repliesTo: undefined }) },
  'message.reply_to_message.message_id': needed,
  'message.reply_to_message.from': { without: repliesWith({ person: undefined }) },
  'message.reply_to_message.from.id': needed,
  'message.reply_to_message.from.is_bot': needed,
  'message.reply_to_message.from.first_name': {
    without: 'dropped',
    word: ({ repliesTo }) => ({
      repliesTo: { ...repliesTo!, person: { ...repliesTo!.person!, name: wrong.word } },
    }),
  },
  'message.reply_to_message.from.language_code': { without: 'same', word: 'same' },
  'message.reply_to_message.photo': { without: repliesWith({ files: [] }), empty: repliesWith({ files: [] }) },
  'message.reply_to_message.photo.*': { without: repliesWith({ files: [] }) },
  'message.reply_to_message.photo.*.file_id': { without: 'dropped', word: repliedFileWith({ id: wrong.word }) },
  'message.reply_to_message.photo.*.file_unique_id': {
    without: 'dropped',
    word: repliedFileWith({ uniqueId: wrong.word }),
  },
  'message.reply_to_message.photo.*.width': { without: 'dropped', vast: 'same' },
  'message.reply_to_message.photo.*.height': { without: 'dropped', vast: 'same' },
  'message.reply_to_message.photo.*.file_size': { without: repliedFileWith({ bytes: undefined }) },
  'message.document': { without: () => ({ files: [] }) },
  'message.document.file_id': { without: 'dropped', word: fileWith({ id: wrong.word }) },
  'message.document.file_unique_id': { without: 'dropped', word: fileWith({ uniqueId: wrong.word }) },
  'message.document.file_name': { without: fileWith({ name: 'file-9' }), word: fileWith({ name: wrong.word }) },
  'message.document.file_size': { without: fileWith({ bytes: undefined }) },
  callback_query: needed,
  'callback_query.id': needed,
  'callback_query.from': needed,
  'callback_query.from.id': needed,
  'callback_query.from.is_bot': needed,
  'callback_query.from.first_name': namedPerson,
  'callback_query.from.language_code': language,
  'callback_query.chat_instance': unread,
  'callback_query.data': { without: 'dropped', word: () => ({ action: wrong.word }) },
  'callback_query.message': needed,
  'callback_query.message.message_id': needed,
  'callback_query.message.chat': needed,
  'callback_query.message.chat.id': needed,
  'callback_query.message.chat.type': needed,
  'callback_query.message.date': unread,
};

test('10 000 mutated updates: each is dropped, or decodes to exactly what its mutation says', () => {
  const fuzz = createFuzz(seed);
  const counts = { dropped: 0, same: 0, changed: 0 };
  const seen = new Set<string>();
  for (let round = 0; round < 10_000; round += 1) {
    const source = fuzz.pick(updates);
    const decoded = decodeUpdate(source, account, receivedAt) as Decoded;
    // Not structuredClone, which would keep the sender of a reply one and the same object as that of the message.
    const mutated = JSON.parse(JSON.stringify(source)) as typeof source;
    const { path, holder, key } = fuzz.pick(fieldsOf(mutated));
    const row = verdicts[path];
    if (!row) throw new Error(`no verdict for ${path}`);
    const old = holder[key] as { readonly width?: number };
    const isLargest = (old?.width ?? holder.width ?? largestSide) === largestSide;
    const kind = fuzz.pick(['without', 'wrong', 'extra'] as const);
    const value = fuzz.pick(Object.keys(wrong) as Wrong[]);
    let verdict: Verdict;
    if (kind === 'extra') {
      // What is new is for later versions.
      if (Array.isArray(holder)) continue;
      holder[`new_field_${round}`] = wrong[value];
      verdict = 'same';
    } else if (kind === 'wrong') {
      holder[key] = wrong[value];
      verdict = row[value] ?? 'dropped';
    } else {
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      verdict = row.without;
    }
    const expected =
      verdict === 'dropped' ? undefined : verdict === 'same' ? decoded : { ...decoded, ...verdict(decoded, isLargest) };
    expect(decodeUpdate(mutated, account, receivedAt), `${kind} ${value} at ${path}`).toEqual(expected);
    counts[typeof verdict === 'function' ? 'changed' : verdict] += 1;
    seen.add(`${path} ${kind === 'wrong' ? value : kind}`);
  }
  expect(counts).toEqual({ dropped: expect.any(Number), same: expect.any(Number), changed: expect.any(Number) });
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(500);
  // Nearly every field met every mutation.
  expect(seen.size).toBeGreaterThan(0.9 * Object.keys(verdicts).length * (Object.keys(wrong).length + 2));
});
