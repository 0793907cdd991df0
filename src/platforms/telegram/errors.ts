import { PermanentError } from '#src/core/errors.js';
import { MessageGoneError, PlaceClosedError } from '../platform.js';

/** Telegram refused a request, and so did nothing. Carries Telegram's words, never an address or a payload. */
export class TelegramRefusedError extends Error {
  readonly code: number;
  readonly description: string;
  readonly retryAfterSeconds: number | undefined;
  readonly migratedTo: number | undefined;

  constructor(
    method: string,
    refusal: {
      readonly code: number;
      readonly description: string;
      readonly retryAfterSeconds?: number | undefined;
      readonly migratedTo?: number | undefined;
    },
  ) {
    super(`Telegram refused ${method}: ${refusal.code} ${refusal.description}`);
    this.name = 'TelegramRefusedError';
    this.code = refusal.code;
    this.description = refusal.description;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
    this.migratedTo = refusal.migratedTo;
  }
}

/** No answer, or none that can be understood. */
export class TelegramUnansweredError extends Error {
  /** Whether Telegram may have done what was asked. */
  readonly mayBeDone: boolean;

  constructor(method: string, reason: string, mayBeDone: boolean) {
    super(`Telegram did not answer ${method}: ${reason}`);
    this.name = 'TelegramUnansweredError';
    this.mayBeDone = mayBeDone;
  }
}

/** Blocked by the person, thrown out of the group, or the chat is no more: sending again cannot help. */
export class ChatForbiddenError extends PlaceClosedError {
  constructor(message: string) {
    super(message);
    this.name = 'ChatForbiddenError';
  }
}

/** The topic is closed or deleted; the chat around it is there. */
export class TopicGoneError extends PlaceClosedError {
  constructor(message: string) {
    super(message);
    this.name = 'TopicGoneError';
  }
}

/** Words may be posted in this chat, pictures may not. */
export class PicturesForbiddenError extends PermanentError {
  constructor(message: string) {
    super(message);
    this.name = 'PicturesForbiddenError';
  }
}

const notModified = /message is not modified/i;
const gone =
  /message to (edit|delete) not found|message can't be edited|MESSAGE_ID_INVALID|message identifier is not specified/i;
/** Older than 48 hours, where the bot is no administrator. */
const undeletable = /message can't be deleted/i;
const wrongForm = /there is no (text|caption) in the message to edit/i;
const threadGone = /message thread not found|TOPIC_(CLOSED|DELETED)|topic (is )?(closed|deleted)/i;
const unsuitablePhoto =
  /PHOTO_INVALID_DIMENSIONS|IMAGE_PROCESS_FAILED|PHOTO_SAVE_FILE_INVALID|wrong type of the web page content/i;
const noPictures = /not enough rights to send|CHAT_SEND_(PHOTOS|MEDIA)_FORBIDDEN/i;
const chatGone =
  /chat not found|bot was (blocked|kicked)|user is deactivated|bot can't initiate conversation|group chat was deactivated|have no rights to send|CHAT_WRITE_FORBIDDEN|not enough rights to send text/i;

/** The group has become a supergroup, and its messages stay behind. */
export const isMoved = (error: unknown) => error instanceof TelegramRefusedError && error.migratedTo !== undefined;

function matches(error: unknown, pattern: RegExp): error is TelegramRefusedError {
  return error instanceof TelegramRefusedError && error.code === 400 && pattern.test(error.description);
}

export const isNotModified = (error: unknown) => matches(error, notModified);
export const isGone = (error: unknown) => matches(error, gone);
export const isUndeletable = (error: unknown) => matches(error, undeletable);
/** Text where there is a picture, or the other way round. */
export const isWrongForm = (error: unknown) => matches(error, wrongForm);
export const isThreadGone = (error: unknown) => matches(error, threadGone);
/** Telegram will not show this as a photo; as a file it will. */
export const isUnsuitablePhoto = (error: unknown) => matches(error, unsuitablePhoto);

/** Words may be posted here, pictures may not. */
export const isPictureForbidden = (error: unknown) =>
  matches(error, noPictures) && !/send text|send messages/i.test(error.description);

export function isForbidden(error: unknown): boolean {
  return error instanceof TelegramRefusedError && (error.code === 403 || matches(error, chatGone));
}

/** What the rest of the bot understands. */
export function translateError(error: unknown): unknown {
  if (isPictureForbidden(error)) return new PicturesForbiddenError((error as Error).message);
  if (isMoved(error) || isGone(error)) return new MessageGoneError((error as Error).message);
  if (isThreadGone(error)) return new TopicGoneError((error as Error).message);
  if (isForbidden(error)) return new ChatForbiddenError((error as Error).message);
  return error;
}
