import type { Logger } from 'pino';
import type { IncomingImage } from '#src/core/files.js';
import { type CommandForm, isAttached, type Option } from '#src/core/options.js';
import type { MessageReference, Person, Standing } from '#src/core/place.js';
import type { OfferedCommandName } from '#src/core/reply.js';
import type { Bot, OutgoingMessage } from '../platform.js';
import type { DecodedMessage, DecodedPress, FileReference } from './decode-update.js';
import { type Draft, type Drafts, draftIdOf } from './drafts.js';
import type { Messenger } from './messenger.js';
import type { Speaker } from './moderators.js';
import { renderMessage } from './render-message.js';
import type { StatusEdits } from './status-edits.js';
import { say } from './texts.js';

export interface DraftDeskOptions {
  readonly bot: Bot;
  readonly drafts: Drafts;
  readonly messenger: Messenger;
  readonly statusEdits: StatusEdits;
  readonly sourceOf: (file: FileReference) => IncomingImage;
  readonly standingOf: (speaker: Speaker) => Promise<Standing>;
  readonly log: Logger;
  /** Between two counts that are shown. */
  readonly counterIntervalMs?: number | undefined;
}

const maxRememberedAlbums = 1000;

/** Collects what a command lacks, in one message that counts, until the person starts it. */
export class DraftDesk {
  readonly #options: DraftDeskOptions;
  readonly #starting = new Set<string>();
  /** Albums (and drafts, for photos without one) whose work has started, and whether their late photos were spoken of. */
  readonly #startedAlbums = new Map<string, boolean>();

  constructor(options: DraftDeskOptions) {
    this.#options = options;
  }

  find(message: DecodedMessage): Draft | undefined {
    const draft = this.#options.drafts.find(message);
    return draft && this.#starting.has(draft.id) ? undefined : draft;
  }

  /** Starts anew; an earlier draft of this person in this place ends. */
  async open(
    message: DecodedMessage | DecodedPress,
    command: CommandForm,
    values: Record<string, string>,
    files: readonly FileReference[],
  ): Promise<void> {
    const id = draftIdOf(message.eventId);
    const earlier = this.#options.drafts.find(message);
    if (earlier?.id === id) return;
    if (earlier && !this.#starting.has(earlier.id)) await this.#end(earlier, 'draftReplaced');
    const draft: Draft = {
      id,
      command: command.name,
      values,
      files: [],
      albums: !('album' in message) || message.album === undefined ? [] : [message.album],
      person: { ...message.person, platform: 'telegram' },
      place: { ...message.place, platform: 'telegram' },
      isPrivate: message.isPrivate,
      language: message.language,
      openedAt: Date.now(),
      refusals: 0,
    };
    // Refused for its name, say: the photos need not be sent again with another one.
    const isCorrected = earlier !== undefined && earlier.refusals > 0 && earlier.command === command.name;
    addFiles(draft, files.length === 0 && isCorrected ? earlier.files : files, photoOptionOf(command));
    await this.#options.drafts.save(draft);
    await this.#advance(draft, message.messageId);
  }

  async addFiles(draft: Draft, message: DecodedMessage): Promise<void> {
    const command = this.#commandOf(draft);
    const photos = photoOptionOf(command);
    addFiles(draft, message.files, photos);
    if (message.album !== undefined && !draft.albums.includes(message.album)) draft.albums.push(message.album);
    await this.#options.drafts.save(draft);
    const isComplete =
      photos?.option.kind !== 'images' && draft.files.length > 0 && lackingOption(command, draft.values) === undefined;
    if (isComplete) await this.start(draft);
    else if (draft.asking === undefined) await this.#advance(draft, message.messageId);
  }

  async answer(draft: Draft, message: DecodedMessage): Promise<void> {
    if (!draft.asking) return;
    draft.values[draft.asking.option] = message.text;
    delete draft.asking;
    await this.#options.drafts.save(draft);
    await this.#advance(draft, message.messageId);
  }

  /** @returns what a button press by the wrong person, or too late, is answered with */
  refusal(id: string, personId: string, locale: string): string | undefined {
    const draft = this.#options.drafts.findById(id);
    if (!draft) return say(locale, 'draftGone', { command: 'train' });
    return draft.person.id === personId ? undefined : say(locale, 'notYours');
  }

  async press(id: string, verb: 'go' | 'no'): Promise<void> {
    const draft = this.#options.drafts.findById(id);
    if (!draft || this.#starting.has(id)) return;
    await (verb === 'go' ? this.start(draft) : this.#end(draft, 'draftCancelled'));
  }

  /** Drafts of a group that became a supergroup go on there: what counted their photos, or asked, stays behind. */
  async followGroup(from: string, to: string): Promise<void> {
    const { drafts, log } = this.#options;
    for (const draft of await drafts.move(from, to)) {
      // Nobody waits for the pace of the chat.
      void this.#advance(draft).catch((error: unknown) => log.warn({ err: error }, 'a draft shows no message'));
    }
  }

  cancel(draft: Draft): Promise<void> {
    return this.#end(draft, 'draftCancelled');
  }

  async start(draft: Draft): Promise<void> {
    const { bot, drafts, sourceOf, standingOf } = this.#options;
    const command = this.#commandOf(draft);
    const photos = photoOptionOf(command);
    if (lackingOption(command, draft.values) !== undefined) return;
    if (photos && draft.files.length < (await this.#minPhotosOf(draft, photos))) return;
    if (this.#starting.has(draft.id)) return;
    this.#starting.add(draft.id);
    for (const album of [...draft.albums, draft.id]) this.noteStarted(album);
    try {
      const telling = this.#close(draft, 'draftStarted');
      const isAccepted = await bot.invoke({
        // A draft that was refused is another question when it is started again.
        eventId: draft.refusals === 0 ? `draft-${draft.id}` : `draft-${draft.id}-${draft.refusals}`,
        // Its parts came at different times; what it asks for is asked for now.
        at: new Date(),
        person: draft.person,
        place: draft.place,
        standing: () => standingOf(draft),
        ...(draft.language !== undefined && { language: draft.language }),
        command: draft.command,
        options: {
          ...draft.values,
          ...(photos && draft.files.length > 0 && { [photos.name]: draft.files.map(sourceOf) }),
        },
      });
      await telling;
      if (isAccepted || !photos) await drafts.remove(draft);
      else await this.#reopen(draft);
    } finally {
      this.#starting.delete(draft.id);
    }
  }

  /** How many photos are to come at least; earlier ones may count. */
  async minPhotos(
    person: Pick<Person, 'id' | 'name'>,
    photos: PhotoOption,
    { command, options }: { readonly command: string; readonly options: Readonly<Record<string, unknown>> },
  ): Promise<number> {
    if (photos.min === 0 || photos.option.kind !== 'images') return photos.min;
    return this.#options.bot.minPhotos({ person: { ...person, platform: 'telegram' }, command, options });
  }

  noteStarted(album: string): void {
    this.#startedAlbums.set(album, this.#startedAlbums.get(album) ?? false);
    if (this.#startedAlbums.size > maxRememberedAlbums)
      this.#startedAlbums.delete(this.#startedAlbums.keys().next().value!);
  }

  /** What comes after these photos is for nothing, and nothing is said about it. */
  passOver(album: string): void {
    this.noteStarted(album);
    this.#startedAlbums.set(album, true);
  }

  /** @returns whether these photos came after their album's work had begun */
  async isLate(message: DecodedMessage): Promise<boolean> {
    const starting = this.#options.drafts.find(message);
    const album = message.album ?? (starting && this.#starting.has(starting.id) ? starting.id : undefined);
    const wasSaid = album === undefined ? undefined : this.#startedAlbums.get(album);
    if (album === undefined || wasSaid === undefined) return false;
    if (!wasSaid) {
      this.#startedAlbums.set(album, true);
      const locale = await this.#options.bot.localeOf(message.person, message.language);
      await this.#post(message, `late:${album}`, { kind: 'info', text: say(locale, 'tooLate') });
    }
    return true;
  }

  #minPhotosOf({ person, command, values }: Draft, photos: PhotoOption): Promise<number> {
    return this.minPhotos(person, photos, { command, options: values });
  }

  #commandOf(draft: Draft): CommandForm<OfferedCommandName> {
    const command = this.#options.bot.commands.find(({ name }) => name === draft.command);
    if (!command) throw new Error(`draft of an unknown command '${draft.command}'`);
    return command;
  }

  /** Asks for the next option that is missing, or shows how many photos there are. */
  async #advance(draft: Draft, replyTo?: number): Promise<void> {
    const { bot, drafts, messenger, statusEdits, counterIntervalMs = 1500 } = this.#options;
    const locale = await bot.localeOf(draft.person, draft.language);
    const command = this.#commandOf(draft);
    const lacking = lackingOption(command, draft.values);
    if (lacking !== undefined) {
      const described = bot.describe(command.name, locale).options.find(({ name }) => name === lacking);
      const description = described?.description ?? lacking;
      const question = say(locale, 'ask', { option: lacking, description });
      const { id: messageId } = await messenger.ask(draft.place, `ask:${draft.id}:${lacking}`, {
        words: question,
        placeholder: description,
        ...(replyTo !== undefined && { replyTo }),
      });
      draft.asking = { option: lacking, messageId };
      await drafts.save(draft);
      return;
    }
    if ((photoOptionOf(command)?.min ?? 0) === 0) return this.start(draft);
    const content = renderMessage(await this.#countOf(draft, command, locale));
    if (draft.counter !== undefined) {
      statusEdits.show(counterOf(draft), content, counterIntervalMs * (draft.isPrivate ? 1 : 2));
      return;
    }
    const posted = await messenger.post(draft.place, `draft:${draft.id}`, content);
    draft.counter = posted.id;
    statusEdits.notePosted({ place: posted.place, message: String(posted.id) });
    await drafts.save(draft);
  }

  async #countOf(draft: Draft, command: CommandForm, locale: string): Promise<OutgoingMessage> {
    const photos = photoOptionOf(command)!;
    const { max } = photos;
    const min = await this.#minPhotosOf(draft, photos);
    const count = draft.files.length;
    const isReady = count >= min;
    const key = !isReady ? 'draft' : count >= max ? 'draftFull' : 'draftReady';
    const button = say(locale, 'start');
    const lines = [say(locale, key, { command: command.name, title: titleOf(draft), count, min, max, button })];
    if (draft.refusals > 0) lines.push(say(locale, 'draftRefused', { command: command.name }));
    if (!draft.isPrivate) lines.push(say(locale, 'draftInGroup'));
    return {
      kind: 'info',
      text: lines.join('\n'),
      buttons: [
        ...(isReady ? [{ label: button, action: `draft:go:${draft.id}` }] : []),
        { label: say(locale, 'cancel'), action: `draft:no:${draft.id}` },
      ],
    };
  }

  /** Nothing is lost when the bot refused: not the photos, and not the button. */
  async #reopen(draft: Draft): Promise<void> {
    const { bot, drafts, messenger } = this.#options;
    if (drafts.findById(draft.id) !== draft) return;
    draft.refusals += 1;
    await drafts.save(draft);
    if (draft.counter === undefined) return;
    const locale = await bot.localeOf(draft.person, draft.language);
    const content = renderMessage(await this.#countOf(draft, this.#commandOf(draft), locale));
    await messenger.edit(draft.place, draft.counter, content).catch(() => {});
  }

  async #end(draft: Draft, key: 'draftCancelled' | 'draftReplaced'): Promise<void> {
    await this.#options.drafts.remove(draft);
    await this.#close(draft, key);
  }

  /** The counter's last words. */
  async #close(draft: Draft, key: 'draftStarted' | 'draftCancelled' | 'draftReplaced'): Promise<void> {
    const { bot, messenger, statusEdits } = this.#options;
    if (draft.counter === undefined) return;
    const locale = await bot.localeOf(draft.person, draft.language);
    void statusEdits.drop(counterOf(draft));
    const params = { command: draft.command, title: titleOf(draft), count: draft.files.length };
    await messenger
      .edit(draft.place, draft.counter, renderMessage({ kind: 'info', text: say(locale, key, params) }))
      .catch(() => {});
  }

  async #post(message: DecodedMessage, key: string, content: OutgoingMessage): Promise<void> {
    await this.#options.messenger.post(message.place, key, renderMessage(content));
  }
}

export interface PhotoOption {
  readonly name: string;
  readonly option: Option & { readonly kind: 'image' | 'images' | 'file' };
  readonly min: number;
  readonly max: number;
}

export function photoOptionOf(command: CommandForm): PhotoOption | undefined {
  for (const [name, option] of Object.entries(command.options)) {
    if (option.kind === 'image' || option.kind === 'file')
      return { name, option, min: option.required ? 1 : 0, max: 1 };
    if (option.kind === 'images')
      return { name, option, min: option.required ? (option.min ?? 1) : 0, max: option.max };
  }
  return undefined;
}

/** The first required option, photos aside, that has no value. */
export function lackingOption(command: CommandForm, values: Readonly<Record<string, unknown>>): string | undefined {
  return Object.entries(command.options).find(
    ([name, option]) => option.required && !isAttached(option) && String(values[name] ?? '').trim() === '',
  )?.[0];
}

function addFiles(draft: Draft, files: readonly FileReference[], photos: PhotoOption | undefined): void {
  for (const file of files) {
    const same = draft.files.find(({ uniqueId }) => uniqueId === file.uniqueId);
    // Covered once, it is covered.
    if (same && file.isSpoiler) same.isSpoiler = true;
    if (!same && draft.files.length < (photos?.max ?? 0)) draft.files.push({ ...file });
  }
}

/** The message that counts its photos. */
function counterOf({ place, counter }: Draft): MessageReference {
  return { place, message: String(counter) };
}

function titleOf({ values }: Draft): string {
  return Object.values(values).join(', ').slice(0, 200);
}
