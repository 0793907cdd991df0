import type { InlineKeyboardMarkup } from 'telegraf/types';
import { defaultLocale } from '#locales/index.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { withInstantsInWords } from '#src/core/instants.js';
import type { OutgoingButton } from '#src/core/reply.js';
import type { OutgoingMessage } from '../platform.js';
import { say } from './texts.js';

export const maxTextLength = 4096;
export const maxCaptionLength = 1024;
const maxButtonBytes = 64;
const buttonsPerRow = 3;
const maxLabelLength = 64;

/** A message in Telegram's form; pictures are read when they are sent. */
export interface RenderedMessage {
  readonly text: string;
  readonly caption: string;
  readonly keyboard: InlineKeyboardMarkup;
  /** Pictures are hidden until they are tapped; Telegram cannot hide files. */
  readonly isSpoiler?: boolean;
  /** Said where one is left out, because it cannot be hidden. */
  readonly leftOut?: string;
  /** What has a name is sent as a file. */
  readonly pictures: readonly { readonly blob: BlobKey; readonly alt: string; readonly name?: string }[];
}

export function renderMessage({
  text,
  buttons = [],
  pictures = [],
  files = [],
  isSpoiler,
  locale = defaultLocale,
}: OutgoingMessage): RenderedMessage {
  const words = withoutMentions(withInstantsInWords(text, locale)).trim() || '…';
  return {
    text: shorten(words, maxTextLength),
    caption: shorten(words, maxCaptionLength),
    keyboard: renderKeyboard(buttons),
    ...(isSpoiler && { isSpoiler, leftOut: say(locale, 'notCovered') }),
    pictures: [
      ...pictures.map(({ blob, alt }) => ({ blob, alt: shorten(withoutMentions(alt), maxCaptionLength) })),
      ...files.map(({ blob, name }) => ({ blob, alt: '', name })),
    ],
  };
}

/** Without a picture, which is said once. */
export function withoutPicture(message: RenderedMessage, blob: BlobKey): RenderedMessage {
  const { leftOut, ...rest } = message;
  const saying = (words: string, maxLength: number) =>
    leftOut === undefined ? words : shorten(`${words}\n${leftOut}`, maxLength);
  return {
    ...rest,
    text: saying(message.text, maxTextLength),
    caption: saying(message.caption, maxCaptionLength),
    pictures: message.pictures.filter((picture) => picture.blob !== blob),
  };
}

function renderKeyboard(buttons: readonly OutgoingButton[]): InlineKeyboardMarkup {
  const rows: { text: string; callback_data: string }[][] = [];
  for (const { label, action, startsRow } of buttons) {
    const bytes = Buffer.byteLength(action);
    if (bytes === 0 || bytes > maxButtonBytes)
      throw new RangeError(`button '${label}': an action of ${bytes} bytes, expected 1 to ${maxButtonBytes}`);
    if (rows.length === 0 || startsRow || rows.at(-1)!.length === buttonsPerRow) rows.push([]);
    rows.at(-1)!.push({ text: shorten(label, maxLabelLength), callback_data: action });
  }
  return { inline_keyboard: rows };
}

/** Words of one person must not ring at another's: an invisible joiner keeps `@name` from being a mention. */
export function withoutMentions(text: string): string {
  return text.replace(/@(?=\w)/g, '@\u2060');
}

/** Leaves out of the middle, because both who asked and the seed stand at the ends. Never splits a character in two. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = maxLength - 3;
  const head = text.slice(0, Math.ceil(kept * 0.7)).replace(/[\uD800-\uDBFF]$/, '');
  const tail = text.slice(text.length - Math.floor(kept * 0.3)).replace(/^[\uDC00-\uDFFF]/, '');
  return `${head} … ${tail}`;
}
