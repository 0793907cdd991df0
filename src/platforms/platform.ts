import type { LocaleName } from '#locales/index.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { PermanentError } from '#src/core/errors.js';
import type { IncomingImage, OfferedFile } from '#src/core/files.js';
import type { CommandForm, Completion, OptionKind, Suggestion } from '#src/core/options.js';
import type {
  Membership,
  MessageReference,
  Person,
  Place,
  PlatformName,
  Server,
  ServerMove,
  Standing,
} from '#src/core/place.js';
import type { OfferedCommandName, OutgoingButton, Picture, Secrecy, ShownResult } from '#src/core/reply.js';

/** A message in the reader's language, in a form that every platform can show. Text is plain text: escape it for the platform. */
export interface OutgoingMessage {
  /** `error` and `info` stand alone; a `status` is edited until it becomes a `result`, or an `error`. */
  readonly kind: 'info' | 'status' | 'result' | 'error';
  /** May hold line breaks. */
  readonly text: string;
  /** The language that the text is in, for what a platform has to add of its own. */
  readonly locale?: LocaleName;
  readonly pictures?: readonly (Omit<Picture, 'alt'> & { readonly alt: string })[];
  /** The pictures are hidden until somebody clicks them, where the platform can. */
  readonly isSpoiler?: boolean;
  /** To keep; each at most 8 MiB. */
  readonly files?: readonly OfferedFile[];
  readonly buttons?: readonly OutgoingButton[];
  /** Of a status: 0…1. Absent while queued. */
  readonly progress?: number;
  /**
   * For the asker's eyes only. True: goes nowhere where others see it, but to the asker in private, and where they cannot be
   * reached, a sentence in its place asks them to write there. `preferably`: may be seen where it cannot be hidden.
   */
  readonly ephemeral?: Secrecy;
  /** For whoever has just pressed a button, and passing: the shortest way that the platform has, which leaves other messages as they are. */
  readonly isNotice?: true;
  /** What a link to the bot carries that shows the same there: `IncomingCommand.start`. */
  readonly start?: string;
  /** A conversation that may be opened below the message, where the platform has such: its name, and the words on the button. */
  readonly thread?: { readonly name: string; readonly label: string };
  /** Whose result it shows, where a look at its pictures depends on that. */
  readonly result?: ShownResult;
}

/** How Discord names a file that its sender has covered; a copy of it keeps the name wherever it goes. */
export const spoilerPrefix = 'SPOILER_';

/** A command as decoded from the platform. Values are checked against the declaration by the bot, not by the platform. */
export interface IncomingCommand {
  /** The platform's own id of this event; the same event, delivered again, has the same. At most 100 characters. */
  readonly eventId: string;
  /** When the service says that it happened; where it does not, when it reached us. */
  readonly at: Date;
  readonly person: Person;
  readonly place: Place;
  /** Somebody who speaks as the community itself, so that nobody knows who: `person` is the community. */
  readonly isAnonymous?: boolean;
  /** May have to ask the platform; rejects where that does not answer. Without it nobody is a moderator. */
  readonly standing?: () => Promise<Standing>;
  /** What the platform knows of the person's language, e.g. `de-AT`. The person's own setting wins. */
  readonly language?: string;
  readonly command: string;
  /** By option name: text, integer, number, boolean, choice and pet as string (or already as number or boolean), person and role as `<id> <name>`, image(s) as list. */
  readonly options: Readonly<Record<string, string | number | boolean | readonly IncomingImage[]>>;
  /** Of `/start`: what the link carried that led to the bot, in the form of `encodeStart` or any other. */
  readonly start?: string;
}

export type IncomingPress = Omit<IncomingCommand, 'command' | 'options' | 'start'> & {
  readonly action: string;
  /** The message that carried the button. */
  readonly message: MessageReference;
  /** The platform itself says that the message has this button; a client may press what is not there. */
  readonly isOnMessage: boolean;
};

/** What a platform is given: the bot behind it. */
export interface Bot {
  /** What people may call; what only buttons run is not among them. */
  readonly commands: readonly CommandForm<OfferedCommandName>[];
  /** Names, descriptions and options of a command in one language, for registration, completion and help. */
  describe(command: OfferedCommandName, language?: string): CommandDescription;
  /**
   * Answers by `Platform.send`; never rejects, whatever went wrong was said to the person or logged.
   * @returns whether the command was carried out; false where the person was told that it was not
   */
  invoke(incoming: IncomingCommand): Promise<boolean>;
  press(incoming: IncomingPress): Promise<void>;
  /** What a button's command still lacks; platforms ask for it and then invoke the command. Answers at once. */
  questionOf(
    incoming: Omit<IncomingPress, 'eventId' | 'at' | 'message' | 'isOnMessage'>,
  ): Promise<Question | undefined>;
  /** Whether what comes of a press takes the place of its message, or is a notice; never something that takes long. */
  answersInPlace(action: string): boolean;
  /** How many photos a command wants from this person at least, with these options: earlier ones may count. 0: it takes none. */
  minPhotos(incoming: {
    readonly person: Person;
    readonly command: string;
    readonly options: Readonly<Record<string, unknown>>;
  }): Promise<number>;
  /** What could stand in an option: the person's pets, a choice, or what the option completes. At most 25. */
  complete(incoming: {
    readonly person: Person;
    readonly place: Place;
    readonly command: string;
    readonly option: string;
    readonly typed: string;
    /** Absent where the service does not tell it with what is typed: then as of somebody who moderates nothing. */
    readonly standing?: () => Promise<Standing>;
  }): Promise<readonly Suggestion[]>;
  /** A community goes on under another id, and everything of it goes along; again it changes nothing. */
  moved(move: ServerMove): Promise<void>;
  /** The bot was thrown out of a community, or has left it. */
  removedFrom(community: Server): Promise<void>;
  /** Communities of a platform that moved: old ids, and what they became. */
  movesOf(platform: PlatformName): Promise<ReadonlyMap<string, string>>;
  /** A file to which a message linked is with the person now. Never rejects. */
  fetched(person: Person, file: BlobKey): Promise<void>;
  /** The person's language: their own setting, else the platform's, else that of the app they last spoke from, else English. */
  localeOf(person: Person, language?: string): Promise<LocaleName>;
}

/** A command that a button began and a person completes. */
export interface Question {
  readonly command: OfferedCommandName;
  /** From the button. */
  readonly given: Readonly<Record<string, string>>;
  /** The option that is asked for. */
  readonly option: string;
  readonly suggestion?: string;
}

export interface CommandDescription {
  readonly name: OfferedCommandName;
  readonly description: string;
  /** For moderators of a community alone, and only there. */
  readonly forModerators?: boolean;
  readonly options: readonly {
    readonly name: string;
    readonly kind: OptionKind;
    readonly description: string;
    readonly required: boolean;
    readonly min?: number;
    readonly max?: number;
    /** Of text: something that `Bot.complete` knows. */
    readonly completes?: Completion;
    /** How many photos may be given; the command says more about their number where that is not from `min` to `max`. */
    readonly takes?: { readonly min: number; readonly max: number };
    readonly choices?: readonly string[];
    /** Of the choices, in their order. */
    readonly choiceLabels?: readonly string[];
  }[];
  readonly freeText?: string;
  /** Where the platform can offer commands on a message: what is written there, and which options it fills and asks for. */
  readonly menu?: { readonly title: string; readonly fills: string; readonly asks: readonly string[] };
}

export interface SendOptions {
  /** The same key again (after a timeout, after a restart) must not post a second message but return, and update, the first. */
  readonly key: string;
  /**
   * Whom it is for, and who is told in private where it cannot be posted. Absent: it is for all who are there, and goes nowhere
   * else; then it may not be for one person's eyes only.
   */
  readonly person?: Person;
  /** Of a message in several parts: the key of the first. */
  readonly partOf?: string;
  /**
   * It takes the place of this message. Where that is gone, cannot be edited, or is seen by others than this is for, it is posted
   * anew. Repeating it changes nothing.
   */
  readonly replaces?: Replaced;
  /** The last word to somebody who wants to be forgotten: beside the message itself nothing is kept of it. */
  readonly leavesNoTrace?: boolean;
}

/** A message that something newer is to stand in. */
export interface Replaced {
  readonly message: MessageReference;
  /** Of several for one message the highest counts, whichever arrives last. */
  readonly order: number;
}

/**
 * Whether there is a person to whom a message can go alone.
 * @throws PermanentError where it may be seen by one person only, and nobody says by whom
 */
export function isForSomebody<Options extends Pick<SendOptions, 'person'>>(
  { ephemeral }: Pick<OutgoingMessage, 'ephemeral'>,
  options: Options,
): options is Options & { readonly person: Person } {
  if (options.person) return true;
  if (ephemeral === true) throw new PermanentError('a message for one person alone has to name that person');
  return false;
}

/** One chat service. Its client library is imported in its own folder only. */
export interface Platform {
  readonly name: PlatformName;
  /** Its service is elsewhere, and may be away or refuse us: it is started again and again, and nothing else waits for it. */
  readonly isRemote?: boolean;
  /** Its messages only link to their files: it says `Bot.fetched` once a person has one. */
  readonly linksFiles?: boolean;
  /**
   * May be called again where it has failed, and after `stop`.
   * @throws PlatformRefusedError, PlatformUnreachableError
   */
  start(bot: Bot, connection?: ConnectionEvents): Promise<void>;
  /** Takes nothing new, finishes what it is sending. A start under way ends, too. */
  stop(): Promise<void>;
  /** @throws PlaceClosedError where nobody can be reached there, nor the person in private */
  send(place: Place, message: OutgoingMessage, options: SendOptions): Promise<MessageReference>;
  /**
   * Takes a message away; one that is gone already stays gone.
   * @param locale of the words that are left where the platform takes nothing away
   * @throws PermanentError where it stays to be seen, as the bot may not reach it any more
   */
  remove(reference: MessageReference, locale?: LocaleName): Promise<void>;
  /**
   * Somebody as a member of a community where they are not speaking: `none` where they are no member of it; `unknown` where the
   * service does not say. Absent: nobody is a member of anything.
   */
  memberOf?(person: Person, server: Server): Promise<Membership | 'none' | 'unknown'>;
  /**
   * Gives somebody a role, or takes it away; again it changes nothing.
   * @returns false where the bot may not, or the role may do more than everybody. Absent: there are no roles
   */
  setRole?(person: Pick<Person, 'id'>, server: Server, role: string, isOn: boolean): Promise<boolean>;
  /** Whether somebody rules the whole community of a place as things stand; false where the service does not say. Absent: nobody does. */
  moderates?(person: Person, place: Place): Promise<boolean>;
  /** What a community is called; undefined where the service does not say. Absent: it has no name. */
  communityName?(server: Server): Promise<string | undefined>;
  /** When an account was made, where its id says so. */
  accountCreatedAt?(id: string): Date;
  /** Deletes what the platform keeps about a person on our side. */
  forget?(person: Person): Promise<void>;
  /** What `forget` would delete, as data. */
  everythingOf?(person: Person): Promise<object>;
  /**
   * Replaces the message's whole content, for those who see it already. Repeating it changes nothing.
   * @param options.person who is told in private what may not be shown there
   * @throws MessageGoneError where it was deleted, or where others see it and what is to stand there is for one person only
   */
  edit(reference: MessageReference, message: OutgoingMessage, options?: { readonly person: Person }): Promise<void>;
}

/** What becomes of a connection after it was there. */
export interface ConnectionEvents {
  /** For now: the platform itself sees to it. @param sentence without secrets */
  interrupted(sentence: string): void;
  restored(): void;
  /** For good: the platform has to be started again. */
  lost(error: PlatformRefusedError | PlatformUnreachableError): void;
}

/** The service does not take us: a token or a setting is wrong. The message is for whoever runs the bot, and holds no secret. */
export class PlatformRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PlatformRefusedError';
  }
}

/** The service does not answer, or is busy. The message holds no secret. */
export class PlatformUnreachableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PlatformUnreachableError';
  }
}

/** Nobody can be reached in a place, nor told in private: trying again cannot help until somebody there changes something. */
export class PlaceClosedError extends PermanentError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlaceClosedError';
  }
}

/** An answer that nobody waits for was left out, because the chat has more than its service lets through. */
export class LeftUnsaidError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LeftUnsaidError';
  }
}

export class MessageGoneError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MessageGoneError';
  }
}
