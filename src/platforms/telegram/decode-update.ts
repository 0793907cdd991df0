import { z } from 'zod';
import type { Person, Place } from '#src/core/place.js';
import { spoilerPrefix } from '../platform.js';

/** A photo or file that Telegram keeps. */
export interface FileReference {
  readonly id: string;
  /** The same for the same file, whoever sends it. */
  readonly uniqueId: string;
  readonly name: string;
  readonly bytes?: number | undefined;
  /** Whoever sent it has covered it. */
  readonly isSpoiler?: boolean | undefined;
}

interface Incoming {
  /** The same when Telegram delivers the event again. */
  readonly eventId: string;
  /** When it happened, as Telegram says; of a press it does not, so it is when that reached us. */
  readonly at: Date;
  readonly person: Person;
  readonly place: Place;
  readonly isPrivate: boolean;
  readonly language?: string | undefined;
  readonly messageId: number;
}

export interface DecodedMessage extends Incoming {
  readonly kind: 'message';
  /** An administrator who writes as the group: `person` is the group. */
  readonly isAnonymous: boolean;
  /** What was written, as text or below a photo, without the bot's own name. */
  readonly text: string;
  /** Whether a command starts the text, one addressed to this bot or to whoever listens. */
  readonly isCommand: boolean;
  readonly isMention: boolean;
  /** A command with the bot's own name after it. */
  readonly isForUsByName: boolean;
  readonly files: readonly FileReference[];
  /** What photos sent together have in common; each is a message of its own. */
  readonly album?: string | undefined;
  readonly repliesTo?:
    | {
        readonly messageId: number;
        readonly isOurs: boolean;
        readonly files: readonly FileReference[];
        /** Who wrote it, where that was no bot. */
        readonly person?: Person | undefined;
      }
    | undefined;
  /** Somebody without a name of the form `@name`, mentioned in the text, and the words that do it. */
  readonly mentioned?: { readonly person: Person; readonly words: string } | undefined;
}

export interface DecodedPress extends Incoming {
  readonly kind: 'press';
  readonly queryId: string;
  readonly action: string;
  readonly isOnMessage: boolean;
}

/** A group became a supergroup, as either of the two says. */
export interface DecodedGroupMove {
  readonly kind: 'group-moved';
  readonly from: string;
  readonly to: string;
}

export interface BotAccount {
  readonly id: number;
  readonly username: string;
}

const id = z.number().int().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const positive = id.min(1);
const words = z.string().max(20_000);
const keyboard = z.object({ inline_keyboard: z.array(z.array(z.object({ callback_data: z.string().optional() }))) });
const user = z.object({
  id: positive,
  is_bot: z.boolean(),
  first_name: z.string().max(1000),
  language_code: z.string().max(35).optional(),
});
const chat = z.object({
  id,
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
  title: z.string().max(1000).optional(),
});
const fileId = z.string().min(1).max(500);
const size = z.number().int().nonnegative().optional();
const photo = z.object({
  file_id: fileId,
  file_unique_id: fileId,
  width: z.number().nonnegative(),
  height: z.number().nonnegative(),
  file_size: size,
});
const document = z.object({
  file_id: fileId,
  file_unique_id: fileId,
  file_name: z.string().max(1000).optional(),
  file_size: size,
});
const entities = z
  .array(z.object({ type: z.string(), offset: z.number(), length: z.number(), user: user.optional() }))
  .max(200)
  .optional()
  .catch(undefined);
const attachments = {
  photo: z.array(photo).max(50).optional(),
  document: document.optional(),
  has_media_spoiler: z.boolean().optional(),
};
/** Whatever it holds, it is there or not. */
const mark = z.unknown().optional();
const sender = { from: user.optional(), sender_chat: chat.optional() };
const message = z.object({
  message_id: positive,
  date: positive.max(253_402_300_799).optional().catch(undefined),
  ...sender,
  author_signature: z.string().max(1000).optional(),
  is_automatic_forward: z.boolean().optional(),
  forward_origin: mark,
  via_bot: mark,
  chat,
  migrate_to_chat_id: id.optional(),
  migrate_from_chat_id: id.optional(),
  text: words.optional(),
  caption: words.optional(),
  entities,
  caption_entities: entities,
  media_group_id: z.string().min(1).max(100).optional(),
  message_thread_id: positive.optional(),
  is_topic_message: z.boolean().optional(),
  reply_to_message: z.object({ message_id: positive, ...sender, forum_topic_created: mark, ...attachments }).optional(),
  ...attachments,
});
const update = z.object({
  update_id: z.number().int(),
  message: message.optional(),
  callback_query: z
    .object({
      id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
      from: user,
      // Of a message too old to be shown, chat and id are left.
      message: z
        .object({
          message_id: positive,
          chat,
          message_thread_id: positive.optional(),
          is_topic_message: z.boolean().optional(),
          reply_markup: keyboard.optional().catch(undefined),
        })
        .optional(),
      data: z.string().min(1).max(64).optional(),
    })
    .optional(),
});

/**
 * @param receivedAt when it came first
 * @returns undefined for what is not for this bot: other kinds of updates, other bots, broken or forged ones
 */
export function decodeUpdate(
  given: unknown,
  account: BotAccount,
  receivedAt = new Date(),
): DecodedMessage | DecodedPress | DecodedGroupMove | undefined {
  const parsed = update.safeParse(given);
  if (!parsed.success) return undefined;
  const { message, callback_query: query } = parsed.data;
  if (query) return decodePress(query, receivedAt);
  return message && (decodeGroupMove(message) ?? decodeMessage(message, account, receivedAt));
}

const member = z.object({ status: z.string().max(100) });
const memberChange = z.object({ chat: z.object({ id }), old_chat_member: member, new_chat_member: member });
const memberUpdate = z.object({ chat_member: memberChange.optional(), my_chat_member: memberChange.optional() });

/** @returns the chat where somebody, perhaps the bot, was made an administrator, has other rights, or is none any more */
export function decodeModeratorsChanged(given: unknown): { readonly chat: string } | undefined {
  const { chat_member, my_chat_member } = memberUpdate.safeParse(given).data ?? {};
  const change = chat_member ?? my_chat_member;
  const isOne = ({ status }: z.output<typeof member>) => status === 'creator' || status === 'administrator';
  if (!change || !(isOne(change.old_chat_member) || isOne(change.new_chat_member))) return undefined;
  return { chat: String(change.chat.id) };
}

/** @returns the group that the bot was thrown out of, or has left */
export function decodeRemoved(given: unknown): { readonly chat: string } | undefined {
  const { my_chat_member: change } = memberUpdate.safeParse(given).data ?? {};
  const isOut = change && ['left', 'kicked'].includes(change.new_chat_member.status);
  // Whoever blocks the bot in private says the same.
  return isOut && change.chat.id < 0 ? { chat: String(change.chat.id) } : undefined;
}

function decodeGroupMove(given: z.output<typeof message>): DecodedGroupMove | undefined {
  const { chat, migrate_to_chat_id: to, migrate_from_chat_id: from } = given;
  const moved = (one: number, other: number) =>
    ({ kind: 'group-moved', from: String(one), to: String(other) }) as const;
  if (to !== undefined && chat.type === 'group') return moved(chat.id, to);
  if (from !== undefined && chat.type === 'supergroup') return moved(from, chat.id);
  return undefined;
}

function decodePress(
  query: NonNullable<z.output<typeof update>['callback_query']>,
  at: Date,
): DecodedPress | undefined {
  if (!query.message || query.data === undefined || query.from.is_bot || query.message.chat.type === 'channel')
    return undefined;
  const buttons = query.message.reply_markup?.inline_keyboard.flat() ?? [];
  return {
    kind: 'press',
    eventId: `press-${query.id}`,
    at,
    queryId: query.id,
    person: personOf(query.from),
    place: placeOf(query.message),
    isPrivate: query.message.chat.type === 'private',
    language: query.from.language_code,
    messageId: query.message.message_id,
    action: query.data,
    isOnMessage: buttons.some(({ callback_data }) => callback_data === query.data),
  };
}

function decodeMessage(
  given: z.output<typeof message>,
  account: BotAccount,
  receivedAt: Date,
): DecodedMessage | undefined {
  const { chat, message_id } = given;
  const speaker = speakerOf(given);
  if (!speaker) return undefined;
  const original = isImplicitReply(given) ? undefined : given.reply_to_message;
  const written = hasWordsOfOthers(given) ? '' : (given.text ?? given.caption ?? '');
  const command = /^\/([\p{L}\p{N}_]+)(?:@(\w+))?(?=\s|$)/u.exec(written);
  const isOurName = (name: string) => name.toLowerCase() === account.username.toLowerCase();
  if (command?.[2] !== undefined && !isOurName(command[2])) return undefined;
  const mention = new RegExp(`(?<![\\w@])@${account.username}(?!\\w)`, 'i');
  const isMention = !command && mention.test(written);
  return {
    kind: 'message',
    eventId: `${chat.id}-${message_id}`,
    at: given.date === undefined ? receivedAt : new Date(given.date * 1000),
    ...speaker,
    place: placeOf(given),
    isPrivate: chat.type === 'private',
    messageId: message_id,
    text: command
      ? `/${command[1]}${written.slice(command[0].length)}`
      : written.replace(mention, ' ').replace(/ {2,}/g, ' ').trim(),
    isCommand: command !== null,
    isMention,
    isForUsByName: command?.[2] !== undefined,
    files: filesOf(given, message_id),
    album: given.media_group_id,
    repliesTo: original && {
      messageId: original.message_id,
      isOurs: original.from?.id === account.id,
      files: filesOf(original, original.message_id),
      person: personBehind(original),
    },
    mentioned: mentionedIn(written, given.entities ?? given.caption_entities ?? []),
  };
}

/** Accounts of Telegram's own in whose name others write. */
const serviceAccounts = {
  /** Posts of a linked channel, which Telegram forwards by itself. */
  forwards: 777_000,
  /** Administrators who stay anonymous. */
  anonymousAdmins: 1_087_968_824,
} as const;

/** Channels, other groups and bots are nobody whose wishes count. */
function speakerOf(
  given: z.output<typeof message>,
): Pick<DecodedMessage, 'person' | 'language' | 'isAnonymous'> | undefined {
  const { from, chat, sender_chat, author_signature } = given;
  if (chat.type === 'channel' || given.is_automatic_forward) return undefined;
  if (from?.id === serviceAccounts.anonymousAdmins && sender_chat?.id === chat.id && chat.type !== 'private') {
    const person = personOf({ id: chat.id, first_name: author_signature ?? chat.title ?? '' });
    return { person, language: undefined, isAnonymous: true };
  }
  const person = personBehind(given);
  return person && { person, language: from?.language_code, isAnonymous: false };
}

/** @returns undefined where it was no account of a person's */
function personBehind({
  from,
  sender_chat,
}: Pick<z.output<typeof message>, 'from' | 'sender_chat'>): Person | undefined {
  if (!from || from.is_bot || from.id === serviceAccounts.forwards || sender_chat) return undefined;
  return personOf(from);
}

/** Every message in a topic that replies to nothing names the topic's creation, by whoever created it, as what it replies to. */
function isImplicitReply({
  reply_to_message: original,
  message_thread_id,
  is_topic_message,
}: z.output<typeof message>) {
  if (!original) return false;
  return original.forum_topic_created !== undefined || (is_topic_message && original.message_id === message_thread_id);
}

/** An inline bot's, or forwarded into a group; alone with the bot people forward what they want it to do. */
function hasWordsOfOthers({ via_bot, forward_origin, chat }: z.output<typeof message>): boolean {
  return via_bot !== undefined || (forward_origin !== undefined && chat.type !== 'private');
}

function mentionedIn(written: string, found: NonNullable<z.output<typeof entities>>): DecodedMessage['mentioned'] {
  for (const { type, user, offset, length } of found) {
    const person = type === 'text_mention' ? personBehind({ from: user }) : undefined;
    if (person) return { person, words: written.slice(offset, offset + length) };
  }
  return undefined;
}

function filesOf(
  {
    photo,
    document,
    has_media_spoiler: isSpoiler,
  }: Pick<z.output<typeof message>, 'photo' | 'document' | 'has_media_spoiler'>,
  messageId: number,
): FileReference[] {
  if (document) {
    const { file_id, file_unique_id, file_name = `file-${messageId}`, file_size } = document;
    const name = file_name.slice(0, 200);
    const isNamedSo = name.startsWith(spoilerPrefix);
    return [{ id: file_id, uniqueId: file_unique_id, name, bytes: file_size, ...(isNamedSo && { isSpoiler: true }) }];
  }
  const largest = photo?.reduce(
    (best, next) => (next.width * next.height > best.width * best.height ? next : best),
    photo[0]!,
  );
  if (!largest) return [];
  const { file_id, file_unique_id, file_size } = largest;
  const name = `photo-${messageId}.jpg`;
  return [{ id: file_id, uniqueId: file_unique_id, name, bytes: file_size, ...(isSpoiler && { isSpoiler }) }];
}

export function personOf({ id, first_name }: Pick<z.output<typeof user>, 'id' | 'first_name'>): Person {
  const name = first_name.replace(/[\p{C}]/gu, '').trim();
  return { platform: 'telegram', id: String(id), name: [...name].slice(0, 64).join('') || '?' };
}

/** A reply in a group without topics has a thread too, which is not one to answer in. */
function placeOf(given: {
  readonly chat: z.output<typeof chat>;
  readonly message_thread_id?: number | undefined;
  readonly is_topic_message?: boolean | undefined;
}): Place {
  const thread = given.is_topic_message ? given.message_thread_id : undefined;
  return {
    platform: 'telegram',
    ...(given.chat.type !== 'private' && { server: String(given.chat.id) }),
    channel: String(given.chat.id),
    ...(thread !== undefined && { thread: String(thread) }),
  };
}
