import { randomBytes } from 'node:crypto';
import type { DiscordEmulator } from './discord-emulator.js';
import { attachmentJson, messageJson } from './messages.js';
import { channelJson } from './routes.js';
import type { Attachment, Channel, Interaction, Message, User } from './state.js';

export interface Speaker {
  readonly user: User;
  readonly channel: Channel;
  /** Discord's own tag, e.g. `en-US`. */
  readonly locale: string;
  /** Took the bot along to a place where it is no member. */
  readonly isElsewhere?: boolean;
  /** May do what everybody may, unless it says otherwise. */
  readonly permissions?: string;
}

/** Makes an interaction and tells the bot's sessions of it; resolves with the acknowledgement. */
export function startInteraction(
  emulator: DiscordEmulator,
  { user, channel, locale, isElsewhere = false, permissions = '2147483647' }: Speaker,
  kind: Interaction['kind'],
  data: object,
  source?: Message,
): Interaction & { readonly acknowledged: Promise<void>; readonly payload: object } {
  const { state, clock } = emulator;
  let acknowledge = () => {};
  const acknowledged = new Promise<void>((resolve) => {
    acknowledge = resolve;
  });
  const interaction: Interaction = {
    id: clock.newId(),
    // About as long as real ones.
    token: `aW50ZXJhY3Rpb24-${randomBytes(90).toString('base64url')}`,
    kind,
    userId: user.id,
    channelId: channel.id,
    createdAt: clock.now(),
    isAcknowledged: false,
    onAcknowledged: () => acknowledge(),
    ...(source && { sourceMessageId: source.id }),
  };
  state.interactions.set(interaction.id, interaction);
  const types: Record<Interaction['kind'], number> = {
    command: 2,
    'message command': 2,
    component: 3,
    autocomplete: 4,
    modal: 5,
  };
  const userJson = {
    id: user.id,
    username: user.username,
    global_name: user.globalName,
    discriminator: '0',
    avatar: null,
    public_flags: 0,
  };
  const isGuild = channel.guildId !== undefined;
  const payload = {
    id: interaction.id,
    application_id: state.applicationId,
    type: types[kind],
    token: interaction.token,
    version: 1,
    locale,
    channel_id: channel.id,
    channel: isElsewhere ? { id: channel.id, type: 3 } : channelJson(channel),
    app_permissions: '2147483647',
    entitlements: [],
    authorizing_integration_owners: isElsewhere ? { '1': user.id } : { '0': channel.guildId ?? '0' },
    context: isElsewhere ? 2 : isGuild ? 0 : 1,
    attachment_size_limit: emulator.attachmentSizeLimit,
    data,
    ...(isGuild
      ? {
          guild_id: channel.guildId,
          guild_locale: 'en-US',
          guild: { id: channel.guildId, locale: 'en-US', features: [] },
          member: {
            user: userJson,
            nick: null,
            avatar: null,
            roles: [],
            joined_at: new Date(0).toISOString(),
            deaf: false,
            mute: false,
            flags: 0,
            permissions,
          },
        }
      : { user: userJson }),
    ...(source && { message: messageJson(state, source, emulator.cdn) }),
  };
  emulator.gateway.dispatch('INTERACTION_CREATE', payload, channel.guildId);
  return Object.assign(interaction, { acknowledged, payload });
}

/** Uploads a file as a person does with an option or a form. */
export function upload(
  emulator: DiscordEmulator,
  channelId: string,
  bytes: Uint8Array,
  { filename = 'photo.jpg', contentType = 'image/jpeg' } = {},
): Attachment {
  const attachment: Attachment = {
    id: emulator.clock.newId(),
    filename,
    description: undefined,
    contentType,
    bytes,
    isEphemeral: true,
    channelId,
    expiresAt: emulator.clock.now() + emulator.attachmentLifeMs,
  };
  emulator.state.attachments.set(attachment.id, attachment);
  return attachment;
}

export function resolvedAttachments(emulator: DiscordEmulator, attachments: readonly Attachment[]): object {
  if (attachments.length === 0) return {};
  return {
    resolved: {
      attachments: Object.fromEntries(
        attachments.map((attachment) => [attachment.id, attachmentJson(attachment, emulator.cdn)]),
      ),
    },
  };
}
