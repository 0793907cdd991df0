import { randomBytes } from 'node:crypto';
import type { DiscordEmulator } from './discord-emulator.js';
import { attachmentJson, messageJson } from './messages.js';
import { channelJson } from './routes.js';
import {
  type Attachment,
  allPermissions,
  type Channel,
  type Interaction,
  type Message,
  type Role,
  type User,
} from './state.js';

export interface Speaker {
  readonly user: User;
  readonly channel: Channel;
  /** Discord's own tag, e.g. `en-US`. */
  readonly locale: string;
  /** Took the bot along to a place where it is no member. */
  readonly isElsewhere?: boolean;
  /** In this channel, with what was set for it alone. */
  readonly permissions?: string;
  readonly roles?: readonly Role[];
}

/** Makes an interaction and tells the bot's sessions of it; resolves with the acknowledgement. */
export function startInteraction(
  emulator: DiscordEmulator,
  { user, channel, locale, isElsewhere = false, permissions = allPermissions, roles = [] }: Speaker,
  kind: Interaction['kind'],
  data: object,
  source?: Message,
): Interaction & { readonly acknowledged: Promise<void>; readonly payload: object } {
  const { state, clock } = emulator;
  if (user.hasLeft) throw new Error(`${user.username} has left`);
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
  state.addInteraction(interaction);
  const types: Record<Interaction['kind'], number> = {
    command: 2,
    'message command': 2,
    component: 3,
    autocomplete: 4,
    modal: 5,
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
            user: userJson(user),
            nick: null,
            avatar: null,
            roles: roles.map(({ id }) => id),
            joined_at: new Date(0).toISOString(),
            deaf: false,
            mute: false,
            flags: 0,
            permissions,
          },
        }
      : { user: userJson(user) }),
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
  { filename, contentType }: Pick<Attachment, 'filename' | 'contentType'>,
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

function userJson({ id, username, globalName }: User): object {
  return { id, username, global_name: globalName, discriminator: '0', avatar: null, public_flags: 0 };
}

/** What Discord says beside the ids of files, people and roles. */
export function resolvedParts(
  emulator: DiscordEmulator,
  attachments: readonly Attachment[],
  ids: readonly string[] = [],
): object {
  const users = ids.flatMap((id) => emulator.state.users.get(id) ?? []);
  const roles = ids.flatMap((id) => emulator.state.roles.get(id) ?? []);
  if (attachments.length + users.length + roles.length === 0) return {};
  const byId = <Item extends { readonly id: string }>(items: readonly Item[], encode: (item: Item) => object) =>
    Object.fromEntries(items.map((item) => [item.id, encode(item)]));
  return {
    resolved: {
      ...(attachments.length > 0 && { attachments: byId(attachments, (each) => attachmentJson(each, emulator.cdn)) }),
      ...(users.length > 0 && {
        users: byId(users, userJson),
        members: byId(users, () => ({ nick: null, roles: [], permissions: '0' })),
      }),
      ...(roles.length > 0 && { roles: byId(roles, ({ id, name }) => ({ id, name, permissions: '0' })) }),
    },
  };
}
