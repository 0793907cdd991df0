import { emptyMessage, invalidForm, tooLarge } from './api-error.js';
import type { Clock } from './clock.js';
import type { UploadedFile } from './read-request.js';
import { type Attachment, type Button, type DiscordState, type Message, messageFlags } from './state.js';

/** The parts of a request about a message; the schema has been checked. */
export interface MessageBody {
  readonly content?: string | null;
  readonly components?: readonly unknown[] | null;
  readonly attachments?:
    | readonly { readonly id: string; readonly filename?: string | null; readonly description?: string | null }[]
    | null;
  readonly flags?: number | null;
  readonly nonce?: string | number;
  readonly enforce_nonce?: boolean | null;
  readonly embeds?: readonly unknown[] | null;
}

export interface MessageWriter {
  readonly state: DiscordState;
  readonly clock: Clock;
  readonly attachmentLifeMs: number;
}

/** What a bot may write, whatever the schema says of longer texts. */
const maxContentLength = 2000;
const maxAttachments = 10;

export function createMessage(
  writer: MessageWriter,
  channelId: string,
  body: MessageBody,
  files: readonly UploadedFile[],
  options: {
    readonly onlyFor?: string;
    readonly interactionId?: string;
    readonly flags?: number;
    readonly maxFileBytes: number;
  },
): Message {
  const { state, clock } = writer;
  const message: Message = {
    id: clock.newId(),
    channelId,
    createdAt: clock.now(),
    content: '',
    components: [],
    buttons: [],
    attachments: [],
    flags: options.flags ?? 0,
    ...(body.nonce !== undefined && { nonce: String(body.nonce) }),
    ...(options.onlyFor !== undefined && { onlyFor: options.onlyFor }),
    ...(options.interactionId !== undefined && { interactionId: options.interactionId }),
    editedAt: undefined,
    editCount: 0,
    isDeleted: false,
    history: [],
  };
  if ((message.flags & messageFlags.loading) === 0) writeMessage(writer, message, body, files, options.maxFileBytes);
  state.messages.set(message.id, message);
  return message;
}

/** Puts content into a message, new or old; fields that are absent stay as they are. */
export function writeMessage(
  { state, clock, attachmentLifeMs }: MessageWriter,
  message: Message,
  body: MessageBody,
  files: readonly UploadedFile[],
  maxFileBytes: number,
): void {
  const content = body.content === undefined ? message.content : (body.content ?? '').trim();
  if ([...content].length > maxContentLength)
    throw invalidForm('content', `Must be ${maxContentLength} or fewer in length.`);
  const components = body.components === undefined ? message.components : (body.components ?? []);
  const buttons = buttonsOf(components);
  if (files.some(({ bytes }) => bytes.byteLength > maxFileBytes)) throw tooLarge();
  const add = (file: UploadedFile, description: string | null | undefined, filename = file.name): Attachment => ({
    id: clock.newId(),
    filename,
    description: description ?? undefined,
    contentType: file.contentType,
    bytes: file.bytes,
    isEphemeral: message.onlyFor !== undefined,
    channelId: message.channelId,
    expiresAt: clock.now() + attachmentLifeMs,
  });
  const listed = body.attachments?.map(({ id, filename, description }, index) => {
    const file = files.find((candidate) => String(candidate.index) === id);
    if (file) return add(file, description, filename ?? file.name);
    const kept = message.attachments.find((attachment) => attachment.id === id);
    if (!kept) throw invalidForm(`attachments.${index}.id`, `There is neither a file nor an attachment '${id}'.`);
    return kept;
  });
  const unlisted = files.filter(({ index }) => !body.attachments?.some(({ id }) => id === String(index)));
  const attachments = [
    ...(listed ?? (body.attachments === null ? [] : message.attachments)),
    ...unlisted.map((file) => add(file, undefined)),
  ];
  if (attachments.length > maxAttachments) throw invalidForm('attachments', 'Must be 10 or fewer in length.');
  if (content === '' && attachments.length === 0 && components.length === 0 && !body.embeds?.length)
    throw emptyMessage();

  for (const attachment of attachments) state.attachments.set(attachment.id, attachment);
  message.content = content;
  message.components = components;
  message.buttons = buttons;
  message.attachments = attachments;
  message.flags = (message.flags & ~messageFlags.loading) | ((body.flags ?? 0) & messageFlags.suppressEmbeds);
  message.history.push({ content, pictureCount: attachments.length, at: clock.now() });
}

function buttonsOf(components: readonly unknown[]): Button[] {
  const rows = components as readonly { readonly components?: readonly { label?: string; custom_id?: string }[] }[];
  const buttons = rows.flatMap((row) =>
    (row.components ?? []).map(({ label = '', custom_id: customId = '' }) => ({ label, customId })),
  );
  if (rows.length > 5) throw invalidForm('components', 'Must be 5 or fewer in length.');
  if (buttons.some(({ customId }) => customId === ''))
    throw invalidForm('components.0.components.0.custom_id', 'This field is required');
  if (new Set(buttons.map(({ customId }) => customId)).size < buttons.length)
    throw invalidForm('components.0.components.1.custom_id', 'Component custom id cannot be duplicated');
  return buttons;
}

/** As the API shows it. The nonce comes back with the answer to the request that set it, and never again. */
export function messageJson(state: DiscordState, message: Message, cdn: string, withNonce = false): object {
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.interactionId === undefined ? 0 : 20,
    author: { ...state.botUser, discriminator: '0', global_name: null, avatar: null, bot: true },
    content: message.content,
    timestamp: new Date(message.createdAt).toISOString(),
    edited_timestamp: message.editedAt === undefined ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: message.attachments.map((attachment) => attachmentJson(attachment, cdn)),
    embeds: [],
    components: message.components,
    pinned: false,
    flags: message.flags,
    ...(withNonce && message.nonce !== undefined && { nonce: message.nonce }),
  };
}

export function attachmentJson(attachment: Attachment, cdn: string): object {
  const { id, filename, description, contentType, bytes, isEphemeral, channelId, expiresAt } = attachment;
  const folder = isEphemeral ? 'ephemeral-attachments' : 'attachments';
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000).toString(16);
  const url = `${cdn}/${folder}/${channelId}/${id}/${encodeURIComponent(filename)}?ex=${seconds(expiresAt)}&is=${seconds(Date.now())}&hm=${id.padStart(64, '0')}&`;
  return {
    id,
    filename,
    size: bytes.byteLength,
    url,
    proxy_url: url,
    ...(contentType !== undefined && { content_type: contentType }),
    ...(description !== undefined && { description }),
    ...(contentType?.startsWith('image/') && { width: 64, height: 64 }),
    ...(isEphemeral && { ephemeral: true }),
  };
}
