import { ButtonStyle, ComponentType, MessageFlags, type RawFile } from 'discord.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { BlobStore } from '#src/core/blob-store.js';
import type { OutgoingButton } from '#src/core/reply.js';
import { type OutgoingMessage, spoilerPrefix } from '../platform.js';
import { maxContentLength, renderText } from './escape-text.js';
import { encodeThreadAction } from './pet-threads.js';

export const defaultAttachmentLimit = 10 * 1024 * 1024;
const maxAttachments = 10;
/** Discord takes 25 MiB in one request; the rest is for the text around the files. */
const maxRequestBytes = 24 * 1024 * 1024;
const maxAltLength = 1024;
const buttonsPerRow = 5;
const maxRows = 5;

/** A message as the API takes it, and the pictures in their order. */
export interface RenderedMessage {
  readonly body: {
    readonly content: string;
    readonly components: readonly object[];
    readonly attachments: readonly { readonly id: string; readonly filename?: string; readonly description?: string }[];
    readonly allowed_mentions: { readonly parse: readonly [] };
    readonly flags: number;
  };
  readonly files: readonly RawFile[];
  readonly blobs: readonly BlobKey[];
  readonly isSpoiler: boolean;
}

/** Pictures that the message shows already, with Discord's ids of them. */
export interface ShownPictures {
  readonly blobs: readonly BlobKey[];
  /** A picture is covered by its file's name: it has to be sent again to be uncovered. */
  readonly isSpoiler: boolean;
  readonly attachmentIds: readonly string[];
}

export interface RenderOptions {
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly attachmentLimit?: number | undefined;
  /** These need not be sent again. */
  readonly shown?: ShownPictures | undefined;
  /** Not in private, where there are no threads. */
  readonly isInServer?: boolean;
  /** Said where pictures are left out. */
  readonly picturesTooLarge: string;
}

export async function renderMessage(message: OutgoingMessage, options: RenderOptions): Promise<RenderedMessage> {
  const isSpoiler = message.isSpoiler ?? false;
  const prefix = isSpoiler ? spoilerPrefix : '';
  const all = [...(message.pictures ?? []), ...(message.files ?? []).map((file) => ({ ...file, alt: '' }))];
  const wanted = all.slice(0, maxAttachments);
  const isShown =
    wanted.length > 0 &&
    options.shown?.isSpoiler === isSpoiler &&
    wanted.length === options.shown.blobs.length &&
    wanted.every(({ blob }, index) => blob === options.shown!.blobs[index]);
  const files = isShown ? [] : await readFiles(wanted, prefix, options);
  const omitted = all.length - (isShown ? wanted : files).length;
  const note = omitted > 0 ? `\n${renderText(options.picturesTooLarge)}` : '';
  const attachments = isShown
    ? options.shown!.attachmentIds.map((id) => ({ id }))
    : files.map(({ file, alt }, index) => ({
        id: String(index),
        filename: file.name,
        ...(alt !== '' && { description: shorten(alt, maxAltLength) }),
      }));
  return {
    body: {
      content: renderText(message.text, maxContentLength - note.length) + note,
      components: renderButtons([...(message.buttons ?? []), ...threadButton(message, options)]),
      attachments,
      // Prompts are strangers' words: nobody is called by them, and no page is fetched for them.
      allowed_mentions: { parse: [] },
      flags: MessageFlags.SuppressEmbeds,
    },
    files: files.map(({ file }) => file),
    blobs: isShown ? options.shown!.blobs : files.map(({ blob }) => blob),
    isSpoiler,
  };
}

async function readFiles(
  wanted: readonly { readonly blob: BlobKey; readonly alt: string; readonly name?: string }[],
  prefix: string,
  { blobs, attachmentLimit = defaultAttachmentLimit }: RenderOptions,
): Promise<{ readonly blob: BlobKey; readonly alt: string; readonly file: RawFile }[]> {
  const files: { blob: BlobKey; alt: string; file: RawFile }[] = [];
  let total = 0;
  for (const { blob, alt, name: ownName } of wanted) {
    const bytes = await blobs.get(blob);
    if (bytes.byteLength > attachmentLimit || total + bytes.byteLength > maxRequestBytes) continue;
    total += bytes.byteLength;
    const { extension, contentType } = ownName === undefined ? typeOf(bytes) : fileType;
    const name = ownName ?? `${prefix}petbooth-${files.length + 1}.${extension}`;
    files.push({ blob, alt, file: { name, data: Buffer.from(bytes), contentType } });
  }
  return files;
}

const fileType = { extension: '', contentType: 'application/octet-stream' };

function typeOf(bytes: Uint8Array): { readonly extension: string; readonly contentType: string } {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { extension: 'jpg', contentType: 'image/jpeg' };
  if (String.fromCharCode(...bytes.subarray(8, 12)) === 'WEBP') return { extension: 'webp', contentType: 'image/webp' };
  return { extension: 'png', contentType: 'image/png' };
}

/** Where threads may be. */
function threadButton({ thread }: OutgoingMessage, { isInServer }: RenderOptions): readonly OutgoingButton[] {
  return thread && isInServer ? [{ label: thread.label, action: encodeThreadAction(thread.name) }] : [];
}

function renderButtons(buttons: readonly OutgoingButton[]): object[] {
  const distinct = buttons.filter(
    ({ action }, index) => buttons.findIndex((other) => other.action === action) === index,
  );
  const rows: OutgoingButton[][] = [];
  for (const button of distinct) {
    if (rows.length === 0 || button.startsRow || rows.at(-1)!.length === buttonsPerRow) rows.push([]);
    rows.at(-1)!.push(button);
  }
  return rows.slice(0, maxRows).map((row) => ({
    type: ComponentType.ActionRow,
    components: row.map(({ label, action }) => ({
      type: ComponentType.Button,
      style: ButtonStyle.Secondary,
      label: shorten(label, 80),
      custom_id: action,
    })),
  }));
}

export function shorten(text: string, maxLength: number): string {
  const characters = [...text];
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join('')}…`;
}
