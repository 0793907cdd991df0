import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { defaultLocale, type LocaleName, localeFor, locales } from '#locales/index.js';
import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import { askerTagOf, decodeAction } from '#src/core/action.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { QuestionError, UserError } from '#src/core/errors.js';
import { type Text, type TextKey, translateWith } from '#src/core/locale.js';
import type { Options } from '#src/core/options.js';
import { PersonLock } from '#src/core/person-lock.js';
import type { Person, PlatformName, ServerMove, Standing } from '#src/core/place.js';
import type { CommandName, OfferedCommandName, Reply } from '#src/core/reply.js';
import type { Delivery } from '#src/delivery/delivery.js';
import { renderError, renderReply } from '#src/delivery/render.js';
import type { ResultsService } from '#src/delivery/services.js';
import type { WordsService } from '#src/drawing/services.js';
import { editPhrases } from '#src/editing/edit-phrases.js';
import { wordsIn } from '#src/jobs/index.js';
import { AlreadyAnsweredError, type Ledger } from '#src/jobs/ledger.js';
import type { Applicant } from '#src/moderation/rights.js';
import type { Rights } from '#src/moderation/rights-service.js';
import type { ServerMoves } from '#src/moderation/server-moves.js';
import type { WordBlocklist } from '#src/moderation/word-blocklist.js';
import { kindsFor } from '#src/pets/kinds.js';
import { petLabel } from '#src/pets/pet.js';
import type { PetRights } from '#src/pets/pet-rights.js';
import type { PetSharesTable } from '#src/pets/pet-shares-table.js';
import { petsServiceFor } from '#src/pets/pets-service.js';
import type { PetsTable } from '#src/pets/pets-table.js';
import type { PictureLook } from '#src/photos/picture-look/picture-look.js';
import type { CoachService, FilesService } from '#src/photos/services.js';
import {
  type Bot,
  type CommandDescription,
  type IncomingCommand,
  type IncomingPress,
  LeftUnsaidError,
  type OutgoingMessage,
  type Platform,
  type Question,
} from '#src/platforms/platform.js';
import type { PeopleTable } from '#src/privacy/people-table.js';
import type { MyDataService } from '#src/privacy/services.js';
import type { DraftsService } from '#src/training/services.js';
import { draftsServiceFor } from '#src/training/training-drafts.js';
import type { TrainingDraftsTable } from '#src/training/training-drafts-table.js';
import { type Command, type Invocation, offeredCommands } from './define-command.js';
import { describeCommand } from './describe-command.js';
import type { FloodLimit, FloodVerdict } from './flood-limit.js';
import { parseOptions } from './options.js';
import type { PetQuestions } from './pet-questions.js';

export interface DispatcherOptions {
  readonly commands: readonly Command[];
  readonly flood: FloodLimit;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly ledger: Ledger;
  readonly delivery: Delivery;
  readonly people: PeopleTable;
  readonly pets: PetsTable;
  readonly shares: PetSharesTable;
  readonly words: WordsService;
  readonly coachFor: (person: Person) => CoachService;
  readonly drafts: TrainingDraftsTable;
  readonly blobs: Pick<HeldBlobs, 'delete' | 'during'>;
  readonly filesFor: (person: Person) => FilesService;
  readonly questions: PetQuestions;
  readonly rights: Rights;
  readonly moves: ServerMoves;
  readonly blocklist: WordBlocklist;
  readonly petRights: PetRights;
  readonly onRevoked: (pet: string) => Promise<void>;
  readonly look: Pick<PictureLook, 'atUploads'>;
  readonly resultsFor: (applicant: Applicant) => ResultsService;
  readonly myDataFor: (person: Person) => MyDataService;
  readonly maxPetsPerPerson: number;
  readonly newSeed: () => number;
  /** `command` is one of ours, or `unknown`. */
  readonly onAnswered?: (command: string, outcome: AnswerOutcome, milliseconds: number) => void;
  readonly log: Logger;
}

/** Typed, or by a button on a message. */
type Asked = IncomingCommand & {
  readonly button?: {
    /** Where the platform says that it has the button. */
    readonly message?: IncomingPress['message'];
    /** Whose it is, where it is not everybody's. */
    readonly asker: string | undefined;
  };
};

/** `refused`: with a sentence that says why not. `unanswered`: nothing could be said. */
export type AnswerOutcome = 'answered' | 'refused' | 'unanswered';

interface Answer {
  readonly message: OutgoingMessage;
  readonly job?: string;
  readonly isFarewell?: boolean;
}

const maxCompletions = 25;
const maxPictures = 10;

/** From a decoded command to its answer; the only place that catches what a command throws. */
export class Dispatcher implements Bot {
  readonly commands: readonly Command<OfferedCommandName>[];
  readonly #options: DispatcherOptions;
  readonly #lock = new PersonLock();
  /** Events that unhurried commands are answering, by person and command. */
  readonly #unhurried = new Map<string, string>();

  constructor(options: DispatcherOptions) {
    this.commands = offeredCommands(options.commands);
    this.#options = options;
  }

  invoke(incoming: IncomingCommand): Promise<boolean> {
    return this.#run(incoming, this.commands);
  }

  async press(incoming: IncomingPress): Promise<void> {
    const { command, options, asker } = decodeAction(incoming.action);
    const { message, isOnMessage } = incoming;
    const button = { ...(isOnMessage && { message }), asker };
    await this.#run({ ...incoming, command, options, button }, this.#options.commands);
  }

  async questionOf(incoming: Parameters<Bot['questionOf']>[0]): Promise<Question | undefined> {
    const { command: name, options: given, asker: owner } = decodeAction(incoming.action);
    // What is not theirs is said when the press comes.
    if (owner !== undefined && owner !== askerTagOf(incoming.person)) return undefined;
    const command = this.commands.find((candidate) => candidate.name === name);
    const lacking = Object.entries(command?.options ?? {}).find(
      ([option, { kind, required }]) => required && kind === 'text' && given[option] === undefined,
    );
    if (!command || !lacking) return undefined;
    const { person, place } = incoming;
    const asker = { id: '', person, place, locale: defaultLocale, standing: standingOf(incoming) };
    // What cannot be found, or is not theirs, is said when the answer comes.
    const suggestion = await command.suggest?.(this.#options.ledger.serviceFor(asker), given).catch(() => undefined);
    return { command: command.name, given, option: lacking[0], ...(suggestion !== undefined && { suggestion }) };
  }

  async minPhotos({ person, command, options }: Parameters<Bot['minPhotos']>[0]): Promise<number> {
    const declared = this.commands.find(({ name }) => name === command);
    const photos = Object.values(declared?.options ?? {}).find(({ kind }) => kind === 'images');
    if (!declared || photos?.kind !== 'images') return 0;
    const kept = await declared.keptPhotos?.(this.#draftsOf(person, ''), options);
    return Math.max(1, (photos.min ?? 1) - (kept ?? 0));
  }

  async #run(incoming: Asked, commands: readonly Command[]): Promise<boolean> {
    const { log, platforms, delivery, blobs } = this.#options;
    const verdict = this.#options.flood.judge(incoming.person, incoming.eventId);
    if (verdict.kind === 'silent') return false;
    const { person, eventId } = incoming;
    const isUnhurried = commands.find(({ name }) => name === incoming.command)?.unhurried ?? false;
    const unhurried = `${person.platform}/${person.id}/${incoming.command}`;
    const underWay = isUnhurried ? this.#unhurried.get(unhurried) : undefined;
    // The same event again, while it is being answered.
    if (underWay === eventId) return true;
    const refusal = refusalOf(verdict, underWay !== undefined);
    if (isUnhurried && !refusal) this.#unhurried.set(unhurried, eventId);
    const started = performance.now();
    const jobId = jobIdOf(incoming.person.platform, incoming.eventId);
    let isAccepted = false;
    const note = (outcome: AnswerOutcome) => {
      const known = commands.some(({ name }) => name === incoming.command);
      this.#options.onAnswered?.(known ? incoming.command : 'unknown', outcome, performance.now() - started);
    };
    try {
      const locale = await this.localeOf(incoming.person, incoming.language);
      const answer: Answer = refusal
        ? { message: renderError(locale, refusal, person) }
        : await blobs.during(() => this.#answer(incoming, commands, locale, jobId));
      const { message: whole, job, isFarewell } = answer;
      const [message, ...others] = splitMessage(whole);
      isAccepted = message.kind !== 'error';
      const platform = platforms.get(incoming.place.platform);
      if (!platform) throw new Error(`platform '${incoming.place.platform}' is not switched on`);
      // A job's message is sent under the job's id, by whoever sends it first.
      const key = job ?? `${jobId}-answer`;
      const sending = platform.send(incoming.place, message, {
        key,
        person: incoming.person,
        ...(isFarewell && { leavesNoTrace: true }),
      });
      if (job !== undefined) delivery.expectMessage(job, sending);
      await sending;
      note(isAccepted ? 'answered' : 'refused');
      for (const [index, other] of others.entries())
        await platform.send(incoming.place, other, {
          key: `${jobId}-part-${index + 2}`,
          person: incoming.person,
          partOf: key,
        });
      const files = whole.files?.map(({ blob }) => blob) ?? [];
      if (files.length > 0 && !platform.linksFiles) await this.#handedOver(person, files);
      if (isAccepted) this.#catchUp(incoming);
      log.debug(
        { command: incoming.command, jobId: job, milliseconds: Math.round(performance.now() - started) },
        'answered',
      );
    } catch (error) {
      if (error instanceof AlreadyAnsweredError) return true;
      if (error instanceof LeftUnsaidError) {
        log.debug({ err: error, command: incoming.command, jobId }, 'an answer was left unsaid');
        return isAccepted;
      }
      note('unanswered');
      log.error({ err: error, command: incoming.command, jobId }, 'a command could not be answered');
    } finally {
      if (isUnhurried && !refusal) this.#unhurried.delete(unhurried);
    }
    return isAccepted;
  }

  async complete({
    person,
    place,
    command,
    option,
    typed,
  }: Parameters<Bot['complete']>[0]): Promise<readonly string[]> {
    const declared = this.commands.find(({ name }) => name === command)?.options[option];
    const prefix = typed.toLowerCase();
    const startsAsTyped = (word: string) => word.toLowerCase().startsWith(prefix);
    if (declared?.kind === 'choice') return declared.choices.filter(startsAsTyped).slice(0, maxCompletions);
    if (declared?.kind !== 'pet') return [];
    // Nothing is offered to whom nothing is given.
    const isBanned = await this.#options.rights.assertNotBanned({ person, place }).then(
      () => false,
      () => true,
    );
    if (isBanned) return [];
    const standing = standingOf({});
    const pets = petsServiceFor(this.#options, { id: '', person, place, standing });
    const offered = declared.shared ? await pets.available() : await pets.list();
    return offered.map(petLabel).filter(startsAsTyped).slice(0, maxCompletions);
  }

  async moved(move: ServerMove): Promise<void> {
    await this.#options.moves.move(move);
    this.#options.log.info({ platform: move.platform }, 'a community goes on under another id');
  }

  movesOf(platform: PlatformName): Promise<ReadonlyMap<string, string>> {
    return this.#options.moves.of(platform);
  }

  fetched(person: Person, file: BlobKey): Promise<void> {
    return this.#handedOver(person, [file]);
  }

  async localeOf(person: Person, language?: string): Promise<LocaleName> {
    return localeFor((await this.#options.people.localeOf(person)) ?? language);
  }

  describe(name: OfferedCommandName, language?: string): CommandDescription {
    const command = this.commands.find((candidate) => candidate.name === name);
    if (!command) throw new Error(`command '${name}' is not in the list`);
    return describeCommand(command, language);
  }

  async #answer(incoming: Asked, commands: readonly Command[], locale: LocaleName, jobId: string): Promise<Answer> {
    try {
      if (!incoming.isAnonymous) await this.#options.people.remember(incoming.person);
      const reply = await this.#runCommand(incoming, commands, locale, jobId);
      // The command may have changed the language.
      const current = await this.localeOf(incoming.person, incoming.language);
      const { job, isFarewell } = reply;
      return {
        message: renderReply(current, reply, incoming.person),
        ...(job !== undefined && { job }),
        ...(isFarewell && { isFarewell }),
      };
    } catch (error) {
      if (error instanceof AlreadyAnsweredError) throw error;
      const question = error instanceof QuestionError && (await this.#ask(incoming, jobId, error));
      if (question) return { message: renderReply(locale, question, incoming.person) };
      if (!(error instanceof UserError))
        this.#options.log.error({ err: error, command: incoming.command, jobId }, 'a command failed');
      return { message: renderError(locale, error, incoming.person) };
    }
  }

  async #runCommand(incoming: Asked, commands: readonly Command[], locale: LocaleName, jobId: string): Promise<Reply> {
    const command = commands.find(({ name }) => name === incoming.command);
    if (!command) throw new UserError('commandUnknown', { command: incoming.command.slice(0, 32) });
    const { person, place, button } = incoming;
    if (button) assertOwnButton(command, incoming.options, { presser: person, asker: button.asker });
    if (incoming.isAnonymous && !command.impersonal) throw new UserError('anonymousAdmin');
    const standing = standingOf(incoming);
    const applicant = { id: jobId, person, place, standing };
    await this.#assertMayRun(command, applicant);
    const { ledger, rights, blocklist, look } = this.#options;
    const pets = petsServiceFor(this.#options, applicant);
    const drafts = this.#draftsOf(person, jobId);
    const textOf = (path: string, params: Text['params'] = {}): Text => ({
      key: `commands.${command.name}.${path}` as TextKey,
      params,
    });
    const options = await parseOptions(command, incoming.options, {
      pets,
      platform: place.platform,
      describe: (option) => textOf(`options.${option}`),
      keptPhotos: async () => (await command.keptPhotos?.(drafts, incoming.options)) ?? 0,
      blocklist,
    });
    const coach = this.#options.coachFor(person);
    const files = this.#options.filesFor(person);
    const jobs = ledger.serviceFor({ ...applicant, locale, message: button?.message });
    const invocation: Omit<Invocation<CommandName, Options>, 'reply'> & {
      reply: (key: string, params?: Text['params'], extras?: Omit<Reply, 'text'>) => Reply;
    } = {
      user: person,
      place,
      standing,
      locale,
      commands: this.commands
        .filter(({ forModerators }) => !forModerators || place.server !== undefined)
        .map(({ name }) => name),
      options: options as Invocation<CommandName, Options>['options'],
      jobs: {
        ...jobs,
        enqueue: async (job) => {
          // Words of an earlier job were not typed now, and translated ones not at all.
          for (const words of [job.title, ...wordsIn(job.name, job.data)]) blocklist.assertFree(words);
          return jobs.enqueue(job);
        },
      },
      pets,
      coach: {
        ...coach,
        judge: async (...given) => {
          const judged = await coach.judge(...given);
          return {
            ...judged,
            ...(await look.atUploads(
              place,
              judged.photos.flatMap(({ blob }) => blob ?? []),
            )),
          };
        },
      },
      drafts,
      settings: {
        language: () => this.#options.people.localeOf(person),
        setLanguage: (language) => this.#options.people.setLocale(person, language),
      },
      files: {
        ...files,
        keepPhoto: async (photo) => {
          const kept = await files.keepPhoto(photo);
          return { ...kept, ...(await look.atUploads(place, [kept.blob])) };
        },
      },
      myData: this.#options.myDataFor(person),
      results: this.#options.resultsFor(applicant),
      admin: rights.adminFor(applicant, (banned, server) => ledger.cancelIn(server, banned)),
      kinds: kindsFor(locale),
      editPhrases,
      words: this.#options.words,
      goOn: async (question, number) => {
        const answered = await this.#options.questions.answered(question, number, person);
        const again = { ...incoming, ...answered };
        return this.#runCommand(again, commands, locale, jobId).catch(async (error: unknown) => {
          const next = error instanceof QuestionError && (await this.#ask(again, jobId, error));
          if (next) return next;
          throw error;
        });
      },
      newSeed: this.#options.newSeed,
      reply: (key, params, extras) => ({ text: textOf(`replies.${key}`, params), ...extras }),
    };
    const run = () => command.run(invocation);
    const reply = await (command.exclusive ? this.#lock.hold(person, run) : run());
    // Fails here, where it is caught, rather than half way through sending.
    translateWith(locales[locale], reply.text);
    return reply;
  }

  /** @returns undefined where it cannot be asked, and the sentence has to do */
  async #ask(incoming: IncomingCommand, id: string, error: QuestionError) {
    const command = this.#options.commands.find(({ name }) => name === incoming.command);
    const { person, place } = incoming;
    const asker = { id, person, place, locale: defaultLocale, standing: standingOf(incoming) };
    const hasPhotos = Object.values(incoming.options).some((value) => typeof value === 'object');
    const ask = async () => {
      // Keeping photos for the answer means looking at them.
      if (hasPhotos && command?.photosFor) await this.#options.ledger.serviceFor(asker).assertRoom(command.photosFor);
      return this.#options.questions.ask(command, { id, incoming }, error);
    };
    return ask().catch((fault: unknown): Reply | undefined => {
      if (fault instanceof UserError) return { text: fault.text, lines: fault.details, ephemeral: true };
      this.#options.log.warn({ err: fault, command: incoming.command }, 'a question could not be kept');
      return undefined;
    });
  }

  /** @throws UserError */
  async #assertMayRun({ forModerators, unrestricted }: Command, applicant: Applicant): Promise<void> {
    if (forModerators) {
      if (applicant.place.server === undefined) throw new UserError('adminNoServer');
      const { isModerator, isChannelModerator, isUnknown } = await applicant.standing();
      if (isUnknown) throw new UserError('moderatorsUnknown');
      if (!isModerator) throw new UserError(isChannelModerator ? 'moderatesChannelOnly' : 'moderatorsOnly');
    }
    if (!unrestricted) await this.#options.rights.assertWelcome(applicant);
  }

  /** Results that could not be brought to this person, where they may have the bot. */
  #catchUp(incoming: IncomingCommand): void {
    const { person, place } = incoming;
    const isWelcome = () =>
      this.#options.rights.assertWelcome({ person, place, standing: standingOf(incoming) }).then(
        () => true,
        () => false,
      );
    this.#options.delivery.catchUp(person, place, isWelcome);
  }

  async #handedOver(person: Person, files: readonly BlobKey[]): Promise<void> {
    try {
      await this.#options.myDataFor(person).handedOver(files);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'an archive could not be removed yet; the sweep will');
    }
  }

  #draftsOf(person: Person, invocation: string): DraftsService {
    return draftsServiceFor({ table: this.#options.drafts, blobs: this.#options.blobs }, person, invocation);
  }
}

/**
 * Somebody else's button does nothing, and neither does one that names nobody where somebody has to be named.
 * @throws UserError
 */
function assertOwnButton(
  command: Command,
  options: IncomingCommand['options'],
  { presser, asker }: { readonly presser: Person; readonly asker: string | undefined },
): void {
  const needsAsker = command.asked || Object.keys(options).some((name) => isForAsker(command.options, name));
  if (asker === undefined ? needsAsker : asker !== askerTagOf(presser)) throw new UserError('questionNotYours');
}

function isForAsker(options: Options, name: string): boolean {
  return Object.hasOwn(options, name) && options[name]?.asked === true;
}

/** Why a command is not even looked at. */
function refusalOf(verdict: FloodVerdict, isUnderWay: boolean): UserError | undefined {
  if (verdict.kind === 'slowDown') return new UserError('tooFast', { seconds: verdict.seconds });
  return isUnderWay ? new UserError('stillBusy') : undefined;
}

/** As all platforms can: one file to a message, and ten pictures. */
function splitMessage(message: OutgoingMessage): [OutgoingMessage, ...OutgoingMessage[]] {
  const { kind, ephemeral, isSpoiler, files = [], pictures = [] } = message;
  const rest = { kind, ...(ephemeral && { ephemeral }), ...(isSpoiler && { isSpoiler }) };
  const others: OutgoingMessage[] = files.slice(1).map((file) => ({ ...rest, text: file.name, files: [file] }));
  for (let start = maxPictures; start < pictures.length; start += maxPictures) {
    const part = pictures.slice(start, start + maxPictures);
    others.push({ ...rest, text: part.map(({ alt }) => alt).join('\n'), pictures: part });
  }
  if (others.length === 0) return [message];
  return [
    {
      ...message,
      ...(message.files && { files: files.slice(0, 1) }),
      ...(message.pictures && { pictures: pictures.slice(0, maxPictures) }),
    },
    ...others,
  ];
}

/** Asks once, however often it is asked. */
function standingOf({ standing }: Pick<IncomingCommand, 'standing'>): () => Promise<Standing> {
  let asked: Promise<Standing> | undefined;
  return () => {
    asked ??= standing?.() ?? Promise.resolve({ isModerator: false, roles: [] });
    return asked;
  };
}

const platformLetters: Record<PlatformName, string> = { web: 'w', discord: 'd', telegram: 't' };

/** The same event gives the same id. At most 40 characters of the alphabet that BullMQ and buttons allow. */
export function jobIdOf(platform: PlatformName, eventId: string): string {
  const id = `${platformLetters[platform]}-${eventId}`;
  if (/^[A-Za-z0-9_-]{3,40}$/.test(id)) return id;
  return `${platformLetters[platform]}-${createHash('sha256').update(eventId).digest('hex').slice(0, 38)}`;
}
