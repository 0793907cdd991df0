import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Matcher,
  type SayOptions,
  type ScenarioChat,
  type SeenMessage,
  seesWithin,
} from '#test/scenarios/chat.js';
import {
  channelBot,
  describeChat,
  describeUser,
  type EmulatedChat,
  type EmulatedMessage,
  type EmulatedUser,
  groupAnonymousBot,
  type StoredFile,
  telegramItself,
} from './state.js';
import type { TelegramEmulator } from './telegram-emulator.js';

export interface SendOptions {
  /** Several make an album: one update each, the words on the first. */
  readonly photos?: readonly Uint8Array[];
  /** The photos are covered until they are tapped. */
  readonly isSpoiler?: boolean;
  /** Sent as files, uncompressed. */
  readonly files?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly replyTo?: number | string;
  /** An inline bot that the person used to write this. */
  readonly viaBot?: EmulatedUser;
  /** From some other chat. */
  readonly isForwarded?: boolean;
  /** Whom the text mentions by the first name alone. */
  readonly mentions?: UserActor;
  /** How long each further part of an album takes to arrive. */
  readonly siblingDelayMs?: number;
  /** The album that these photos belong to, for siblings that come much later. */
  readonly album?: string;
}

const albumSize = 10;

/** Somebody with an account. */
export class UserActor {
  readonly emulator: TelegramEmulator;
  readonly user: EmulatedUser;

  constructor(emulator: TelegramEmulator, user: EmulatedUser) {
    this.emulator = emulator;
    this.user = user;
  }

  privateChat(): ChatActor {
    const { state } = this.emulator;
    const chat = state.chats.get(this.user.id) ?? {
      id: this.user.id,
      type: 'private' as const,
      first_name: this.user.first_name,
      closedThreads: new Set<number>(),
      topics: new Map(),
    };
    state.chats.set(chat.id, chat);
    return new ChatActor(this, chat);
  }
}

export class GroupActor {
  readonly emulator: TelegramEmulator;
  readonly chat: EmulatedChat;

  constructor(emulator: TelegramEmulator, chat: EmulatedChat) {
    this.emulator = emulator;
    this.chat = chat;
  }

  /**
   * @param options.thread a topic, where the group is a forum
   * @param options.looksAlone has spoken with the bot alone, and sees what comes there as well
   */
  as(
    actor: UserActor,
    { thread, looksAlone }: { readonly thread?: number; readonly looksAlone?: true } = {},
  ): ChatActor {
    return new ChatActor(actor, this.chat, { thread, alone: looksAlone && actor.privateChat() });
  }

  /** Somebody becomes a moderator, or stops being one; Telegram tells administrators of it, and no other bot. */
  changesModerator({ user }: UserActor, isModerator: boolean): void {
    const { chat, emulator } = this;
    chat.moderators ??= new Set();
    if (isModerator) chat.moderators.add(user.id);
    else chat.moderators.delete(user.id);
    if (!chat.moderators.has(emulator.state.bot.id)) return;
    const [member, administrator] = ['member', 'administrator'].map((status) => ({ status, user: describeUser(user) }));
    emulator.deliver('chat_member', {
      chat: describeChat(chat),
      from: describeUser(groupAnonymousBot),
      date: 1,
      old_chat_member: isModerator ? member : administrator,
      new_chat_member: isModerator ? administrator : member,
    });
  }

  /** An administrator who stays anonymous: Telegram does not say who. */
  asItself({ thread }: { readonly thread?: number } = {}): ChatActor {
    const { id, type, title } = this.chat;
    const sender = { senderChat: { id, type, ...(title && { title }) } };
    return new ChatActor(new UserActor(this.emulator, groupAnonymousBot), this.chat, { thread, sender });
  }

  /** A channel that writes in the group, as whoever owns it. */
  asChannel(title: string): ChatActor {
    const sender = { senderChat: { id: -1_009_000_000_001, type: 'channel', title } };
    return new ChatActor(new UserActor(this.emulator, channelBot), this.chat, { sender });
  }

  /** The linked channel, whose posts Telegram forwards into the group. */
  asLinkedChannel(title: string): ChatActor {
    const sender = { senderChat: { id: -1_009_000_000_002, type: 'channel', title }, isAutomaticForward: true };
    return new ChatActor(new UserActor(this.emulator, telegramItself), this.chat, { sender });
  }

  /**
   * The group becomes a supergroup: another chat, with the same people. What was posted before stays where it is.
   * @param told what of the two service messages the bot gets
   * @param supergroup one that is there already
   */
  becomesSupergroup(
    told: readonly ('to' | 'from')[] = ['to', 'from'],
    supergroup = this.emulator.group(this.chat.title ?? ''),
  ): GroupActor {
    const { emulator, chat } = this;
    if (chat.moderators) supergroup.chat.moderators = new Set(chat.moderators);
    chat.migratedTo = supergroup.chat.id;
    for (const which of told) {
      const [where, extra] =
        which === 'to'
          ? [chat, { migrate_to_chat_id: supergroup.chat.id }]
          : [supergroup.chat, { migrate_from_chat_id: chat.id }];
      const message = emulator.state.addMessage(where, groupAnonymousBot, {});
      emulator.deliver('message', { ...emulator.state.describe(message), ...extra });
    }
    return supergroup;
  }

  /** @returns its thread */
  topic(name: string, creator: UserActor): number {
    const { message_id } = this.emulator.state.addMessage(this.chat, creator.user, {});
    this.chat.topics.set(message_id, { name, creator: creator.user });
    return message_id;
  }
}

type Sender = Pick<EmulatedMessage, 'senderChat' | 'isAutomaticForward'>;

interface ChatActorOptions {
  readonly thread?: number | undefined;
  readonly alone?: ChatActor | undefined;
  readonly sender?: Sender;
}

/** One person in one chat (and topic), seeing what is there and writing to it. */
export class ChatActor implements ScenarioChat {
  readonly actor: UserActor;
  readonly chat: EmulatedChat;
  readonly thread: number | undefined;
  readonly #sender: Sender;
  /** The same person with the bot alone, where they look there too. */
  readonly #alone: ChatActor | undefined;

  constructor(actor: UserActor, chat: EmulatedChat, { thread, alone, sender = {} }: ChatActorOptions = {}) {
    this.actor = actor;
    this.chat = chat;
    this.thread = thread;
    this.#sender = sender;
    this.#alone = alone;
  }

  get personName(): string {
    return this.actor.user.first_name;
  }

  /** Messages of the bot that are still there, and for this person to see. */
  get raw(): readonly EmulatedMessage[] {
    const { state } = this.actor.emulator;
    return state.messages.filter(
      ({ chat, from, thread, onlyFor, isDeleted }) =>
        chat === this.chat &&
        from === state.bot &&
        thread === this.thread &&
        (onlyFor?.user ?? this.actor.user.id) === this.actor.user.id &&
        !isDeleted,
    );
  }

  get messages(): readonly SeenMessage[] {
    const here = this.chat.gone?.has(this.actor.user.id) ? [] : this.raw.map(describe);
    return this.#alone
      ? [...here, ...this.#alone.messages.map((message) => ({ ...message, id: `alone-${message.id}` }))]
      : here;
  }

  async say(line: string, { photos = [], file, about }: SayOptions = {}): Promise<void> {
    const theirs = about instanceof ChatActor ? about.written.at(-1) : undefined;
    if (about && !theirs) throw new Error(`${about.personName} has written nothing here to answer`);
    const before = new Set(this.raw);
    await this.send(line, { photos, ...(file && { files: [file] }), ...(theirs && { replyTo: theirs.message_id }) });
    if (photos.length > 1) await this.#startsDraft(before);
  }

  /** Photos are collected until the person says that these are all. */
  async #startsDraft(before: ReadonlySet<EmulatedMessage>): Promise<void> {
    const find = () =>
      this.raw
        .filter((message) => !before.has(message))
        .flatMap((message) => buttonsOf(message).map((button) => ({ message, data: button.callback_data })))
        .find(({ data }) => data.startsWith('draft:go:'));
    await this.sees(() => find() !== undefined);
    const { message, data } = find()!;
    await this.pressData(message, data);
  }

  async takes(message: SeenMessage): Promise<Uint8Array> {
    const alone = this.#aloneOf(message);
    if (alone) return alone.chat.takes(alone.message);
    const { document, photo } = this.actor.emulator.state.findMessage(this.chat.id, Number(message.id))!;
    return (document ?? photo)!.bytes;
  }

  /** What this person has written here. */
  get written(): readonly EmulatedMessage[] {
    return this.actor.emulator.state.messages.filter(
      ({ chat, from, isDeleted }) => chat === this.chat && from === this.actor.user && !isDeleted,
    );
  }

  /** @returns the messages that this became */
  async send(text: string | undefined, options: SendOptions = {}): Promise<EmulatedMessage[]> {
    const { emulator } = this.actor;
    const { state } = emulator;
    const { photos = [], files = [], siblingDelayMs = 0 } = options;
    const replyTo =
      options.replyTo === undefined ? undefined : state.findMessage(this.chat.id, Number(options.replyTo));
    const base = {
      ...this.#sender,
      ...(options.viaBot && { viaBot: options.viaBot }),
      ...(options.isForwarded && { isForwarded: true }),
      ...(this.thread !== undefined && { thread: this.thread }),
      ...(replyTo && { replyTo }),
      ...(options.mentions && { mentions: options.mentions.user }),
    };
    const attached: { photo?: StoredFile; document?: StoredFile }[] = [];
    for (const bytes of photos) attached.push({ photo: await this.#store('photo.jpg', bytes, true) });
    for (const { name, bytes } of files) attached.push({ document: await this.#store(name, bytes, false) });
    if (attached.length === 0) {
      const message = state.addMessage(this.chat, this.actor.user, { ...base, text: text ?? '' });
      this.#deliver(message);
      return [message];
    }
    const sent: EmulatedMessage[] = [];
    let album: string | undefined;
    for (const [index, media] of attached.entries()) {
      if (index % albumSize === 0)
        album = options.album ?? (attached.length - index > 1 ? String(randomInt(2 ** 40)) : undefined);
      if (index > 0 && siblingDelayMs > 0) await sleep(siblingDelayMs);
      const message = state.addMessage(this.chat, this.actor.user, {
        ...base,
        ...media,
        ...(options.isSpoiler && media.photo && { has_media_spoiler: true }),
        ...(index === 0 && text !== undefined && { caption: text }),
        ...(album !== undefined && { media_group_id: album }),
      });
      this.#deliver(message);
      sent.push(message);
    }
    return sent;
  }

  async sees(what: Matcher, timeoutMs?: number): Promise<SeenMessage> {
    return seesWithin(() => this.messages, what, timeoutMs);
  }

  async clicks(message: SeenMessage, label: string): Promise<void> {
    await this.press(message, label);
  }

  async clicksAndSays(message: SeenMessage, label: string, words: string): Promise<void> {
    const before = new Set(this.messages.map(({ id }) => id));
    await this.press(message, label);
    const question = await this.sees(
      ({ id, buttons, pictureCount }) => !before.has(id) && buttons.length === 0 && pictureCount === 0,
    );
    await this.send(words, { replyTo: question.id });
  }

  /** @returns what the bot answered the press with */
  async press(message: SeenMessage, label: string, timeoutMs = 5000): Promise<{ text?: string; url?: string }> {
    const alone = this.#aloneOf(message);
    if (alone) return alone.chat.press(alone.message, label, timeoutMs);
    const { state } = this.actor.emulator;
    const shown = state.findMessage(this.chat.id, Number(message.id));
    if (!shown) throw new Error(`message ${message.id} is gone`);
    const button = buttonsOf(shown).find(({ text }) => text === label);
    if (!button)
      throw new Error(`no button ‘${label}’ on: ${describe(shown).text} (${describe(shown).buttons.join(', ')})`);
    return this.pressData(shown, button.callback_data, timeoutMs);
  }

  async pressData(shown: EmulatedMessage, data: string, timeoutMs = 5000): Promise<{ text?: string; url?: string }> {
    const { emulator } = this.actor;
    const { state } = emulator;
    const id = String(randomInt(2 ** 47));
    const query = { user: this.actor.user.id, chat: this.chat.id, isAnswered: false, askedAt: Date.now() } as {
      readonly user: number;
      readonly chat: number;
      isAnswered: boolean;
      askedAt: number;
      answer?: { text?: string; url?: string };
    };
    state.callbacks.set(id, query);
    emulator.deliver('callback_query', {
      id,
      from: this.actor.user,
      message: state.describe(shown),
      chat_instance: '1',
      data,
    });
    const deadline = Date.now() + timeoutMs;
    while (!query.isAnswered) {
      if (Date.now() > deadline) throw new Error(`the press of ${data} was not answered within ${timeoutMs} ms`);
      await sleep(10);
    }
    return query.answer ?? {};
  }

  /** The person deletes one of the bot's messages. */
  deletes(message: SeenMessage): void {
    const found = this.actor.emulator.state.findMessage(this.chat.id, Number(message.id));
    if (found) found.isDeleted = true;
  }

  /** The person goes away from the group, and sees nothing of it any more. */
  leaves(): void {
    this.chat.gone ??= new Set();
    this.chat.gone.add(this.actor.user.id);
  }

  /** The person blocks the bot, or throws it out. */
  blocks(): void {
    this.chat.forbidden =
      this.chat.type === 'private' ? 'bot was blocked by the user' : 'bot was kicked from the group chat';
  }

  unblocks(): void {
    delete this.chat.forbidden;
  }

  #aloneOf(message: SeenMessage): { readonly chat: ChatActor; readonly message: SeenMessage } | undefined {
    const id = /^alone-(.+)$/.exec(message.id)?.[1];
    return this.#alone && id !== undefined ? { chat: this.#alone, message: { ...message, id } } : undefined;
  }

  async #store(name: string, bytes: Uint8Array, isPhoto: boolean): Promise<StoredFile> {
    const { state } = this.actor.emulator;
    // A person's app would refuse a broken photo; tests want them anyway.
    return state
      .addFile(name, bytes, isPhoto)
      .catch(() => state.storeFile({ name, bytes, width: 64, height: 64, isPhoto }));
  }

  #deliver(message: EmulatedMessage): void {
    const { emulator } = this.actor;
    if (this.chat.gone?.has(this.actor.user.id)) throw new Error(`${this.personName} has left`);
    if (!this.#botMaySee(message) || this.chat.forbidden) return;
    emulator.deliver('message', emulator.state.describe(message));
  }

  /** Privacy mode, which is the default: in groups a bot that is no administrator gets commands and replies to itself. */
  #botMaySee({ chat, text, caption, replyTo }: EmulatedMessage): boolean {
    const { state } = this.actor.emulator;
    if (chat.type === 'private' || chat.moderators?.has(state.bot.id) || replyTo?.from === state.bot) return true;
    const command = /^\/\w+(?:@(\w+))?/.exec(text ?? caption ?? '');
    return command !== null && (command[1] ?? state.bot.username)?.toLowerCase() === state.bot.username?.toLowerCase();
  }
}

function buttonsOf({ reply_markup: markup }: EmulatedMessage): { text: string; callback_data: string }[] {
  const keyboard = markup && 'inline_keyboard' in markup ? markup.inline_keyboard : [];
  return keyboard.flat().filter((button) => 'callback_data' in button);
}

function describe(message: EmulatedMessage): SeenMessage {
  const text = (message.text ?? message.caption ?? '').replaceAll('\u2060', '');
  return {
    id: message.onlyFor ? `ephemeral-${message.onlyFor.id}` : String(message.message_id),
    text,
    ...(text.includes('▓') && { hasProgress: true }),
    pictureCount: message.photo || message.document ? 1 : 0,
    ...(message.has_media_spoiler && { isHidden: true }),
    buttons: buttonsOf(message).map(({ text }) => text),
  };
}
