import { randomBytes } from 'node:crypto';
import type { OfferedFile } from '#src/core/files.js';
import type { Note, Notes, NoteTime } from '#src/core/notes.js';
import type { OutgoingMessage } from '../platform.js';

/** One message of a conversation, as it is noted. */
export type ChatMessage = { readonly id: string; readonly key: string; readonly sentAt: number } & (
  | { readonly author: 'person'; readonly text: string; readonly photoCount: number }
  | { readonly author: 'bot'; readonly message: OutgoingMessage }
);

interface Conversation {
  readonly channel: string;
  readonly messages: ChatMessage[];
  /** How each message is noted, by its id. */
  readonly noted: Map<string, Noted>;
  /** Resolves once all is written that was said by now. */
  written: Promise<unknown>;
}

interface Noted {
  /** Letters as it is written. */
  readonly size: number;
  /** Its place among the others: when it was said, or right after the one before. */
  readonly at: number;
}

export interface TranscriptsOptions {
  readonly notes: Notes;
  readonly maxMessages: number;
  /** Of one conversation, in letters as it is written: whoever opens the page gets all of it. */
  readonly maxSize?: number;
  readonly maxLoaded?: number;
  /** Of all: how many, how many letters, and how long one that nobody speaks in is kept. The longest silent go first. */
  readonly maxConversations?: number;
  readonly maxLetters?: number;
  readonly keptMs?: number;
}

const messageKind = 'message';
/** When it was last spoken in, and its size. */
const conversationKind = 'conversation';
const MiB = 1024 * 1024;
/** After so many new conversations it is looked whether there are too many. */
const newBetweenLooks = 100;

/** The last messages of each conversation, a note each, and those of the conversations that are spoken in in memory, too. */
export class Transcripts {
  readonly #notes: Notes;
  readonly #maxMessages: number;
  readonly #maxSize: number;
  readonly #maxLoaded: number;
  readonly #bounds: { readonly maxConversations: number; readonly maxLetters: number; readonly keptMs: number };
  #newCount = 0;
  #tidying: Promise<void> = Promise.resolve();
  readonly #loaded = new Map<string, Promise<Conversation>>();

  constructor({
    notes,
    maxMessages,
    maxSize = 512 * 1024,
    maxLoaded = 300,
    maxConversations = 20_000,
    maxLetters = 1024 * MiB,
    keptMs = 400 * 24 * 3600_000,
  }: TranscriptsOptions) {
    this.#notes = notes;
    this.#maxMessages = maxMessages;
    this.#maxSize = maxSize;
    this.#maxLoaded = maxLoaded;
    this.#bounds = { maxConversations, maxLetters, keptMs };
  }

  /** Removes conversations that are too old, or too many. */
  tidy(now = Date.now()): Promise<void> {
    this.#tidying = this.#tidying.catch(() => {}).then(() => this.#tidy(now));
    return this.#tidying;
  }

  async #tidy(now: number): Promise<void> {
    const { maxConversations, maxLetters, keptMs } = this.#bounds;
    let letters = 0;
    for (const [index, { key, at, value }] of (await this.#notes.read(conversationKind)).reverse().entries()) {
      letters += (value as { readonly letters: number }).letters;
      if (index >= maxConversations || letters > maxLetters || now - at > keptMs) await this.forget(key);
    }
  }

  async list(channel: string): Promise<readonly ChatMessage[]> {
    return (await this.#open(channel)).messages;
  }

  /** Adds a message, or replaces the one that has the same key. @returns it with its id */
  async put(channel: string, message: WithoutId<ChatMessage>, time?: NoteTime): Promise<ChatMessage> {
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
    await this.#write(conversation, kept, time);
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
    conversation.noted.delete(id);
    await this.#note(conversation, this.#notes.remove(messageKind, [nameOf(channel, id)]));
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
    const { messages, noted } = conversation;
    const names = [...noted.keys()].map((id) => nameOf(channel, id));
    messages.length = 0;
    noted.clear();
    await this.#note(
      conversation,
      this.#notes.remove(messageKind, names),
      this.#notes.remove(conversationKind, [channel]),
    );
  }

  /** Waits until a conversation is noted, whoever else is speaking. */
  async flushOne(channel: string): Promise<void> {
    await (await this.#loaded.get(channel))?.written;
  }

  /** Waits until everything is noted. */
  async flush(): Promise<void> {
    await this.#tidying.catch(() => {});
    await this.#notes.flush();
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
      .then(async (conversation) => {
        const { written } = conversation;
        await written;
        if (conversation.written === written && this.#loaded.size > this.#maxLoaded) this.#loaded.delete(channel);
      })
      .catch(() => {});
  }

  #noteNew(): void {
    this.#newCount += 1;
    if (this.#newCount % newBetweenLooks === 0) void this.tidy().catch(() => {});
  }

  async #load(channel: string): Promise<Conversation> {
    const found = await this.#notes.read(messageKind, channel);
    const noted = new Map<string, Noted>();
    const messages: ChatMessage[] = [];
    for (const { at, value } of found) {
      const message = messageOf(value);
      if (!message) continue;
      messages.push(message);
      noted.set(message.id, { size: sizeOf(message), at });
    }
    const conversation: Conversation = { channel, messages, noted, written: Promise.resolve() };
    // As many as were kept with other bounds.
    this.#forgetFirst(conversation).catch(() => {});
    return conversation;
  }

  async #write(conversation: Conversation, message: ChatMessage, time?: NoteTime): Promise<void> {
    const { channel, messages, noted } = conversation;
    if (noted.size === 0) this.#noteNew();
    const before = messages[messages.indexOf(message) - 1];
    const at = noted.get(message.id)?.at ?? Math.max(message.sentAt, 1 + (noted.get(before?.id ?? '')?.at ?? 0));
    noted.set(message.id, { size: sizeOf(message), at });
    const forgotten = this.#forgetFirst(conversation, time);
    await this.#note(
      conversation,
      forgotten,
      this.#notes.put(noteOf(channel, message, at), time),
      this.#notes.put(noteOfConversation(channel, Date.now(), lettersOf(conversation)), time),
    );
  }

  /** @param writes given in one moment, and so written together */
  async #note(conversation: Conversation, ...writes: readonly Promise<void>[]): Promise<void> {
    const writing = Promise.all(writes);
    conversation.written = writing.catch(() => {});
    await writing;
  }

  /** The last message stays, however large it is. */
  #forgetFirst(conversation: Conversation, time?: NoteTime): Promise<void> {
    const { channel, messages, noted } = conversation;
    let letters = lettersOf(conversation);
    let count = 0;
    const isTooMuch = () => messages.length - count > this.#maxMessages || letters > this.#maxSize;
    for (; count < messages.length - 1 && isTooMuch(); count += 1) letters -= noted.get(messages[count]!.id)!.size;
    const gone = messages.splice(0, count);
    for (const { id } of gone) noted.delete(id);
    return this.#notes.remove(
      messageKind,
      gone.map(({ id }) => nameOf(channel, id)),
      time,
    );
  }
}

/** The lines of the file in which an earlier version kept a conversation, as notes. @param spokenAt when it was last spoken in */
export function notesOfLines(channel: string, lines: readonly unknown[], spokenAt: number): Note[] {
  const byId = new Map(lines.flatMap((line) => messageOf(line) ?? []).map((message) => [message.id, message]));
  const notes: Note[] = [];
  let at = 0;
  let letters = 0;
  for (const message of byId.values()) {
    at = Math.max(message.sentAt, at + 1);
    letters += sizeOf(message);
    notes.push(noteOf(channel, message, at));
  }
  return notes.length === 0 ? [] : [...notes, noteOfConversation(channel, spokenAt, letters)];
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

function lettersOf({ noted }: Conversation): number {
  let letters = 0;
  for (const { size } of noted.values()) letters += size;
  return letters;
}

function nameOf(channel: string, id: string): string {
  return `${channel}/${id}`;
}

function noteOf(channel: string, message: ChatMessage, at: number): Note {
  return { kind: messageKind, key: nameOf(channel, message.id), person: channel, at, value: message };
}

function noteOfConversation(channel: string, at: number, letters: number): Note {
  return { kind: conversationKind, key: channel, person: channel, at, value: { letters } };
}
