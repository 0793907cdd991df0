/** A message of the bot as it looked at one moment, whatever becomes of it later. */
import type { Attachment, Message } from '#test/emulators/discord/state.js';
import type { EmulatedMessage } from '#test/emulators/telegram/state.js';

export interface ShownPicture {
  readonly bytes: Uint8Array;
  readonly alt: string;
}

export interface ShownMessage {
  readonly text: string;
  readonly pictures: readonly ShownPicture[];
  readonly files: readonly string[];
  /** Labels, row by row. */
  readonly buttons: readonly (readonly string[])[];
}

const isPicture = (name: string) => /\.(png|jpe?g|webp)$/i.test(name);

export function shownOnDiscord(message: Message, locale: string): ShownMessage {
  const { content, attachments, components } = message;
  const rows = components as readonly { readonly components?: readonly { readonly label?: string }[] }[];
  const named = (file: Attachment) => isPicture(file.filename);
  return {
    text: withMoments(content, locale).replace(/\\([^\p{L}\p{N}\s])/gu, '$1'),
    pictures: attachments.filter(named).map(({ bytes, description = '' }) => ({ bytes, alt: description })),
    files: attachments.filter((file) => !named(file)).map(({ filename }) => filename),
    buttons: rows.map((row) => (row.components ?? []).flatMap(({ label }) => label ?? [])),
  };
}

export function shownOnTelegram({ text, caption, photo, document, reply_markup }: EmulatedMessage): ShownMessage {
  const keyboard = reply_markup && 'inline_keyboard' in reply_markup ? reply_markup.inline_keyboard : [];
  // Words that keep Telegram from joining two lines are not seen.
  const words = (text ?? caption ?? '').replaceAll('\u2060', '');
  return {
    text: words,
    pictures: photo ? [{ bytes: photo.bytes, alt: words }] : [],
    files: document ? [document.name] : [],
    buttons: keyboard.map((row) => row.map((button) => button.text)),
  };
}

/** Discord says a moment in the reader's words and zone; once as a date, and again as how far it is away. */
function withMoments(content: string, locale: string): string {
  const inWords = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });
  return content.replace(/<t:(\d+):F> \(<t:\d+:R>\)/g, (_, seconds: string) => inWords.format(Number(seconds) * 1000));
}
