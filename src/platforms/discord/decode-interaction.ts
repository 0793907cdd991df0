import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ChannelType,
  ComponentType,
  InteractionContextType,
  InteractionType,
  MessageFlags,
  PermissionsBitField,
} from 'discord.js';
import { z } from 'zod';
import { decodeAction } from '#src/core/action.js';
import type { IncomingImage } from '#src/core/files.js';
import type { CommandForm } from '#src/core/options.js';
import type { Person, Place, Standing } from '#src/core/place.js';
import { type IncomingCommand, spoilerPrefix } from '../platform.js';
import { displayNameOf } from './display-name.js';
import { photoOptionPrefix } from './encode-commands.js';
import { decodeFormId } from './encode-form.js';
import type { Member } from './server-permissions.js';
import { instantOf } from './snowflake.js';

/** What every interaction says about itself. */
export interface InteractionFacts {
  readonly id: string;
  /** Allows to answer for 15 minutes; never stored, never logged. */
  readonly token: string;
  readonly applicationId: string;
  readonly person: Person;
  readonly place: Place;
  readonly standing: Standing;
  /** Whether Discord lets the person open a thread there. */
  readonly mayOpenThreads: boolean;
  readonly language: string | undefined;
  readonly attachmentLimit: number | undefined;
}

export type DecodedInteraction = InteractionFacts &
  (
    | { readonly kind: 'command'; readonly command: string; readonly options: IncomingCommand['options'] }
    | {
        readonly kind: 'press';
        readonly action: string;
        readonly message: string;
        readonly isOnMessage: boolean;
        /** One person sees the message. */
        readonly isHidden: boolean;
      }
    | { readonly kind: 'completion'; readonly command: string; readonly option: string; readonly typed: string }
    /** A command chosen in the menu of a message. */
    | {
        readonly kind: 'menu';
        readonly title: string;
        readonly text: string;
        readonly images: readonly IncomingImage[];
      }
    /** A form without which the command could not be run. */
    | {
        readonly kind: 'form';
        readonly command: string;
        /** The interaction that it answered, where that one gave something to the command as well. */
        readonly opened?: string;
        readonly options: IncomingCommand['options'];
      }
  );

/** https://docs.discord.com/developers/resources/message#attachment-object-attachment-flags */
const spoilerFlag = 1 << 3;
const pictureTypes = /^(image\/|application\/octet-stream|$)/;
/** Names of other things end otherwise; names without an end say nothing. */
const pictureNames = /(^[^.]*|\.(jpe?g|png|webp|gif|avif|hei[cf]|tiff?|bmp))$/i;

const snowflake = z.string().regex(/^\d{1,20}$/);
const user = z.object({ id: snowflake, username: z.string(), global_name: z.string().nullish() });
const attachment = z.object({
  filename: z.string(),
  size: z.number().nonnegative(),
  url: z.string(),
  flags: z.number().int().optional().catch(undefined),
});
const resolvedParts = z
  .object({
    attachments: z.record(z.string(), attachment).optional(),
    users: z.record(z.string(), user).optional(),
    members: z.record(z.string(), z.object({ nick: z.string().nullish() })).optional(),
    roles: z.record(z.string(), z.object({ name: z.string() })).optional(),
  })
  .optional();
const threadTypes: readonly number[] = [
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
];
const optionValue = z.object({
  name: z.string(),
  type: z.number(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
});
const commandData = z.object({
  name: z.string().max(100),
  type: z.literal(ApplicationCommandType.ChatInput),
  options: z.array(optionValue).max(25).default([]),
  resolved: resolvedParts,
});
const messageContents = {
  content: z.string().max(10_000).default(''),
  attachments: z
    .array(attachment.extend({ content_type: z.string().optional().catch(undefined) }))
    .max(50)
    .default([]),
};
const menuData = z.object({
  name: z.string().max(100),
  type: z.literal(ApplicationCommandType.Message),
  target_id: snowflake,
  resolved: z.object({
    messages: z.record(
      z.string(),
      z.object({
        ...messageContents,
        // What was forwarded.
        message_snapshots: z
          .array(z.object({ message: z.object(messageContents) }))
          .max(10)
          .default([]),
      }),
    ),
  }),
});
const formField = z.object({
  component: z.object({
    type: z.number().optional(),
    custom_id: z.string(),
    value: z.string().optional(),
    values: z.array(z.string()).optional(),
  }),
});
const facts = z.object({
  id: snowflake,
  token: z.string().min(1),
  application_id: snowflake,
  channel_id: snowflake,
  channel: z
    .object({ type: z.number(), parent_id: snowflake.nullish(), nsfw: z.boolean().optional() })
    .optional()
    .catch(undefined),
  guild_id: snowflake.optional(),
  context: z.number().optional().catch(undefined),
  locale: z.string().max(35).optional(),
  member: z
    .object({
      user,
      nick: z.string().nullish(),
      roles: z.array(snowflake).max(500).default([]),
      permissions: z
        .string()
        .regex(/^\d{1,30}$/)
        .default('0'),
      joined_at: z.iso.datetime({ offset: true }).nullish().catch(undefined),
    })
    .optional(),
  user: user.optional(),
  attachment_size_limit: z.number().positive().optional(),
});
const payload = z.discriminatedUnion('type', [
  facts.extend({
    type: z.literal(InteractionType.ApplicationCommand),
    data: z.discriminatedUnion('type', [commandData, menuData]),
  }),
  facts.extend({ type: z.literal(InteractionType.ApplicationCommandAutocomplete), data: commandData }),
  facts.extend({
    type: z.literal(InteractionType.MessageComponent),
    data: z.object({ component_type: z.literal(ComponentType.Button), custom_id: z.string().max(100) }),
    message: z.object({
      id: snowflake,
      components: z.array(z.unknown()).max(40).default([]),
      flags: z.number().int().default(0).catch(0),
    }),
  }),
  facts.extend({
    type: z.literal(InteractionType.ModalSubmit),
    data: z.object({ custom_id: z.string().max(100), components: z.array(formField).max(40), resolved: resolvedParts }),
  }),
]);

type Attachments = Readonly<Record<string, z.infer<typeof attachment>>>;

export interface DecodeContext {
  readonly commands: readonly CommandForm[];
  readonly fetchAttachment: (address: string, maxBytes: number, signal?: AbortSignal) => Promise<Uint8Array>;
  /** Of a channel that has threads: these have no age restriction of their own, but that one's. */
  readonly isAgeRestricted: (channelId: string) => boolean;
  /** What a member may do in the whole server. */
  readonly serverPermissionsOf: (server: string, member: Member) => Readonly<PermissionsBitField>;
}

/** @returns undefined for what this bot has no use for, and for what is no interaction */
export function decodeInteraction(given: unknown, context: DecodeContext): DecodedInteraction | undefined {
  const parsed = payload.safeParse(given);
  if (!parsed.success) return undefined;
  const interaction = parsed.data;
  const speaker = interaction.member?.user ?? interaction.user;
  if (!speaker) return undefined;
  const permissions = new PermissionsBitField(BigInt(interaction.member?.permissions ?? 0));
  const roles = interaction.member?.roles ?? [];
  const isServerModerator =
    interaction.guild_id !== undefined &&
    interaction.member !== undefined &&
    context.serverPermissionsOf(interaction.guild_id, { id: speaker.id, roles }).has('ManageMessages');
  const { type: channelType = -1, parent_id, nsfw = false } = interaction.channel ?? {};
  const parent = threadTypes.includes(channelType) ? (parent_id ?? undefined) : undefined;
  const isAgeRestricted = parent === undefined ? nsfw : context.isAgeRestricted(parent);
  // Where people talk with each other they are a community of their own, and no private chat with the bot.
  const isAmongPeople = interaction.context === InteractionContextType.PrivateChannel;
  const server = interaction.guild_id ?? (isAmongPeople ? interaction.channel_id : undefined);
  const common: InteractionFacts = {
    id: interaction.id,
    token: interaction.token,
    applicationId: interaction.application_id,
    person: {
      platform: 'discord',
      id: speaker.id,
      name: displayNameOf(interaction.member?.nick || speaker.global_name || speaker.username),
    },
    // A thread is a channel of its own.
    place: {
      platform: 'discord',
      ...(server !== undefined && { server }),
      channel: interaction.channel_id,
      ...(parent !== undefined && { parent }),
      ...(isAgeRestricted && { isAgeRestricted }),
    },
    standing: {
      isModerator: isServerModerator,
      // What Discord says here counts the channel's own overwrites in.
      isChannelModerator: permissions.has('ManageMessages'),
      roles,
      isAgeRestricted,
      ...(interaction.member?.joined_at && { joinedAt: new Date(interaction.member.joined_at) }),
      accountCreatedAt: instantOf(speaker.id),
    },
    mayOpenThreads: permissions.has('CreatePublicThreads'),
    language: interaction.locale,
    attachmentLimit: interaction.attachment_size_limit,
  };
  switch (interaction.type) {
    case InteractionType.ApplicationCommand: {
      if (interaction.data.type === ApplicationCommandType.Message)
        return decodeMenu(common, interaction.data, context);
      return {
        ...common,
        kind: 'command',
        command: interaction.data.name,
        ...decodeOptions(interaction.data, context),
      };
    }
    case InteractionType.ApplicationCommandAutocomplete: {
      const focused = interaction.data.options.find((option) => option.focused);
      if (!focused) return undefined;
      const typed = String(focused.value ?? '');
      return { ...common, kind: 'completion', command: interaction.data.name, option: focused.name, typed };
    }
    case InteractionType.MessageComponent: {
      const { data, message } = interaction;
      const isOnMessage = JSON.stringify(message.components).includes(JSON.stringify(data.custom_id));
      const isHidden = (message.flags & MessageFlags.Ephemeral) !== 0;
      return { ...common, kind: 'press', action: data.custom_id, message: message.id, isOnMessage, isHidden };
    }
    case InteractionType.ModalSubmit: {
      const form = decodeFormId(interaction.data.custom_id);
      if (!form) return undefined;
      const { command, options } = decodeAction(form.command);
      const fields = decodeFields(interaction.data, context);
      return { ...common, kind: 'form', ...form, command, options: { ...options, ...fields.options } };
    }
  }
}

function decodeMenu(
  common: InteractionFacts,
  { name, target_id, resolved }: z.infer<typeof menuData>,
  { fetchAttachment }: DecodeContext,
): DecodedInteraction | undefined {
  const message = Object.hasOwn(resolved.messages, target_id) ? resolved.messages[target_id] : undefined;
  if (!message) return undefined;
  const parts = [message, ...message.message_snapshots.map((snapshot) => snapshot.message)];
  const images = parts
    .flatMap(({ attachments }) => attachments)
    .filter(mayBePicture)
    .map((found) => toImage(found, fetchAttachment));
  return { ...common, kind: 'menu', title: name, text: parts.map(({ content }) => content).join('\n'), images };
}

function decodeOptions(
  { name, options: given, resolved }: z.infer<typeof commandData>,
  context: DecodeContext,
): Pick<IncomingCommand, 'options'> {
  const photosName = photosOptionOf(name, context);
  const options: Record<string, string | number | boolean | readonly IncomingImage[]> = {};
  const photos: { readonly slot: number; readonly image: IncomingImage }[] = [];
  for (const option of given) {
    if (option.type !== ApplicationCommandOptionType.Attachment) {
      if (option.value !== undefined) options[option.name] = withName(option.type, option.value, resolved);
      continue;
    }
    const image = imageOf(String(option.value), resolved?.attachments ?? {}, context);
    if (!image) continue;
    const slot = new RegExp(`^${photoOptionPrefix}(\\d{1,2})$`).exec(option.name)?.[1];
    if (photosName !== undefined && slot !== undefined) photos.push({ slot: Number(slot), image });
    else options[option.name] = [image];
  }
  if (photosName !== undefined && photos.length > 0)
    options[photosName] = photos.toSorted((a, b) => a.slot - b.slot).map(({ image }) => image);
  return { options };
}

type Resolved = z.infer<typeof resolvedParts>;

/** People and roles come as ids, with what is known of them beside. */
function withName(type: number, value: string | number | boolean, resolved: Resolved): string | number | boolean {
  const of = <Item>(items: Readonly<Record<string, Item>> = {}) =>
    Object.hasOwn(items, String(value)) ? items[String(value)] : undefined;
  const account = of(resolved?.users);
  const name =
    type === ApplicationCommandOptionType.User
      ? of(resolved?.members)?.nick || account?.global_name || account?.username
      : type === ApplicationCommandOptionType.Role
        ? of(resolved?.roles)?.name
        : undefined;
  return name ? `${value} ${name}` : value;
}

function decodeFields(
  {
    components,
    resolved,
  }: { components: readonly z.infer<typeof formField>[]; resolved?: z.infer<typeof resolvedParts> },
  context: DecodeContext,
): Pick<IncomingCommand, 'options'> {
  const options: Record<string, string | readonly IncomingImage[]> = {};
  for (const { component } of components) {
    const { type, custom_id: name, value, values } = component;
    if (value !== undefined && value !== '') options[name] = value;
    if (type === ComponentType.StringSelect) {
      if (values?.[0] !== undefined) options[name] = values[0];
      continue;
    }
    const images = (values ?? []).flatMap((id) => imageOf(id, resolved?.attachments ?? {}, context) ?? []);
    if (images.length > 0) options[name] = images;
  }
  return { options };
}

export function photosOptionOf(command: string, { commands }: Pick<DecodeContext, 'commands'>): string | undefined {
  const declared = commands.find(({ name }) => name === command)?.options ?? {};
  return Object.entries(declared).find(([, { kind }]) => kind === 'images')?.[0];
}

function imageOf(
  id: string,
  attachments: Attachments,
  { fetchAttachment }: Pick<DecodeContext, 'fetchAttachment'>,
): IncomingImage | undefined {
  if (!Object.hasOwn(attachments, id)) return undefined;
  return toImage(attachments[id]!, fetchAttachment);
}

/** What it is, its bytes tell later; Discord's word for it may be missing or wrong. Something else is what its name calls so, too. */
function mayBePicture({ content_type = '', filename }: { readonly content_type?: string; readonly filename: string }) {
  return pictureTypes.test(content_type) || pictureNames.test(filename);
}

function toImage(
  { filename, size, url, flags = 0 }: z.infer<typeof attachment>,
  fetchAttachment: DecodeContext['fetchAttachment'],
): IncomingImage {
  const isSpoiler = filename.startsWith(spoilerPrefix) || (flags & spoilerFlag) !== 0;
  return {
    name: filename,
    claimedBytes: size,
    ...(isSpoiler && { isSpoiler }),
    read: (maxBytes, signal) => fetchAttachment(url, maxBytes, signal),
  };
}
