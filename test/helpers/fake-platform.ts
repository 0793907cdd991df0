import type { Membership, MessageReference, Person, Place, PlatformName, Server, Standing } from '#src/core/place.js';
import {
  type Bot,
  type IncomingCommand,
  isForSomebody,
  MessageGoneError,
  type OutgoingMessage,
  PlaceClosedError,
  type Platform,
  type SendOptions,
} from '#src/platforms/platform.js';

interface Sent {
  readonly key: string;
  readonly person: Person | undefined;
  /** Every content that the message ever had; the last one shows. */
  readonly contents: OutgoingMessage[];
}

/** A chat in memory, kept outside so that it survives a restart of the bot, as a real one does. */
export class FakeChat {
  readonly messages = new Map<string, Sent>();

  get last(): OutgoingMessage | undefined {
    return [...this.messages.values()].at(-1)?.contents.at(-1);
  }

  /** Contents that show now, of one kind. */
  showing(kind: OutgoingMessage['kind']): OutgoingMessage[] {
    return [...this.messages.values()]
      .map(({ contents }) => contents.at(-1)!)
      .filter((message) => message.kind === kind);
  }

  /** How many times a message became a result. */
  get deliveries(): number {
    return [...this.messages.values()].flatMap(({ contents }) => contents.filter(({ kind }) => kind === 'result'))
      .length;
  }
}

interface Saying extends Partial<Standing> {
  readonly person?: string;
  readonly language?: string;
  readonly eventId?: string;
  readonly at?: Date;
  readonly server?: string;
  readonly channel?: string;
}

interface Pressing extends Saying {
  readonly isOnMessage?: boolean;
  /** The key of the message that it is on. */
  readonly message?: string;
}

export class FakePlatform implements Platform {
  readonly name: PlatformName;
  readonly chat: FakeChat;
  bot: Bot | undefined;
  /** As on the page, so that a test can look into files that were sent. */
  linksFiles = true;
  everythingOf?: NonNullable<Platform['everythingOf']>;
  /** Rejections to come, first one first. */
  readonly faults: ('before' | 'after' | 'gone')[] = [];
  /** Where nobody can be reached. */
  readonly closedChannels = new Set<string>();
  /** Whoever spoke as a moderator somewhere, as `server/person`. */
  readonly moderators = new Set<string>();
  /** Who is in which community, as `server/person`; it does not say of others. */
  readonly members = new Map<string, Membership | 'none'>();
  #eventCount = 0;

  constructor(chat: FakeChat = new FakeChat(), name: PlatformName = 'web') {
    this.chat = chat;
    this.name = name;
  }

  async start(bot: Bot): Promise<void> {
    this.bot = bot;
  }

  async stop(): Promise<void> {
    this.bot = undefined;
  }

  async send(
    place: Place,
    message: OutgoingMessage,
    { key, person, replaces }: SendOptions,
  ): Promise<MessageReference> {
    const replaced = this.chat.messages.get(replaces?.message.message ?? '');
    if (replaced) {
      replaced.contents.push(message);
      return replaces!.message;
    }
    const fault = this.faults.shift();
    if (fault === 'before') throw new Error('the platform does not answer');
    if (this.closedChannels.has(place.channel)) throw new PlaceClosedError('nobody can be reached there');
    const known = this.chat.messages.get(key);
    if (known) known.contents.push(message);
    else this.chat.messages.set(key, { key, person, contents: [message] });
    if (fault === 'after') throw new Error('the answer of the platform was lost');
    const isAlone = message.ephemeral === true && place.server !== undefined && isForSomebody(message, { person });
    return { place: isAlone ? { platform: this.name, channel: person!.id } : place, message: key };
  }

  async memberOf({ id }: Person, { server }: Server): Promise<Membership | 'none' | 'unknown'> {
    return this.members.get(`${server}/${id}`) ?? 'unknown';
  }

  async moderates({ id }: Person, { server }: Place): Promise<boolean> {
    return this.moderators.has(`${server}/${id}`);
  }

  async edit({ place, message: key }: MessageReference, message: OutgoingMessage): Promise<void> {
    const fault = this.faults.shift();
    if (fault === 'before') throw new Error('the platform does not answer');
    if (this.closedChannels.has(place.channel)) throw new PlaceClosedError('nobody can be reached there');
    const known = this.chat.messages.get(key);
    if (!known || fault === 'gone') throw new MessageGoneError(`message ${key} was deleted`);
    known.contents.push(message);
    if (fault === 'after') throw new Error('the answer of the platform was lost');
  }

  async remove({ message: key }: MessageReference): Promise<void> {
    this.chat.messages.delete(key);
  }

  /** Says a command as somebody. */
  async say(
    command: string,
    options: IncomingCommand['options'] = {},
    {
      person = 'anna',
      language = 'en',
      eventId = `event-${++this.#eventCount}`,
      at = new Date(),
      ...where
    }: Saying = {},
  ): Promise<void> {
    this.#noteStanding(person, where);
    await this.bot!.invoke({
      eventId,
      at,
      person: { platform: this.name, id: person, name: person },
      ...situation(this.name, person, where),
      language,
      command,
      options,
    });
  }

  async press(
    action: string,
    {
      person = 'anna',
      language = 'en',
      isOnMessage = true,
      eventId = `press-${++this.#eventCount}`,
      at = new Date(),
      message = '?',
      ...where
    }: Pressing = {},
  ): Promise<void> {
    this.#noteStanding(person, where);
    const { place, standing } = situation(this.name, person, where);
    await this.bot!.press({
      eventId,
      at,
      person: { platform: this.name, id: person, name: person },
      place,
      standing,
      language,
      action,
      message: { place, message },
      isOnMessage,
    });
  }

  #noteStanding(person: string, { server, isModerator }: Saying): void {
    if (server !== undefined && isModerator) this.moderators.add(`${server}/${person}`);
  }
}

/** In private, unless a community is named. */
function situation(
  platform: PlatformName,
  person: string,
  { server, channel, ...standing }: Omit<Saying, 'person' | 'language' | 'eventId' | 'at'>,
) {
  const place: Place = {
    platform,
    ...(server !== undefined && { server }),
    channel: channel ?? server ?? person,
  };
  return { place, standing: async () => ({ isModerator: false, roles: [], ...standing }) };
}
