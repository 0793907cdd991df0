import { randomBytes } from 'node:crypto';
import type { InlineKeyboardMarkup } from '@telegraf/types';
import sharp from 'sharp';
import { ApiError, badRequest } from './api-error.js';

export interface EmulatedUser {
  readonly id: number;
  readonly first_name: string;
  readonly is_bot: boolean;
  readonly username?: string;
  readonly language_code?: string;
}

export interface EmulatedChat {
  id: number;
  type: 'private' | 'group' | 'supergroup';
  readonly title?: string;
  readonly first_name?: string;
  readonly is_forum?: boolean;
  /** What the bot is told when it may not write here. */
  forbidden?: string;
  /** Words may be posted, photos and files may not. */
  picturesForbidden?: boolean;
  migratedTo?: number;
  /** Ids of people who may delete others’ messages; the bot may be one. */
  moderators?: Set<number>;
  /** Ids of people who went away. */
  gone?: Set<number>;
  readonly closedThreads: Set<number>;
  /** Topics by the id of their creation, and who created them. */
  readonly topics: Map<number, { readonly name: string; readonly creator: EmulatedUser }>;
}

/** In whose name anonymous administrators write. */
export const groupAnonymousBot: EmulatedUser = {
  id: 1_087_968_824,
  first_name: 'Group',
  username: 'GroupAnonymousBot',
  is_bot: true,
};
/** In whose name channels write in groups. */
export const channelBot: EmulatedUser = {
  id: 136_817_688,
  first_name: 'Channel',
  username: 'Channel_Bot',
  is_bot: true,
};
/** Who forwards posts of a linked channel. */
export const telegramItself: EmulatedUser = { id: 777_000, first_name: 'Telegram', is_bot: false };
/** Of topics that a test does not create. */
const topicCreator: EmulatedUser = { id: 4001, first_name: 'Tom', is_bot: false };

export interface StoredFile {
  readonly id: string;
  readonly uniqueId: string;
  readonly path: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly isPhoto: boolean;
  isExpired: boolean;
}

export interface EmulatedMessage {
  readonly message_id: number;
  readonly chat: EmulatedChat;
  readonly from: EmulatedUser;
  /** In seconds; tests make messages older. */
  date: number;
  /** The group of an anonymous administrator, or the channel that writes. */
  readonly senderChat?: { readonly id: number; readonly type: string; readonly title?: string };
  readonly isAutomaticForward?: boolean;
  /** The inline bot that wrote the words. */
  readonly viaBot?: EmulatedUser;
  readonly isForwarded?: boolean;
  text?: string;
  caption?: string;
  photo?: StoredFile;
  document?: StoredFile;
  /** The picture is covered until it is tapped. */
  has_media_spoiler?: boolean | undefined;
  /** Ephemeral: the only one who sees it, and the id by which it is known instead of `message_id`. */
  readonly onlyFor?: { readonly user: number; readonly id: number };
  /** Whom words without `@` mention. */
  readonly mentions?: EmulatedUser;
  readonly media_group_id?: string;
  readonly thread?: number;
  readonly replyTo?: EmulatedMessage;
  reply_markup?: InlineKeyboardMarkup | { readonly force_reply: true };
  isDeleted: boolean;
  /** Every content that showed, for tests that count edits. */
  readonly history: string[];
}

/** Without functions, so that it can be written into a file. */
export interface SavedTelegramState extends Pick<TelegramState, 'chats' | 'messages' | 'files'> {
  readonly counts: ReadonlyMap<number, number>;
  readonly updateId: number;
  readonly fileCount: number;
}

/** Photos have a smaller size too, which nobody should take. */
const thumbnailSide = 90;

/** Everything that Telegram would remember: chats, messages, files, updates that wait for the bot. */
export class TelegramState {
  readonly bot: EmulatedUser;
  /** First names, by id. */
  readonly names = new Map<number, string>();
  readonly chats = new Map<number, EmulatedChat>();
  readonly messages: EmulatedMessage[] = [];
  readonly files = new Map<string, StoredFile>();
  /** By scope and language. */
  readonly commands = new Map<string, readonly { readonly command: string; readonly description: string }[]>();
  readonly callbacks = new Map<
    string,
    {
      readonly user: number;
      readonly chat: number;
      isAnswered: boolean;
      readonly askedAt: number;
      answer?: { text?: string; url?: string };
    }
  >();
  /** False: a Bot API server of before 10.2, which overlooks parameters that it does not know. */
  knowsEphemeral = true;
  readonly actions: { readonly chat: number; readonly action: string }[] = [];
  readonly reactions: { readonly chat: number; readonly message: number; readonly emoji: string | undefined }[] = [];
  #updates: { readonly update_id: number; readonly [kind: string]: unknown }[] = [];
  #updateId = 1000;
  #fileCount = 0;
  /** Private chats and basic groups share one count of messages; each supergroup has its own. */
  readonly #counts = new Map<number, number>();
  onUpdate: () => void = () => {};

  constructor(bot: EmulatedUser) {
    this.bot = bot;
  }

  /** All that another emulator needs to go on. */
  save(): SavedTelegramState {
    const { chats, messages, files } = this;
    return { chats, messages, files, counts: this.#counts, updateId: this.#updateId, fileCount: this.#fileCount };
  }

  restore({ chats, messages, files, counts, updateId, fileCount }: SavedTelegramState): void {
    for (const [id, chat] of chats) this.chats.set(id, chat);
    this.messages.push(
      ...messages.map((message) => (message.from.id === this.bot.id ? { ...message, from: this.bot } : message)),
    );
    for (const [id, file] of files) this.files.set(id, file);
    for (const [box, count] of counts) this.#counts.set(box, count);
    this.#updateId = updateId;
    this.#fileCount = fileCount;
  }

  get waitingUpdates(): readonly { readonly update_id: number; readonly [kind: string]: unknown }[] {
    return this.#updates;
  }

  addUpdate(kind: string, content: unknown): void {
    this.#updates.push({ update_id: this.#updateId++, [kind]: content });
    this.onUpdate();
  }

  confirm(offset: number): void {
    this.#updates = this.#updates.filter(({ update_id }) => update_id >= offset);
  }

  /** The same update once more, as after a confirmation that was lost. */
  redeliver(update: { readonly update_id: number }): void {
    this.#updates.unshift(update);
    this.onUpdate();
  }

  chat(id: number | string): EmulatedChat {
    const chat = typeof id === 'number' ? this.chats.get(id) : undefined;
    if (!chat) throw badRequest('chat not found');
    return chat;
  }

  /** A chat that the bot may write to. */
  openChat(id: number | string, thread?: number): EmulatedChat {
    const chat = this.chat(id);
    if (chat.migratedTo !== undefined) {
      throw new ApiError(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: chat.migratedTo,
      });
    }
    if (chat.forbidden) throw new ApiError(403, `Forbidden: ${chat.forbidden}`);
    if (thread !== undefined) {
      if (!chat.is_forum || chat.closedThreads.has(thread)) throw badRequest('message thread not found');
    }
    return chat;
  }

  addMessage(
    chat: EmulatedChat,
    from: EmulatedUser,
    content: Partial<
      Pick<
        EmulatedMessage,
        | 'text'
        | 'caption'
        | 'photo'
        | 'document'
        | 'has_media_spoiler'
        | 'onlyFor'
        | 'mentions'
        | 'senderChat'
        | 'isAutomaticForward'
        | 'viaBot'
        | 'isForwarded'
        | 'media_group_id'
        | 'thread'
        | 'replyTo'
        | 'reply_markup'
      >
    >,
  ): EmulatedMessage {
    const box = chat.type === 'supergroup' ? chat.id : 0;
    const id = content.onlyFor ? 0 : (this.#counts.get(box) ?? 100) + 1;
    if (!content.onlyFor) this.#counts.set(box, id);
    const message: EmulatedMessage = {
      message_id: id,
      chat,
      from,
      date: Math.floor(Date.now() / 1000),
      isDeleted: false,
      history: [content.text ?? content.caption ?? ''],
      ...content,
    };
    this.messages.push(message);
    return message;
  }

  findMessage(chatId: number | string, messageId: number): EmulatedMessage | undefined {
    return this.messages.find(
      ({ chat, message_id, isDeleted }) => chat.id === chatId && message_id === messageId && !isDeleted,
    );
  }

  async addFile(name: string, bytes: Uint8Array, isPhoto: boolean): Promise<StoredFile> {
    const metadata = await sharp(bytes, { failOn: 'none' })
      .metadata()
      .catch(() => undefined);
    const { width = 0, height = 0 } = metadata ?? {};
    if (isPhoto) {
      if (bytes.byteLength > 10 * 1024 * 1024) throw badRequest('file is too big');
      if (!metadata) throw badRequest('IMAGE_PROCESS_FAILED');
      if (width + height > 10_000 || Math.max(width, height) / Math.min(width, height) > 20)
        throw badRequest('PHOTO_INVALID_DIMENSIONS');
    }
    if (bytes.byteLength > 50 * 1024 * 1024) throw new ApiError(413, 'Request Entity Too Large');
    return this.storeFile({ name, bytes, width, height, isPhoto });
  }

  storeFile(file: Pick<StoredFile, 'name' | 'bytes' | 'width' | 'height' | 'isPhoto'>): StoredFile {
    const number = ++this.#fileCount;
    const id = `AgAC${randomBytes(12).toString('base64url')}`;
    const stored: StoredFile = {
      ...file,
      id,
      uniqueId: `u${number}`,
      path: file.isPhoto ? `photos/file_${number}.jpg` : `documents/file_${number}`,
      isExpired: false,
    };
    this.files.set(id, stored);
    return stored;
  }

  /** As it appears in updates and answers. */
  describe(message: EmulatedMessage, withReply = true): Record<string, unknown> {
    const { chat, from, thread, photo, document, text, caption } = message;
    return {
      message_id: message.message_id,
      ...(message.onlyFor && { ephemeral_message_id: message.onlyFor.id }),
      from: describeUser(from),
      ...(message.senderChat && { sender_chat: message.senderChat }),
      ...(message.isAutomaticForward && { is_automatic_forward: true }),
      ...(message.viaBot && { via_bot: describeUser(message.viaBot) }),
      ...(message.isForwarded && {
        forward_origin: { type: 'hidden_user', sender_user_name: 'Somebody', date: message.date },
      }),
      chat: describeChat(chat),
      date: message.date,
      ...(text !== undefined && { text, entities: [...findEntities(text), ...mentionOf(message)] }),
      ...(caption !== undefined && { caption, caption_entities: findEntities(caption) }),
      ...(photo && { photo: this.#describePhoto(photo) }),
      ...(document && {
        document: {
          file_id: document.id,
          file_unique_id: document.uniqueId,
          file_name: document.name,
          file_size: document.bytes.byteLength,
          mime_type: document.width > 0 ? 'image/jpeg' : 'application/octet-stream',
        },
      }),
      ...(message.has_media_spoiler && { has_media_spoiler: true }),
      ...(message.media_group_id !== undefined && { media_group_id: message.media_group_id }),
      ...(thread !== undefined && { message_thread_id: thread, is_topic_message: true }),
      ...(withReply && this.#describeReply(message)),
      ...(message.reply_markup && 'inline_keyboard' in message.reply_markup && { reply_markup: message.reply_markup }),
    };
  }

  /** In a topic what answers nothing still answers the topic's creation. */
  #describeReply({ chat, thread, replyTo, date }: EmulatedMessage) {
    if (replyTo) return { reply_to_message: this.describe(replyTo, false) };
    if (thread === undefined) return {};
    const { name, creator } = chat.topics.get(thread) ?? { name: `Topic ${thread}`, creator: topicCreator };
    return {
      reply_to_message: {
        message_id: thread,
        from: describeUser(creator),
        chat: describeChat(chat),
        date,
        message_thread_id: thread,
        is_topic_message: true,
        forum_topic_created: { name, icon_color: 7_322_096 },
      },
    };
  }

  #describePhoto(photo: StoredFile) {
    const small = this.files.get(`${photo.id}-small`) ?? {
      ...photo,
      id: `${photo.id}-small`,
      uniqueId: `${photo.uniqueId}s`,
      bytes: photo.bytes.subarray(0, 10),
    };
    this.files.set(small.id, small);
    const scale = thumbnailSide / Math.max(photo.width, photo.height, 1);
    return [
      {
        file_id: small.id,
        file_unique_id: small.uniqueId,
        width: Math.round(photo.width * scale),
        height: Math.round(photo.height * scale),
        file_size: small.bytes.byteLength,
      },
      {
        file_id: photo.id,
        file_unique_id: photo.uniqueId,
        width: photo.width,
        height: photo.height,
        file_size: photo.bytes.byteLength,
      },
    ];
  }
}

export function describeUser({ id, first_name, is_bot, username, language_code }: EmulatedUser) {
  return { id, first_name, is_bot, ...(username && { username }), ...(language_code && { language_code }) };
}

export function describeChat({ id, type, title, first_name, is_forum }: EmulatedChat) {
  return { id, type, ...(title && { title }), ...(first_name && { first_name }), ...(is_forum && { is_forum }) };
}

/** An account without a username is mentioned by its name; only the entity says who that is. */
function mentionOf({ text = '', mentions }: EmulatedMessage) {
  const offset = mentions ? text.indexOf(mentions.first_name) : -1;
  if (!mentions || offset < 0) return [];
  return [{ type: 'text_mention', offset, length: mentions.first_name.length, user: describeUser(mentions) }];
}

export function findEntities(text: string) {
  const pattern = /(?<![\w/])(\/[A-Za-z0-9_]{1,64}(?:@\w+)?)|(?<!\w)(@\w{4,32})/g;
  return [...text.matchAll(pattern)].map((match) => ({
    type: match[1] ? 'bot_command' : 'mention',
    offset: match.index,
    length: match[0].length,
  }));
}
