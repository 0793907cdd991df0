import type { Logger } from 'pino';
import { locales } from '#locales/index.js';
import type { IncomingImage } from '#src/core/files.js';
import { type Text, text, translateWith } from '#src/core/locale.js';
import type { CommandForm } from '#src/core/options.js';
import type { Place, Standing } from '#src/core/place.js';
import { type DecodedLine, decodeLine } from '../decode-line.js';
import type { Bot } from '../platform.js';
import type { DecodedMessage, DecodedPress, FileReference } from './decode-update.js';
import { type DraftDesk, lackingOption, type PhotoOption, photoOptionOf } from './draft-desk.js';
import type { HiddenMessages } from './hidden-messages.js';
import type { Messenger } from './messenger.js';
import type { Speaker } from './moderators.js';
import { PressAnswer } from './press-answer.js';
import { renderMessage } from './render-message.js';
import type { TelegramClient } from './telegram-client.js';

export interface ConversationOptions {
  readonly bot: Bot;
  readonly client: TelegramClient;
  readonly messenger: Messenger;
  readonly desk: DraftDesk;
  readonly hidden: HiddenMessages;
  readonly log: Logger;
  readonly sourceOf: (file: FileReference) => IncomingImage;
  readonly standingOf: (speaker: Speaker) => Promise<Standing>;
  /** How long an album with a command waits for its next photo. */
  readonly albumQuietMs?: number | undefined;
}

/** What goes on after an update has found its way; the next one of the same chat need not wait for it. */
export interface Routed {
  readonly work: Promise<void>;
}

interface WaitingAlbum {
  readonly files: FileReference[];
  readonly done: Promise<void>;
  touch(): void;
}

const nothing: Routed = { work: Promise.resolve() };
const draftAction = /^draft:(go|no):([0-9a-f]{16})$/;

/** Decides what a message means: a command, a part of a draft, an answer to a question, or nothing for this bot. */
export class Conversation {
  readonly #options: ConversationOptions;
  /** Albums whose caption is a command that takes one photo, until they are quiet. */
  readonly #albums = new Map<string, WaitingAlbum>();

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  async route(incoming: DecodedMessage): Promise<Routed> {
    if (incoming.isAnonymous && !incoming.isCommand && !incoming.isMention) return nothing;
    const waiting = incoming.album === undefined ? undefined : this.#albums.get(albumKey(incoming));
    if (waiting && !incoming.isCommand) {
      waiting.files.push(...incoming.files);
      waiting.touch();
      return { work: waiting.done };
    }
    if (incoming.isCommand) return this.#command(incoming, incoming.text);
    if (incoming.isMention) return this.#mention(incoming);
    if (incoming.files.length > 0) return this.#files(incoming);
    return this.#words(incoming);
  }

  /**
   * Tells the app that the press has arrived, at once: it shows a clock on the button until then. Where there may be words for
   * whoever pressed, these go with it, in a moment.
   * @returns undefined where the press may not go on
   */
  async acknowledge(press: DecodedPress): Promise<PressAnswer | undefined> {
    const { bot, client, desk, log } = this.#options;
    const answer = new PressAnswer(client, press.queryId, log);
    const draft = draftAction.exec(press.action);
    if (!draft) {
      if (bot.answersInPlace(press.action)) answer.hold();
      else void answer.give();
      return answer;
    }
    const refusal = desk.refusal(draft[2]!, press.person.id, await bot.localeOf(press.person, press.language));
    void answer.give({ text: refusal });
    return refusal === undefined ? answer : undefined;
  }

  /** @param messagePlace where the message with the button is: in a group that moved it stays behind */
  async press(press: DecodedPress, messagePlace: Place, answer: PressAnswer): Promise<Routed> {
    const { bot, desk, hidden } = this.#options;
    const draft = draftAction.exec(press.action);
    if (draft) return { work: desk.press(draft[2]!, draft[1] as 'go' | 'no') };
    const { action, isOnMessage } = press;
    const event = this.#eventOf(press);
    const question = await bot.questionOf({ ...event, action });
    const command = question && bot.commands.find(({ name }) => name === question.command);
    if (question && command) {
      void answer.give();
      await desk.open(press, command, { ...question.given }, []);
      return nothing;
    }
    const { queryId, place, person } = press;
    const message = { place: messagePlace, message: String(press.messageId) };
    const pressed = { ...event, action, message, isOnMessage };
    const run = () => bot.press(pressed).finally(() => void answer.give());
    return { work: hidden.during({ queryId, place, personId: person.id, answer }, run) };
  }

  #eventOf(decoded: DecodedMessage | DecodedPress) {
    const { eventId, at, person, place, language, isPrivate } = decoded;
    const isAnonymous = 'isAnonymous' in decoded && decoded.isAnonymous;
    return {
      eventId,
      at,
      person,
      place,
      ...(isAnonymous && { isAnonymous }),
      standing: () => this.#options.standingOf({ person, place, isPrivate, isAnonymous }),
      ...(language !== undefined && { language }),
    };
  }

  async #mention(message: DecodedMessage): Promise<Routed> {
    const name = /^\/?([\p{L}\p{N}_]+)/u.exec(message.text)?.[1]?.toLowerCase();
    if (this.#options.bot.commands.some((command) => command.name === name))
      return this.#command(message, message.text.replace(/^\/?/, '/'));
    return { work: this.#hint(message, text('web.commandHint')) };
  }

  async #command(message: DecodedMessage, written: string): Promise<Routed> {
    const { bot, desk } = this.#options;
    const name = /^\/([\p{L}\p{N}_]+)/u.exec(written)![1]!.toLowerCase();
    // A link to the bot puts words after it, which are not for people.
    const line = name === 'start' ? '/start' : written;
    const command = bot.commands.find((candidate) => candidate.name === name);
    // In a group it is likelier another bot's.
    if (!command && !message.isPrivate && !message.isForUsByName && !message.isMention) return nothing;
    const draft = desk.find(message);
    if (draft && /^\/cancel\s*$/i.test(line)) {
      await desk.cancel(draft);
      return nothing;
    }
    const photos = command && photoOptionOf(command);
    const files = message.files.length > 0 ? [...message.files] : photos ? [...(message.repliesTo?.files ?? [])] : [];
    if (message.album !== undefined && photos && !takesAlbums(photos)) return this.#waitForAlbum(message, line, files);
    return this.#carryOut(message, line, files);
  }

  #waitForAlbum(message: DecodedMessage, line: string, files: FileReference[]): Routed {
    const { albumQuietMs = 2500 } = this.#options;
    const key = albumKey(message);
    let finish = () => {};
    const quiet = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let timer = setTimeout(finish, albumQuietMs);
    const done = quiet.then(async () => {
      this.#albums.delete(key);
      const { work } = await this.#carryOut(message, line, files);
      await work;
    });
    this.#albums.set(key, {
      files,
      done,
      touch: () => {
        clearTimeout(timer);
        timer = setTimeout(finish, albumQuietMs);
      },
    });
    return { work: done };
  }

  /** Runs a command that has all it needs; for the others a draft is opened. */
  async #carryOut(message: DecodedMessage, line: string, files: readonly FileReference[]): Promise<Routed> {
    const { bot, desk, sourceOf } = this.#options;
    const images = uniqueFiles(files);
    const decoded = withPerson(message, line, bot.commands, images.map(sourceOf));
    if ('hint' in decoded) {
      if (message.album !== undefined) desk.passOver(message.album);
      return { work: this.#hint(message, decoded.hint) };
    }
    const command = bot.commands.find(({ name }) => name === decoded.command);
    const photos = command && photoOptionOf(command);
    const isLacking = async (known: CommandForm) => {
      // Nobody says how many photos an album has, and the last may come long after the first.
      if (message.album !== undefined && photos && takesAlbums(photos)) return true;
      if (lackingOption(known, decoded.options) !== undefined) return true;
      return photos !== undefined && images.length < (await desk.minPhotos(message.person, photos, decoded));
    };
    if (command && !message.isAnonymous && (await isLacking(command))) {
      const values = Object.fromEntries(
        Object.entries(decoded.options).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      );
      await desk.open(message, command, values, images);
      return nothing;
    }
    if (message.album !== undefined && photos) desk.noteStarted(message.album);
    const start = /^\/start\s+([A-Za-z0-9_-]{1,64})\s*$/i.exec(message.text)?.[1];
    const answered = bot.invoke({
      ...this.#eventOf(message),
      command: decoded.command,
      options: decoded.options,
      ...(start !== undefined && { start }),
    });
    return { work: answered.then(() => {}) };
  }

  async #files(message: DecodedMessage): Promise<Routed> {
    const { bot, desk } = this.#options;
    const draft = desk.find(message);
    const isPartOfAlbum = message.album !== undefined && draft?.albums.includes(message.album);
    if (draft && (message.isPrivate || message.repliesTo?.isOurs || isPartOfAlbum)) {
      await desk.addFiles(draft, message);
      return nothing;
    }
    if (await desk.isLate(message)) return nothing;
    if (!message.isPrivate) return nothing;
    // Photos out of the blue: there is one thing that they can be for.
    const wantPhotos = bot.commands.filter((command) => {
      const photos = photoOptionOf(command);
      return photos?.option.kind === 'images' && photos.min > 0;
    });
    if (wantPhotos.length === 1) await desk.open(message, wantPhotos[0]!, {}, message.files);
    else return { work: this.#hint(message, text('web.commandHint')) };
    return nothing;
  }

  async #words(message: DecodedMessage): Promise<Routed> {
    const { desk } = this.#options;
    const draft = desk.find(message);
    const isAnswer = draft?.asking && message.repliesTo?.messageId === draft.asking.messageId;
    if (draft?.asking && message.text !== '' && (isAnswer || (message.isPrivate && !message.repliesTo))) {
      await desk.answer(draft, message);
      return nothing;
    }
    // People talk about pictures in groups, also in reply to one.
    if (!message.isPrivate || message.text === '') return nothing;
    return { work: this.#hint(message, text('web.commandHint')) };
  }

  async #hint(message: DecodedMessage, hint: Text): Promise<void> {
    const { bot, messenger } = this.#options;
    const locale = await bot.localeOf(message.person, message.language);
    const words = translateWith(locales[locale], hint);
    await messenger.post(message.place, `hint:${message.eventId}`, renderMessage({ kind: 'info', text: words }), {
      person: message.person.id,
      isTalk: true,
    });
  }
}

/** Whom a command is about: somebody mentioned in it, else the author of the message that it replies to. */
function withPerson(
  { mentioned, repliesTo }: DecodedMessage,
  line: string,
  commands: readonly CommandForm[],
  images: readonly IncomingImage[],
): DecodedLine {
  const name = /^\/(\w+)/.exec(line)?.[1]?.toLowerCase();
  const declared = commands.find((command) => command.name === name)?.options ?? {};
  const option = Object.entries(declared).find(([, { kind }]) => kind === 'person')?.[0];
  const person = mentioned?.person ?? repliesTo?.person;
  if (option === undefined || !person) return decodeLine(line, images, commands);
  const decoded = decodeLine(mentioned ? line.replace(mentioned.words, ' ') : line, images, commands);
  if ('hint' in decoded || decoded.options[option]) return decoded;
  return { ...decoded, options: { ...decoded.options, [option]: `${person.id} ${person.name}` } };
}

function takesAlbums({ option }: PhotoOption): boolean {
  return option.kind === 'images';
}

function albumKey({ place, album }: DecodedMessage): string {
  return `${place.channel}/${album}`;
}

function uniqueFiles(files: readonly FileReference[]): FileReference[] {
  const unique = new Map<string, FileReference>();
  for (const file of files) {
    const isSpoiler = file.isSpoiler || unique.get(file.uniqueId)?.isSpoiler;
    unique.set(file.uniqueId, { ...file, ...(isSpoiler && { isSpoiler }) });
  }
  return [...unique.values()];
}
