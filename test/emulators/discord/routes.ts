import {
  cannotMessageUser,
  missingAccess,
  missingPermissions,
  oldMessageEdits,
  threadExists,
  unknownChannel,
  unknownMember,
  unknownMessage,
  unknownRole,
  unknownUser,
  wrongChannelType,
} from './api-error.js';
import type { Clock } from './clock.js';
import { checkCommands, type RegisteredCommand } from './commands.js';
import { answerInteraction, type CallbackBody, followUp, interactionOf, writtenBy } from './interaction-rules.js';
import { createMessage, type MessageBody, type MessageWriter, messageJson, writeMessage } from './messages.js';
import type { ReadBody } from './read-request.js';
import type { SchemaName } from './schema.js';
import { type Channel, type DiscordState, type Interaction, type Message, messageFlags } from './state.js';

export interface RouteRequest extends ReadBody {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** The emulator, as its routes see it. */
export interface RouteWorld extends MessageWriter {
  readonly cdn: string;
  readonly gatewayUrl: string;
  readonly shards: number;
  readonly maxFileBytes: number;
  readonly nonceLifeMs: number;
  readonly maxEditsOfOldMessages: number;
}

export interface Route {
  /** Open to whoever knows the interaction's token; everything else needs the bot's. */
  readonly isOpen?: boolean;
  /** Names of what may stand behind the question mark. */
  readonly query?: readonly string[];
  readonly schema?: SchemaName | ((body: unknown) => SchemaName | undefined);
  /** @returns the body of the answer; undefined for 204 */
  handle(world: RouteWorld, request: RouteRequest): unknown;
}

const callbackSchemas: Readonly<Record<number, SchemaName>> = {
  1: 'PongInteractionCallbackRequestSchema',
  4: 'CreateMessageInteractionCallbackRequestSchema',
  5: 'CreateMessageInteractionCallbackRequestSchema',
  6: 'UpdateMessageInteractionCallbackRequestSchema',
  7: 'UpdateMessageInteractionCallbackRequestSchema',
  8: 'ApplicationCommandAutocompleteCallbackRequestSchema',
  9: 'ModalInteractionCallbackRequestSchema',
};

const interactionTypes: Record<Interaction['kind'], number> = {
  command: 2,
  'message command': 2,
  component: 3,
  autocomplete: 4,
  modal: 5,
};

const oldAfterMs = 3600_000;
const json = (world: RouteWorld, message: Message, withNonce = false) =>
  messageJson(world.state, message, world.cdn, withNonce);

/** What the emulator plays, by method and template. */
export const routes: Readonly<Record<string, Route>> = {
  'GET /gateway/bot': {
    handle: ({ gatewayUrl, shards }) => ({
      url: gatewayUrl,
      shards,
      session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 16 },
    }),
  },
  'GET /users/@me': { handle: ({ state }) => ({ ...state.botUser, discriminator: '0', bot: true }) },
  'GET /applications/@me': { handle: ({ state }) => ({ id: state.applicationId, name: 'Petbooth' }) },
  'GET /applications/{application_id}/commands': {
    query: ['with_localizations'],
    handle: ({ state }) => state.commands,
  },
  'PUT /applications/{application_id}/commands': {
    schema: 'ApplicationCommandUpdateRequestSchema',
    handle: ({ state, clock }, { json: body }) => {
      state.commands = registered(state, clock, body);
      return state.commands;
    },
  },
  'GET /applications/{application_id}/guilds/{guild_id}/commands': {
    query: ['with_localizations'],
    handle: ({ state }, { params }) => state.guildCommands.get(params.guild_id!) ?? [],
  },
  'PUT /applications/{application_id}/guilds/{guild_id}/commands': {
    schema: 'ApplicationCommandUpdateRequestSchema',
    handle({ state, clock }, { params, json: body }) {
      if (params.guild_id !== state.guildId) throw missingAccess();
      const commands = registered(state, clock, body);
      state.guildCommands.set(state.guildId, commands);
      return commands;
    },
  },
  'POST /interactions/{interaction_id}/{interaction_token}/callback': {
    isOpen: true,
    query: ['with_response'],
    schema: (body) => callbackSchemas[(body as { type?: number } | undefined)?.type ?? 0],
    handle(world, { params, json: body, files, query }) {
      const { interaction_id: id = '', interaction_token: token = '' } = params;
      const interaction = world.state.interactions.get(id);
      answerInteraction(world, interaction, token, body as CallbackBody, files, world.maxFileBytes);
      return query.get('with_response') === 'true'
        ? callbackJson(world, interaction!, body as CallbackBody)
        : undefined;
    },
  },
  'POST /webhooks/{webhook_id}/{webhook_token}': {
    isOpen: true,
    query: ['wait', 'with_components'],
    schema: 'IncomingWebhookRequestPartialSchema',
    handle(world, { params, json: body, files }) {
      const interaction = interactionOf(world, params.webhook_id!, params.webhook_token!);
      return json(world, followUp(world, interaction, body as MessageBody, files, world.maxFileBytes));
    },
  },
  ...webhookMessage('/webhooks/{webhook_id}/{webhook_token}/messages/@original'),
  ...webhookMessage('/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}'),
  'GET /channels/{channel_id}': {
    handle(world, { params }) {
      return channelJson(visibleChannel(world, params));
    },
  },
  'GET /channels/{channel_id}/messages': {
    query: ['after', 'limit'],
    handle(world, { params, query }) {
      const channel = visibleChannel(world, params);
      const after = query.get('after');
      const limit = Number(query.get('limit') ?? 50);
      const all = world.state
        .messagesIn(channel.id)
        .filter(({ onlyFor, id }) => onlyFor === undefined && (after === null || BigInt(id) > BigInt(after)));
      // With `after` the oldest of those come, always newest first.
      const page = after === null ? all.slice(-limit) : all.slice(0, limit);
      return page.toReversed().map((message) => json(world, message));
    },
  },
  'POST /channels/{channel_id}/messages': {
    schema: 'MessageCreateRequestSchema',
    handle(world, { params, json: given, files }) {
      const { state, clock } = world;
      const channel = visibleChannel(world, params);
      if (channel.recipientId !== undefined && state.users.get(channel.recipientId)?.isClosed)
        throw cannotMessageUser();
      if (!channel.canSend) throw missingPermissions();
      const body = given as MessageBody;
      const known =
        body.enforce_nonce && body.nonce !== undefined
          ? state
              .messagesIn(channel.id)
              .find(
                ({ nonce, createdAt }) => nonce === String(body.nonce) && clock.now() - createdAt < world.nonceLifeMs,
              )
          : undefined;
      const message = known ?? createMessage(world, channel.id, body, files, { maxFileBytes: world.maxFileBytes });
      return json(world, message, true);
    },
  },
  'GET /channels/{channel_id}/messages/{message_id}': {
    handle: (world, { params }) => json(world, visibleMessage(world, params)),
  },
  'PATCH /channels/{channel_id}/messages/{message_id}': {
    schema: 'MessageEditRequestPartialSchema',
    handle(world, { params, json: body, files }) {
      const { clock } = world;
      const message = visibleMessage(world, params);
      if (clock.now() - message.createdAt > oldAfterMs && ++message.editCount > world.maxEditsOfOldMessages)
        throw oldMessageEdits();
      writeMessage(world, message, body as MessageBody, files, world.maxFileBytes);
      message.editedAt = clock.now();
      return json(world, message);
    },
  },
  'DELETE /channels/{channel_id}/messages/{message_id}': {
    handle(world, { params }) {
      visibleMessage(world, params).isDeleted = true;
      return undefined;
    },
  },
  'POST /channels/{channel_id}/messages/{message_id}/threads': {
    schema: 'CreateTextThreadWithMessageRequestSchema',
    handle(world, { params, json: body }) {
      const { state } = world;
      const message = visibleMessage(world, params);
      const parent = visibleChannel(world, params);
      if (parent.guildId === undefined || parent.parentId !== undefined) throw wrongChannelType();
      if (!parent.canSend || parent.refusesThreads) throw missingPermissions();
      if (state.channels.has(message.id)) throw threadExists();
      const { name } = body as { readonly name: string };
      const thread: Channel = {
        id: message.id,
        guildId: parent.guildId,
        parentId: parent.id,
        name,
        canView: true,
        canSend: true,
        isDeleted: false,
      };
      state.channels.set(thread.id, thread);
      return channelJson(thread);
    },
  },
  'GET /guilds/{guild_id}/members/{user_id}': {
    handle({ state }, { params }) {
      if (params.guild_id !== state.guildId) throw missingAccess();
      const { user_id: id = '' } = params;
      const roles = state.memberRoles.get(id);
      const user = state.users.get(id);
      if (!roles || !user || user.hasLeft) throw unknownMember();
      return {
        user: { id, username: user.username, global_name: user.globalName },
        roles,
        joined_at: new Date(0).toISOString(),
        flags: 0,
      };
    },
  },
  'PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}': {
    handle: ({ state }, { params }) => changeRoles(state, params, true),
  },
  'DELETE /guilds/{guild_id}/members/{user_id}/roles/{role_id}': {
    handle: ({ state }, { params }) => changeRoles(state, params, false),
  },
  'POST /channels/{channel_id}/typing': { handle: (world, { params }) => void visibleChannel(world, params) },
  'POST /users/@me/channels': {
    schema: 'CreatePrivateChannelRequestSchema',
    handle({ state, clock }, { json: body }) {
      const recipientId = (body as { recipient_id?: string }).recipient_id ?? '';
      if (!state.users.has(recipientId)) throw unknownUser();
      const known = [...state.channels.values()].find((channel) => channel.recipientId === recipientId);
      const channel: Channel = known ?? {
        id: clock.newId(),
        recipientId,
        canView: true,
        canSend: true,
        isDeleted: false,
      };
      state.channels.set(channel.id, channel);
      return { id: channel.id, type: 1, recipients: [{ id: recipientId }], flags: 0 };
    },
  },
};

function webhookMessage(template: string): Record<string, Route> {
  const find = (world: RouteWorld, { params }: RouteRequest) =>
    writtenBy(world, interactionOf(world, params.webhook_id!, params.webhook_token!), params.message_id ?? '@original');
  return {
    [`GET ${template}`]: { isOpen: true, handle: (world, request) => json(world, find(world, request)) },
    [`PATCH ${template}`]: {
      isOpen: true,
      query: ['with_components'],
      schema: 'IncomingWebhookUpdateRequestPartialSchema',
      handle(world, request) {
        const message = find(world, request);
        writeMessage(world, message, request.json as MessageBody, request.files, world.maxFileBytes);
        message.editedAt = world.clock.now();
        return json(world, message);
      },
    },
    [`DELETE ${template}`]: {
      isOpen: true,
      handle(world, request) {
        find(world, request).isDeleted = true;
        return undefined;
      },
    },
  };
}

function registered(state: DiscordState, clock: Clock, body: unknown): DiscordState['commands'] {
  const commands = body as readonly Partial<RegisteredCommand>[];
  checkCommands(commands);
  return commands.map((command) => ({
    type: 1,
    options: [],
    ...command,
    id: clock.newId(),
    application_id: state.applicationId,
    version: clock.newId(),
  }));
}

/** https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback-interaction-callback-response-object */
function callbackJson(world: RouteWorld, interaction: Interaction, { type }: CallbackBody): object {
  const message = [4, 5, 7].includes(type) ? world.state.messages.get(interaction.originalId ?? '') : undefined;
  return {
    interaction: {
      id: interaction.id,
      type: interactionTypes[interaction.kind],
      ...(message && {
        response_message_id: message.id,
        response_message_loading: (message.flags & messageFlags.loading) !== 0,
        response_message_ephemeral: message.onlyFor !== undefined,
      }),
    },
    resource: { type, ...(message && { message: json(world, message) }) },
  };
}

export function channelJson({ id, guildId, parentId, name = 'general', isAgeRestricted = false }: Channel): object {
  if (guildId === undefined) return { id, type: 1 };
  return {
    id,
    type: parentId === undefined ? 0 : 11,
    guild_id: guildId,
    name,
    // Threads have none of their own.
    ...(parentId === undefined ? { nsfw: isAgeRestricted } : { parent_id: parentId }),
  };
}

function visibleChannel({ state }: RouteWorld, params: RouteRequest['params']): Channel {
  const channel = state.channels.get(params.channel_id ?? '');
  if (!channel || channel.isDeleted) throw unknownChannel();
  if (!channel.canView) throw missingAccess();
  return channel;
}

/** Of what only one person sees the bot sees nothing here. */
function visibleMessage(world: RouteWorld, params: RouteRequest['params']): Message {
  const channel = visibleChannel(world, params);
  const message = world.state.messages.get(params.message_id ?? '');
  if (!message || message.isDeleted || message.onlyFor !== undefined || message.channelId !== channel.id)
    throw unknownMessage();
  return message;
}

/** https://docs.discord.com/developers/resources/guild#add-guild-member-role */
function changeRoles(
  state: DiscordState,
  { guild_id, user_id = '', role_id = '' }: RouteRequest['params'],
  isOn: boolean,
) {
  if (guild_id !== state.guildId) throw missingAccess();
  const held = state.memberRoles.get(user_id);
  if (!held || state.users.get(user_id)?.hasLeft) throw unknownMember();
  if (!state.roles.has(role_id)) throw unknownRole();
  if (!state.canManageRoles || role_id === state.moderators.id) throw missingPermissions();
  const others = held.filter((id) => id !== role_id);
  state.memberRoles.set(user_id, isOn ? [...others, role_id] : others);
}
