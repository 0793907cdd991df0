import type { ApiMethods } from '@telegraf/types';
import { z } from 'zod';
import type { EphemeralMessageParameters, EphemeralMethods } from '#src/platforms/telegram/ephemeral-methods.js';

/** A file inside a multipart request. */
export class UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.bytes = bytes;
  }
}

const chatId = z.union([z.number().int(), z.string().regex(/^@\w+$/)]);
const messageId = z.number().int().positive();
const file = z.instanceof(UploadedFile);
/** What is checked at the limits answers as Telegram does, see `limits.ts`; here only kinds of values. */
const inlineKeyboard = z.strictObject({
  inline_keyboard: z.array(
    z.array(
      z.union([
        z.strictObject({ text: z.string().min(1), callback_data: z.string() }),
        z.strictObject({ text: z.string().min(1), url: z.string() }),
      ]),
    ),
  ),
});
const forceReply = z.strictObject({
  force_reply: z.literal(true),
  input_field_placeholder: z.string().min(1).max(64).optional(),
  selective: z.boolean().optional(),
});
const removeKeyboard = z.strictObject({ remove_keyboard: z.literal(true), selective: z.boolean().optional() });
const replyMarkup = z.union([inlineKeyboard, forceReply, removeKeyboard]);
const replyParameters = z.strictObject({
  message_id: messageId,
  chat_id: chatId.optional(),
  allow_sending_without_reply: z.boolean().optional(),
});
const linkPreview = z.strictObject({ is_disabled: z.boolean().optional() });
const mediaExtras = {
  caption: z.string().optional(),
  show_caption_above_media: z.literal(true).optional(),
  has_spoiler: z.boolean().optional(),
};
const inputPhoto = z.strictObject({ type: z.literal('photo'), media: z.union([file, z.string()]), ...mediaExtras });
const inputDocument = z.strictObject({
  type: z.literal('document'),
  media: z.union([file, z.string()]),
  caption: z.string().optional(),
  disable_content_type_detection: z.boolean().optional(),
});
const sending = {
  chat_id: chatId,
  message_thread_id: z.number().int().positive().optional(),
  disable_notification: z.boolean().optional(),
  protect_content: z.boolean().optional(),
  reply_parameters: replyParameters.optional(),
};
/** Since Bot API 10.2, in the form of 10.3: https://core.telegram.org/bots/api#ephemeral-messages-and-commands */
const ephemeralParameters = z.strictObject({
  receiver_user_id: z.number().int(),
  callback_query_id: z.string().optional(),
});
const commandScope = z.union([
  z.strictObject({ type: z.literal('default') }),
  z.strictObject({ type: z.literal('all_private_chats') }),
  z.strictObject({ type: z.literal('all_group_chats') }),
  z.strictObject({ type: z.literal('all_chat_administrators') }),
  z.strictObject({ type: z.literal('chat'), chat_id: chatId }),
  z.strictObject({ type: z.literal('chat_administrators'), chat_id: chatId }),
  z.strictObject({ type: z.literal('chat_member'), chat_id: chatId, user_id: z.number().int() }),
]);
const languageCode = z.string().regex(/^([a-z]{2})?$/);
const updateKind = z.enum([
  'message',
  'edited_message',
  'callback_query',
  'chat_member',
  'my_chat_member',
  'channel_post',
]);
const edited = { chat_id: chatId, message_id: messageId, reply_markup: inlineKeyboard.optional() };

/**
 * The part of the Bot API that this emulator knows, each parameter with its type; anything else is refused. What it takes is
 * always something that Telegram takes: the compiler compares it with @telegraf/types below.
 */
export const methods = {
  getMe: z.strictObject({}),
  getUpdates: z.strictObject({
    offset: z.number().int().optional(),
    limit: z.number().int().min(1).max(100).optional(),
    timeout: z.number().int().min(0).optional(),
    allowed_updates: z.array(updateKind).optional(),
  }),
  setWebhook: z.strictObject({
    url: z.string(),
    max_connections: z.number().int().min(1).max(100).optional(),
    allowed_updates: z.array(updateKind).optional(),
    drop_pending_updates: z.boolean().optional(),
    secret_token: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,256}$/)
      .optional(),
  }),
  deleteWebhook: z.strictObject({ drop_pending_updates: z.boolean().optional() }),
  getWebhookInfo: z.strictObject({}),
  sendMessage: z.strictObject({
    ...sending,
    ephemeral_message_parameters: ephemeralParameters.optional(),
    text: z.string(),
    link_preview_options: linkPreview.optional(),
    reply_markup: replyMarkup.optional(),
  }),
  sendPhoto: z.strictObject({
    ...sending,
    photo: z.union([file, z.string()]),
    caption: z.string().optional(),
    show_caption_above_media: z.literal(true).optional(),
    has_spoiler: z.boolean().optional(),
    reply_markup: replyMarkup.optional(),
  }),
  sendDocument: z.strictObject({
    ...sending,
    document: z.union([file, z.string()]),
    caption: z.string().optional(),
    disable_content_type_detection: z.boolean().optional(),
    reply_markup: replyMarkup.optional(),
  }),
  sendMediaGroup: z.strictObject({ ...sending, media: z.array(z.union([inputPhoto, inputDocument])) }),
  editMessageText: z.strictObject({ ...edited, text: z.string(), link_preview_options: linkPreview.optional() }),
  editMessageCaption: z.strictObject({ ...edited, caption: z.string().optional() }),
  editMessageMedia: z.strictObject({ ...edited, media: z.union([inputPhoto, inputDocument]) }),
  editMessageReplyMarkup: z.strictObject(edited),
  editEphemeralMessageText: z.strictObject({
    chat_id: chatId,
    receiver_user_id: z.number().int(),
    ephemeral_message_id: z.number().int().positive(),
    text: z.string(),
    link_preview_options: linkPreview.optional(),
    reply_markup: inlineKeyboard.optional(),
  }),
  deleteMessage: z.strictObject({ chat_id: chatId, message_id: messageId }),
  deleteMessages: z.strictObject({ chat_id: chatId, message_ids: z.array(messageId).min(1).max(100) }),
  answerCallbackQuery: z.strictObject({
    callback_query_id: z.string(),
    text: z.string().max(200).optional(),
    url: z.string().optional(),
    show_alert: z.boolean().optional(),
    cache_time: z.number().int().optional(),
  }),
  sendChatAction: z.strictObject({
    chat_id: chatId,
    message_thread_id: z.number().int().positive().optional(),
    action: z.enum(['typing', 'upload_photo', 'upload_document']),
  }),
  setMyCommands: z.strictObject({
    commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^[a-z0-9_]{1,32}$/),
          description: z.string().min(1).max(256),
        }),
      )
      .max(100),
    scope: commandScope.optional(),
    language_code: languageCode.optional(),
  }),
  getMyCommands: z.strictObject({ scope: commandScope.optional(), language_code: languageCode.optional() }),
  deleteMyCommands: z.strictObject({ scope: commandScope.optional(), language_code: languageCode.optional() }),
  setMessageReaction: z.strictObject({
    chat_id: chatId,
    message_id: messageId,
    reaction: z.array(z.strictObject({ type: z.literal('emoji'), emoji: z.enum(['👍', '👀', '🎉']) })).optional(),
    is_big: z.boolean().optional(),
  }),
  getFile: z.strictObject({ file_id: z.string() }),
  getChat: z.strictObject({ chat_id: chatId }),
  getChatAdministrators: z.strictObject({ chat_id: chatId }),
  getChatMember: z.strictObject({ chat_id: chatId, user_id: z.number().int() }),
} satisfies { readonly [Name in keyof ApiMethods<UploadedFile> | keyof EphemeralMethods]?: z.ZodType };

export type MethodName = keyof typeof methods;
export type Payload<Name extends MethodName> = z.output<(typeof methods)[Name]>;

/** In the documentation of Telegram since Bot API 6.4, and forgotten by @telegraf/types. */
interface Forgotten {
  /** Since 10.3, which @telegraf/types does not know yet. */
  readonly sendMessage: { readonly ephemeral_message_parameters?: EphemeralMessageParameters | undefined };
  readonly sendPhoto: { readonly has_spoiler?: boolean | undefined };
}

/** Parameters of a method as @telegraf/types declares them; a method with two forms takes either. */
type Declared<Name extends MethodName> = DeclaredBy<Name> & (Name extends keyof Forgotten ? Forgotten[Name] : unknown);
type DeclaredBy<Name extends MethodName> = AllMethods[Name] extends {
  (args: infer One): unknown;
  (args: infer Other): unknown;
}
  ? One | Other
  : AllMethods[Name] extends (args: infer Only) => unknown
    ? Only
    : never;
type AllMethods = ApiMethods<UploadedFile> & EphemeralMethods;
type KeysOf<Type> = Type extends unknown ? keyof Type : never;
/** Names what is wrong: parameters that Telegram does not know, or values it does not take. */
type Compared<Name extends MethodName> = string extends keyof Payload<Name>
  ? true
  : Exclude<KeysOf<Payload<Name>>, KeysOf<NonNullable<Declared<Name>>>> extends infer Unknown
    ? [Unknown] extends [never]
      ? Payload<Name> extends Declared<Name>
        ? true
        : { readonly differs: Payload<Name>; readonly from: Declared<Name> }
      : { readonly unknownParameters: Unknown }
    : never;

/** Compiles only while every schema above agrees with @telegraf/types. */
export const agreesWithTypes: {
  readonly [Name in MethodName as true extends Compared<Name> ? never : Name]: Compared<Name>;
} = {};
