import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type DiscordState, guestPermissions, type Role } from './state.js';

interface Session {
  readonly id: string;
  sequence: number;
  socket: WebSocket | undefined;
  /** Its number, of how many. */
  readonly shard: readonly [number, number];
  /** To be told again to whoever resumes. */
  readonly sent: { readonly sequence: number; readonly name: string; readonly data: unknown }[];
}

const guildsIntent = 1;

export interface GatewayOptions {
  readonly accepts: (token: unknown) => boolean;
  readonly state: DiscordState;
  readonly url: () => string;
  readonly heartbeatIntervalMs: number;
  /** With fewer connections than these Discord refuses to serve. */
  readonly neededShards: () => number;
  readonly onViolation: (violation: string) => void;
}

/** The WebSocket through which Discord tells the bot what happens: identify, heartbeat, resume, reconnect. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #sessions = new Map<string, Session>();
  #count = 0;
  identifies = 0;
  resumes = 0;
  heartbeats = 0;
  /** Sessions are answered with silence, as on a connection that died without a word. */
  isSilent = false;
  /** Nobody is let in: the gateway is not there. */
  isAway = false;
  /** Connections that are being made are left without an answer. */
  isStuck = false;
  readonly #stuck: Duplex[] = [];

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return [...this.#sessions.values()].some(({ socket }) => socket !== undefined);
  }

  get stuckConnections(): number {
    return this.#stuck.length;
  }

  dropStuckConnections(): void {
    for (const socket of this.#stuck.splice(0)) socket.destroy();
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.isAway) return void socket.destroy();
    if (this.isStuck) return void this.#stuck.push(socket);
    const query = new URL(`http://localhost${request.url}`).searchParams;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      if (query.get('v') !== '10') return webSocket.close(4012, 'Invalid API version');
      if (query.get('encoding') !== 'json' || query.has('compress')) {
        this.#options.onViolation(`gateway: the emulator speaks plain JSON, not ${query}`);
        return webSocket.close(4002, 'Decode error');
      }
      this.#serve(webSocket);
    });
  }

  /** Numbers of the connections that are there. */
  get shards(): readonly number[] {
    return [...this.#sessions.values()].flatMap(({ socket, shard }) => (socket ? [shard[0]] : [])).toSorted();
  }

  /** Events that were told, by shard. */
  readonly told = new Map<number, number>();

  /** Tells each session that serves this server, the first shard where there is none; who is away hears it when resuming. */
  dispatch(name: string, data: unknown, guildId?: string): void {
    for (const session of this.#sessions.values()) {
      if (!serves(session.shard, guildId)) continue;
      if (name === 'INTERACTION_CREATE') this.told.set(session.shard[0], (this.told.get(session.shard[0]) ?? 0) + 1);
      this.#tell(session, name, data);
    }
  }

  /** Op 7: the bot has to connect anew and resume. */
  requestReconnect(): void {
    this.#broadcast({ op: 7, d: null });
  }

  /** Op 9. Without `mayResume` the session is forgotten and the bot has to identify again. */
  invalidateSessions({ mayResume = false } = {}): void {
    this.#broadcast({ op: 9, d: mayResume });
    if (!mayResume) this.#sessions.clear();
  }

  /** Cuts every connection without a farewell. */
  dropConnections(): void {
    for (const { socket } of this.#sessions.values()) socket?.terminate();
  }

  /** Closes with a code, e.g. 4000 (try to resume) or 4014 (do not come back). @param shard its number, where it is one alone */
  closeConnections(code: number, shard?: number): void {
    for (const { socket, shard: each } of this.#sessions.values())
      if (shard === undefined || each[0] === shard) socket?.close(code);
  }

  /** A role of the server gets other rights. */
  changeRole(role: Role): void {
    const { state } = this.#options;
    state.roles.set(role.id, role);
    this.dispatch('GUILD_ROLE_UPDATE', { guild_id: state.guildId, role: roleJson(role, 1) }, state.guildId);
  }

  /** Somebody else gets the server. */
  changeOwner(userId: string): void {
    const { state } = this.#options;
    state.ownerId = userId;
    this.dispatch('GUILD_UPDATE', guildOf(state), state.guildId);
  }

  stop(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  #broadcast(payload: object): void {
    for (const { socket } of this.#sessions.values()) socket?.send(JSON.stringify({ s: null, t: null, ...payload }));
  }

  #tell(session: Session, name: string, data: unknown): void {
    session.sequence += 1;
    session.sent.push({ sequence: session.sequence, name, data });
    if (!this.isSilent) session.socket?.send(JSON.stringify({ op: 0, s: session.sequence, t: name, d: data }));
  }

  #serve(socket: WebSocket): void {
    let session: Session | undefined;
    // Once and a half its interval after the last one nobody is believed to be there.
    const patience = setTimeout(() => socket.close(4009, 'Session timed out'), 1.5 * this.#options.heartbeatIntervalMs);
    const send = (payload: object) => socket.send(JSON.stringify({ s: null, t: null, d: null, ...payload }));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(patience);
      if (session?.socket === socket) session.socket = undefined;
    });
    socket.on('message', (raw) => {
      let payload: { op?: number; d?: Record<string, unknown> };
      try {
        payload = JSON.parse(String(raw));
      } catch {
        return socket.close(4002, 'Decode error');
      }
      if (this.isSilent) return;
      switch (payload.op) {
        case 1:
          this.heartbeats += 1;
          patience.refresh();
          return send({ op: 11 });
        case 2:
          if (session) return socket.close(4005, 'Already authenticated');
          session = this.#identify(socket, payload.d ?? {});
          return;
        case 6:
          session = this.#resume(socket, payload.d ?? {});
          return;
        default:
          this.#options.onViolation(`gateway: opcode ${payload.op} is not expected`);
          socket.close(4001, 'Unknown opcode');
      }
    });
    send({ op: 10, d: { heartbeat_interval: this.#options.heartbeatIntervalMs } });
  }

  #identify(socket: WebSocket, data: Record<string, unknown>): Session | undefined {
    const { state, accepts, url, onViolation } = this.#options;
    this.identifies += 1;
    if (!accepts(data.token)) return void socket.close(4004, 'Authentication failed');
    const intents = data.intents;
    if (typeof intents !== 'number') return void socket.close(4013, 'Invalid intents');
    // No privileged intent is switched on for this bot.
    if ((intents & ((1 << 1) | (1 << 8) | (1 << 15))) !== 0) return void socket.close(4014, 'Disallowed intents');
    if (intents !== guildsIntent)
      onViolation(`gateway: intents ${intents}, the bot needs only Guilds (${guildsIntent})`);
    const shard = shardOf(data.shard);
    if (!shard) return void socket.close(4010, 'Invalid shard');
    if (shard[1] < this.#options.neededShards()) return void socket.close(4011, 'Sharding required');
    const session: Session = { id: `session-${++this.#count}`, sequence: 0, socket, shard, sent: [] };
    this.#sessions.set(session.id, session);
    this.#tell(session, 'READY', {
      v: 10,
      user: { ...state.botUser, discriminator: '0', global_name: null, avatar: null, bot: true, flags: 0 },
      guilds: serves(shard, state.guildId) ? [{ id: state.guildId, unavailable: true }] : [],
      session_id: session.id,
      resume_gateway_url: url(),
      shard: shard,
      application: { id: state.applicationId, flags: 0 },
    });
    if (serves(shard, state.guildId)) this.#tell(session, 'GUILD_CREATE', guildOf(state));
    return session;
  }

  #resume(socket: WebSocket, data: Record<string, unknown>): Session | undefined {
    if (!this.#options.accepts(data.token)) return void socket.close(4004, 'Authentication failed');
    const session = this.#sessions.get(String(data.session_id));
    if (!session) {
      socket.send(JSON.stringify({ op: 9, s: null, t: null, d: false }));
      return undefined;
    }
    this.resumes += 1;
    session.socket = socket;
    const missed = session.sent.filter(({ sequence }) => sequence > Number(data.seq));
    for (const { sequence, name, data: told } of missed)
      socket.send(JSON.stringify({ op: 0, s: sequence, t: name, d: told }));
    this.#tell(session, 'RESUMED', {});
    return session;
  }
}

function shardOf(given: unknown): readonly [number, number] | undefined {
  if (given === undefined) return [0, 1];
  if (!Array.isArray(given) || given.length !== 2 || !given.every(Number.isInteger)) return undefined;
  const [number, count] = given as [number, number];
  return number >= 0 && number < count ? [number, count] : undefined;
}

/** https://discord.com/developers/docs/events/gateway#sharding */
function serves([number, count]: readonly [number, number], guildId: string | undefined): boolean {
  return guildId === undefined ? number === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === number;
}

function roleJson({ id, name, permissions = '0' }: Role, position: number): object {
  const look = { color: 0, colors: { primary_color: 0, secondary_color: null, tertiary_color: null }, hoist: false };
  return { id, name, permissions, position, managed: false, mentionable: false, flags: 0, ...look };
}

function guildOf(state: DiscordState): object {
  const channels = [...state.channels.values()].filter(({ guildId }) => guildId === state.guildId);
  return {
    id: state.guildId,
    name: 'Pet lovers',
    owner_id: state.ownerId,
    unavailable: false,
    member_count: 2,
    joined_at: new Date(0).toISOString(),
    large: false,
    features: [],
    premium_tier: 0,
    preferred_locale: 'en-US',
    nsfw_level: 0,
    verification_level: 0,
    system_channel_flags: 0,
    roles: [{ id: state.guildId, name: '@everyone', permissions: guestPermissions }, ...state.roles.values()].map(
      roleJson,
    ),
    emojis: [],
    stickers: [],
    members: [],
    presences: [],
    voice_states: [],
    threads: [],
    stage_instances: [],
    guild_scheduled_events: [],
    channels: channels
      .filter(({ parentId }) => parentId === undefined)
      .map(({ id, isAgeRestricted = false }) => ({
        id,
        type: 0,
        name: 'general',
        position: 0,
        nsfw: isAgeRestricted,
        permission_overwrites: [],
      })),
  };
}
