import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OfferedFile } from '#src/core/files.js';
import { JsonLines } from '#src/core/json-lines.js';
import type { OutgoingMessage } from '../platform.js';

/** One message of a conversation, as kept on disk. */
export type ChatMessage = { readonly id: string; readonly key: string; readonly sentAt: number } & (
  | { readonly author: 'person'; readonly text: string; readonly photoCount: number }
  | { readonly author: 'bot'; readonly message: OutgoingMessage }
);

interface Conversation {
  readonly messages: ChatMessage[];
  /** Letters of each message as it is written. */
  readonly sizes: Map<string, number>;
  readonly lines: JsonLines<ChatMessage>;
}

export interface TranscriptsOptions {
  readonly folder: string;
  readonly maxMessages: number;
  /** Of one conversation, in letters as it is written: whoever opens the page gets all of it. */
  readonly maxSize?: number;
  readonly maxLoaded?: number;
  /** On disk: how many, how much, and how long one that nobody speaks in is kept. The longest silent go first. */
  readonly maxConversations?: number;
  readonly maxBytes?: number;
  readonly keptMs?: number;
}

const MiB = 1024 * 1024;
/** After so many new conversations it is looked whether there are too many. */
const newBetweenLooks = 100;

/**
 * The last messages of each conversation: a file of JSON lines, the later line of an id replacing the earlier, rewritten
 * when it has grown to several times its content.
 */
export class Transcripts {
  readonly #folder: string;
  readonly #maxMessages: number;
  readonly #maxSize: number;
  readonly #maxLoaded: number;
  readonly #bounds: { readonly maxConversations: number; readonly maxBytes: number; readonly keptMs: number };
  #newCount = 0;
  #tidying: Promise<void> = Promise.resolve();
  readonly #loaded = new Map<string, Promise<Conversation>>();

  constructor({
    folder,
    maxMessages,
    maxSize = 512 * 1024,
    maxLoaded = 300,
    maxConversations = 20_000,
    maxBytes = 1024 * MiB,
    keptMs = 400 * 24 * 3600_000,
  }: TranscriptsOptions) {
    this.#folder = folder;
    this.#maxMessages = maxMessages;
    this.#maxSize = maxSize;
    this.#maxLoaded = maxLoaded;
    this.#bounds = { maxConversations, maxBytes, keptMs };
  }

  /** Removes conversations that are too old, or too many. */
  tidy(now = Date.now()): Promise<void> {
    this.#tidying = this.#tidying.catch(() => {}).then(() => this.#tidy(now));
    return this.#tidying;
  }

  async #tidy(now: number): Promise<void> {
    const { maxConversations, maxBytes, keptMs } = this.#bounds;
    const names = await readdir(this.#folder).catch(() => []);
    const files: { readonly channel: string; readonly bytes: number; readonly at: number }[] = [];
    for (const name of names.filter((each) => each.endsWith('.jsonl'))) {
      const found = await stat(join(this.#folder, name)).catch(() => undefined);
      if (found) files.push({ channel: name.slice(0, -'.jsonl'.length), bytes: found.size, at: found.mtimeMs });
    }
    files.sort((one, other) => other.at - one.at);
    let bytes = 0;
    for (const [index, file] of files.entries()) {
      bytes += file.bytes;
      if (index >= maxConversations || bytes > maxBytes || now - file.at > keptMs) await this.forget(file.channel);
    }
  }

  async list(channel: string): Promise<readonly ChatMessage[]> {
    return (await this.#open(channel)).messages;
  }

  /** Adds a message, or replaces the one that has the same key. @returns it with its id */
  async put(channel: string, message: WithoutId<ChatMessage>): Promise<ChatMessage> {
    const conversation = await this.#open(channel);
    const { messages } = conversation;
    const index = messages.findIndex(({ key }) => key === message.key);
    const before = messages[index];
    const kept = {
      ...message,
      id: before?.id ?? randomBytes(9).toString('base64url'),
      sentAt: before?.sentAt ?? message.sentAt,
    } as ChatMessage;
    if (before) messages[index] = kept;
    else messages.push(kept);
    await this.#write(conversation, kept);
    return kept;
  }

  /** @param isPassing a state that the next one replaces within seconds and that need not outlive a restart @returns undefined where the message is gone */
  async edit(
    channel: string,
    id: string,
    message: OutgoingMessage,
    isPassing: boolean,
  ): Promise<ChatMessage | undefined> {
    const conversation = await this.#open(channel);
    const index = conversation.messages.findIndex((candidate) => candidate.id === id);
    const before = conversation.messages[index];
    if (before?.author !== 'bot') return undefined;
    const edited: ChatMessage = { ...before, message };
    conversation.messages[index] = edited;
    if (!isPassing) await this.#write(conversation, edited);
    return edited;
  }

  async remove(channel: string, id: string): Promise<void> {
    const conversation = await this.#open(channel);
    const index = conversation.messages.findIndex((candidate) => candidate.id === id);
    if (index < 0) return;
    conversation.messages.splice(index, 1);
    conversation.sizes.delete(id);
    // The file is written anew, so that nothing of it stays.
    await conversation.lines.replace(conversation.messages);
  }

  async hasPicture(channel: string, blob: string): Promise<boolean> {
    const messages = await this.list(channel);
    return messages.some(
      (message) => message.author === 'bot' && message.message.pictures?.some((picture) => picture.blob === blob),
    );
  }

  async findFile(channel: string, blob: string): Promise<OfferedFile | undefined> {
    const messages = await this.list(channel);
    return messages
      .flatMap((message) => (message.author === 'bot' ? (message.message.files ?? []) : []))
      .find((file) => file.blob === blob);
  }

  /** Deletes a whole conversation. */
  async forget(channel: string): Promise<void> {
    const conversation = await this.#open(channel);
    conversation.messages.length = 0;
    conversation.sizes.clear();
    await conversation.lines.remove();
  }

  /** Waits until a conversation is on disk, whoever else is writing. */
  async flushOne(channel: string): Promise<void> {
    await (await this.#loaded.get(channel))?.lines.written;
  }

  /** Waits until everything is on disk. */
  async flush(): Promise<void> {
    await this.#tidying.catch(() => {});
    for (const loading of this.#loaded.values()) await (await loading).lines.written;
  }

  #open(channel: string): Promise<Conversation> {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(channel))
      throw new Error(`web channel: expected letters, digits, _ and -, got ${JSON.stringify(channel)}`);
    const known = this.#loaded.get(channel);
    // Most recently used last, so that the first is the one to drop.
    if (known) this.#loaded.delete(channel);
    const loading = known ?? this.#load(channel);
    this.#loaded.set(channel, loading);
    if (!known) {
      loading.catch(() => this.#loaded.delete(channel));
      this.#dropUnused();
    }
    return loading;
  }

  #dropUnused(): void {
    const [channel, loading] = this.#loaded.entries().next().value ?? [];
    if (channel === undefined || loading === undefined || this.#loaded.size <= this.#maxLoaded) return;
    // Dropped only once it is written: a reload must not find an older state.
    void loading
      .then(async ({ lines }) => {
        const { written } = lines;
        await written;
        if (lines.written === written && this.#loaded.size > this.#maxLoaded) this.#loaded.delete(channel);
      })
      .catch(() => {});
  }

  #noteNew(): void {
    this.#newCount += 1;
    if (this.#newCount % newBetweenLooks === 0) void this.tidy().catch(() => {});
  }

  async #load(channel: string): Promise<Conversation> {
    const { lines, values } = await JsonLines.open(join(this.#folder, `${channel}.jsonl`), messageOf);
    const byId = new Map(values.map((message) => [message.id, message]));
    const messages = [...byId.values()];
    const conversation = { messages, sizes: new Map(messages.map((each) => [each.id, sizeOf(each)])), lines };
    this.#forgetFirst(conversation);
    return conversation;
  }

  #write({ messages, sizes, lines }: Conversation, message: ChatMessage): Promise<void> {
    sizes.set(message.id, sizeOf(message));
    this.#forgetFirst({ messages, sizes });
    if (lines.count >= 4 * this.#maxMessages) return lines.replace(messages);
    if (lines.count === 0) this.#noteNew();
    return lines.append(message);
  }

  /** The last message stays, however large it is. */
  #forgetFirst({ messages, sizes }: Pick<Conversation, 'messages' | 'sizes'>): void {
    let size = [...sizes.values()].reduce((sum, each) => sum + each, 0);
    let count = Math.max(0, messages.length - this.#maxMessages);
    for (const { id } of messages.slice(0, count)) size -= sizes.get(id) ?? 0;
    for (; size > this.#maxSize && count < messages.length - 1; count += 1) size -= sizes.get(messages[count]!.id) ?? 0;
    for (const { id } of messages.splice(0, count)) sizes.delete(id);
  }
}

type WithoutId<Message> = Message extends unknown ? Omit<Message, 'id'> : never;

function messageOf(json: unknown): ChatMessage | undefined {
  const { id, key } = (json ?? {}) as Partial<ChatMessage>;
  return typeof id === 'string' && typeof key === 'string' ? (json as ChatMessage) : undefined;
}

/** In letters, as it is written. */
function sizeOf(message: ChatMessage): number {
  return JSON.stringify(message).length;
}
