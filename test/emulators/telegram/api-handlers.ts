import { isDeepStrictEqual } from 'node:util';
import { ApiError, badRequest } from './api-error.js';
import { type MethodName, type Payload, UploadedFile } from './bot-api-methods.js';
import {
  describeChat,
  describeUser,
  type EmulatedChat,
  type EmulatedMessage,
  type StoredFile,
  type TelegramState,
} from './state.js';

type Handler<Name extends MethodName> = (state: TelegramState, payload: Payload<Name>) => unknown;
type Handlers = {
  readonly [Name in Exclude<
    MethodName,
    'getUpdates' | 'setWebhook' | 'deleteWebhook' | 'getWebhookInfo'
  >]: Handler<Name>;
};

const maxTextLength = 4096;
const maxCaptionLength = 1024;
const deletableSeconds = 48 * 3600;
const maxDownloadBytes = 20 * 1024 * 1024;
/** A query older than this cannot be answered any more. */
const callbackAgeMs = 15_000;

export const handlers: Handlers = {
  getMe: ({ bot }) => ({
    ...describeUser(bot),
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
  }),
  async sendMessage(
    state,
    { chat_id, message_thread_id, text, reply_markup, reply_parameters, ephemeral_message_parameters },
  ) {
    const chat = state.openChat(chat_id, message_thread_id);
    checkText(text);
    checkButtons(reply_markup);
    const message = state.addMessage(chat, state.bot, {
      text,
      ...(ephemeral_message_parameters && onlyFor(state, chat, ephemeral_message_parameters)),
      ...(message_thread_id !== undefined && { thread: message_thread_id }),
      ...(reply_markup && { reply_markup: reply_markup as EmulatedMessage['reply_markup'] }),
      ...replyOf(state, chat_id, reply_parameters),
    });
    return state.describe(message);
  },
  async sendPhoto(state, { chat_id, message_thread_id, photo, caption, has_spoiler, reply_markup, reply_parameters }) {
    const chat = state.openChat(chat_id, message_thread_id);
    checkPictures(chat);
    checkCaption(caption);
    checkButtons(reply_markup);
    const message = state.addMessage(chat, state.bot, {
      photo: await take(state, photo, true),
      has_media_spoiler: has_spoiler,
      caption: caption ?? '',
      ...(message_thread_id !== undefined && { thread: message_thread_id }),
      ...(reply_markup && { reply_markup: reply_markup as EmulatedMessage['reply_markup'] }),
      ...replyOf(state, chat_id, reply_parameters),
    });
    return state.describe(message);
  },
  async sendDocument(state, { chat_id, message_thread_id, document, caption, reply_markup, reply_parameters }) {
    const chat = state.openChat(chat_id, message_thread_id);
    checkPictures(chat);
    checkCaption(caption);
    checkButtons(reply_markup);
    const message = state.addMessage(chat, state.bot, {
      document: await take(state, document, false),
      caption: caption ?? '',
      ...(message_thread_id !== undefined && { thread: message_thread_id }),
      ...(reply_markup && { reply_markup: reply_markup as EmulatedMessage['reply_markup'] }),
      ...replyOf(state, chat_id, reply_parameters),
    });
    return state.describe(message);
  },
  async sendMediaGroup(state, { chat_id, message_thread_id, media, reply_parameters }) {
    const chat = state.openChat(chat_id, message_thread_id);
    checkPictures(chat);
    if (media.length < 2 || media.length > 10) throw badRequest('media group must include 2-10 items');
    if (new Set(media.map(({ type }) => type)).size > 1) throw badRequest('documents cannot be mixed with photos');
    const files: StoredFile[] = [];
    for (const item of media) {
      checkCaption(item.caption);
      files.push(await take(state, item.media, item.type === 'photo'));
    }
    const group = `album-${state.messages.length}`;
    return media.map((item, index) =>
      state.describe(
        state.addMessage(chat, state.bot, {
          [item.type]: files[index],
          has_media_spoiler: 'has_spoiler' in item ? item.has_spoiler : undefined,
          caption: item.caption ?? '',
          media_group_id: group,
          ...(message_thread_id !== undefined && { thread: message_thread_id }),
          ...replyOf(state, chat_id, reply_parameters),
        }),
      ),
    );
  },
  async editMessageText(state, { chat_id, message_id, text, reply_markup }) {
    const message = editable(state, chat_id, message_id);
    if (message.text === undefined) throw badRequest('there is no text in the message to edit');
    checkText(text);
    checkButtons(reply_markup);
    return change(state, message, { text, reply_markup });
  },
  async editMessageCaption(state, { chat_id, message_id, caption, reply_markup }) {
    const message = editable(state, chat_id, message_id);
    if (message.text !== undefined) throw badRequest('there is no caption in the message to edit');
    checkCaption(caption);
    checkButtons(reply_markup);
    return change(state, message, { caption: caption ?? '', reply_markup });
  },
  async editMessageMedia(state, { chat_id, message_id, media, reply_markup }) {
    const message = editable(state, chat_id, message_id);
    checkPictures(message.chat);
    checkCaption(media.caption);
    checkButtons(reply_markup);
    const file = await take(state, media.media, media.type === 'photo');
    return change(state, message, {
      text: undefined,
      caption: media.caption ?? '',
      photo: media.type === 'photo' ? file : undefined,
      document: media.type === 'document' ? file : undefined,
      has_media_spoiler: 'has_spoiler' in media ? media.has_spoiler : undefined,
      reply_markup,
    });
  },
  async editMessageReplyMarkup(state, { chat_id, message_id, reply_markup }) {
    checkButtons(reply_markup);
    return change(state, editable(state, chat_id, message_id), { reply_markup });
  },
  editEphemeralMessageText(state, { chat_id, receiver_user_id, ephemeral_message_id, text, reply_markup }) {
    state.openChat(chat_id);
    checkText(text);
    checkButtons(reply_markup);
    const message = state.messages.find(
      ({ chat, onlyFor: { user, id } = {}, isDeleted }) =>
        chat.id === chat_id && user === receiver_user_id && id === ephemeral_message_id && !isDeleted,
    );
    if (!message) throw badRequest('message to edit not found');
    change(state, message, { text, reply_markup });
    return true;
  },
  deleteMessage(state, { chat_id, message_id }) {
    state.openChat(chat_id);
    const message = state.findMessage(chat_id, message_id);
    if (!message) throw badRequest('message to delete not found');
    checkDeletable(state, message);
    message.isDeleted = true;
    return true;
  },
  deleteMessages(state, { chat_id, message_ids }) {
    state.openChat(chat_id);
    const messages = message_ids.flatMap((id) => state.findMessage(chat_id, id) ?? []);
    for (const message of messages) checkDeletable(state, message);
    for (const message of messages) message.isDeleted = true;
    return true;
  },
  answerCallbackQuery(state, { callback_query_id, text, url }) {
    const query = state.callbacks.get(callback_query_id);
    if (!query || query.isAnswered || Date.now() - query.askedAt > callbackAgeMs)
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    query.isAnswered = true;
    if (url !== undefined && !url.startsWith(`https://t.me/${state.bot.username}?start=`))
      throw badRequest('URL_INVALID');
    query.answer = { ...(text !== undefined && { text }), ...(url !== undefined && { url }) };
    return true;
  },
  sendChatAction(state, { chat_id, message_thread_id, action }) {
    state.openChat(chat_id, message_thread_id);
    state.actions.push({ chat: Number(chat_id), action });
    return true;
  },
  setMyCommands(state, { commands, scope, language_code }) {
    state.commands.set(commandKey(scope, language_code), commands);
    return true;
  },
  getMyCommands: (state, { scope, language_code }) => state.commands.get(commandKey(scope, language_code)) ?? [],
  deleteMyCommands(state, { scope, language_code }) {
    state.commands.delete(commandKey(scope, language_code));
    return true;
  },
  setMessageReaction(state, { chat_id, message_id, reaction }) {
    state.openChat(chat_id);
    if (!state.findMessage(chat_id, message_id)) throw badRequest('message to react not found');
    state.reactions.push({ chat: Number(chat_id), message: message_id, emoji: reaction?.[0]?.emoji });
    return true;
  },
  getFile(state, { file_id }) {
    const file = state.files.get(file_id);
    if (!file) throw badRequest('wrong file_id or the file is temporarily unavailable');
    if (file.bytes.byteLength > maxDownloadBytes) throw badRequest('file is too big');
    // Asking again makes an expired link good again.
    file.isExpired = false;
    return {
      file_id: file.id,
      file_unique_id: file.uniqueId,
      file_size: file.bytes.byteLength,
      file_path: file.path,
    };
  },
  getChat: (state, { chat_id }) => describeChat(state.openChat(chat_id)),
  getChatAdministrators(state, { chat_id }) {
    const chat = state.openChat(chat_id);
    if (chat.type === 'private') throw badRequest('there are no administrators in the private chat');
    const { moderators = [], gone } = chat;
    return [...moderators].filter((id) => id !== state.bot.id && !gone?.has(id)).map(describeModerator);
  },
  getChatMember(state, { chat_id, user_id }) {
    const { moderators, gone } = state.openChat(chat_id);
    // Telegram may answer about others all the same; a bot must not count on it.
    if (user_id !== state.bot.id && !moderators?.has(state.bot.id)) throw badRequest('CHAT_ADMIN_REQUIRED');
    const user = { id: user_id, is_bot: false, first_name: state.names.get(user_id) ?? '?' };
    if (gone?.has(user_id)) return { status: 'left', user };
    if (!moderators?.has(user_id)) return { status: 'member', user };
    return describeModerator(user_id);
  },
};

function describeModerator(id: number) {
  const user = { id, is_bot: false, first_name: '?' };
  return { status: 'administrator', user, can_be_edited: false, can_delete_messages: true };
}

export function commandKey(
  scope: { readonly type: string; readonly chat_id?: number | string; readonly user_id?: number } = { type: 'default' },
  language = '',
): string {
  const { type, chat_id, user_id } = scope;
  return `${[type, chat_id, user_id].filter((part) => part !== undefined).join(' ')}/${language}`;
}

/**
 * An administrator may tell any member at any time; any other bot whoever pressed one of its buttons in that chat, within 15
 * seconds of the press.
 */
function onlyFor(
  state: TelegramState,
  chat: EmulatedChat,
  { receiver_user_id, callback_query_id }: NonNullable<Payload<'sendMessage'>['ephemeral_message_parameters']>,
): { onlyFor?: NonNullable<EmulatedMessage['onlyFor']> } {
  if (!state.knowsEphemeral) return {};
  if (chat.type === 'private') throw badRequest('ephemeral messages can be sent only in groups');
  if (chat.gone?.has(receiver_user_id) || receiver_user_id === state.bot.id) throw badRequest('user not found');
  const query = state.callbacks.get(callback_query_id ?? '');
  const isFresh = query && Date.now() - query.askedAt <= callbackAgeMs;
  const isTheirs = query?.user === receiver_user_id && query.chat === chat.id;
  if (!chat.moderators?.has(state.bot.id) && !(isFresh && isTheirs)) throw badRequest('QUERY_ID_INVALID');
  return { onlyFor: { user: receiver_user_id, id: 29_000_000 + state.messages.length } };
}

/** A bot that is no administrator deletes its own messages, for 48 hours. */
function checkDeletable({ bot }: TelegramState, { chat, from, date }: EmulatedMessage): void {
  if (chat.moderators?.has(bot.id)) return;
  if (from !== bot && chat.type !== 'private') throw badRequest("message can't be deleted");
  if (Date.now() / 1000 - date > deletableSeconds) throw badRequest("message can't be deleted for everyone");
}

function checkPictures({ picturesForbidden }: EmulatedChat): void {
  if (picturesForbidden) throw badRequest('not enough rights to send photos to the chat');
}

function checkText(text: string): void {
  if (text.trim() === '') throw badRequest('message text is empty');
  if (text.length > maxTextLength) throw badRequest('message is too long');
}

function checkCaption(caption: string | undefined): void {
  if (caption !== undefined && caption.length > maxCaptionLength) throw badRequest('message caption is too long');
}

function checkButtons(markup: Payload<'sendMessage'>['reply_markup']): void {
  if (!markup || !('inline_keyboard' in markup)) return;
  for (const button of markup.inline_keyboard.flat()) {
    if (!('callback_data' in button)) continue;
    const bytes = Buffer.byteLength(button.callback_data);
    if (bytes < 1 || bytes > 64) throw badRequest('BUTTON_DATA_INVALID');
  }
}

function replyOf(
  state: TelegramState,
  chatId: number | string,
  reply: Payload<'sendMessage'>['reply_parameters'],
): { replyTo?: EmulatedMessage } {
  if (!reply) return {};
  const replyTo = state.findMessage(chatId, reply.message_id);
  if (replyTo) return { replyTo };
  if (reply.allow_sending_without_reply) return {};
  throw badRequest('message to be replied not found');
}

async function take(state: TelegramState, given: UploadedFile | string, isPhoto: boolean): Promise<StoredFile> {
  if (given instanceof UploadedFile) {
    if (given.bytes.byteLength === 0) throw badRequest('file must be non-empty');
    return state.addFile(given.name, given.bytes, isPhoto);
  }
  const known = state.files.get(given);
  if (!known) throw badRequest('wrong file identifier/HTTP URL specified');
  return known;
}

function editable(state: TelegramState, chatId: number | string, messageId: number): EmulatedMessage {
  state.openChat(chatId);
  const message = state.findMessage(chatId, messageId);
  if (!message) throw badRequest('message to edit not found');
  if (message.from !== state.bot) throw badRequest("message can't be edited");
  if (message.reply_markup && !('inline_keyboard' in message.reply_markup)) throw badRequest("message can't be edited");
  return message;
}

function change(
  state: TelegramState,
  message: EmulatedMessage,
  content: {
    readonly text?: string | undefined;
    readonly caption?: string | undefined;
    readonly photo?: StoredFile | undefined;
    readonly document?: StoredFile | undefined;
    readonly has_media_spoiler?: boolean | undefined;
    readonly reply_markup?: Payload<'editMessageText'>['reply_markup'];
  },
) {
  const next = { ...content, reply_markup: content.reply_markup as EmulatedMessage['reply_markup'] };
  const isSame = Object.entries(next).every(([key, value]) =>
    isDeepStrictEqual(message[key as keyof EmulatedMessage], value),
  );
  if (isSame) {
    throw new ApiError(
      400,
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  Object.assign(message, next);
  message.history.push(message.text ?? message.caption ?? '');
  return state.describe(message);
}
