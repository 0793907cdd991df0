import type { Logger } from 'pino';
import { defaultLocale, type LocaleName, localeFor, locales } from '#locales/index.js';
import type { HeldBlobs } from '#src/blobs/held-blobs.js';
import { askerTagOf, decodeAction } from '#src/core/action.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { QuestionError, UserError } from '#src/core/errors.js';
import { translateWith } from '#src/core/locale.js';
import type { Suggestion } from '#src/core/options.js';
import { PersonLock } from '#src/core/person-lock.js';
import type { Person, PlatformName, Server, ServerMove } from '#src/core/place.js';
import type { OfferedCommandName, Reply } from '#src/core/reply.js';
import { decodeStart } from '#src/core/start-link.js';
import type { Delivery } from '#src/delivery/delivery.js';
import { renderError, renderReply } from '#src/delivery/render.js';
import { AlreadyAnsweredError, type Asker } from '#src/jobs/ledger.js';
import type { Rights } from '#src/moderation/rights-service.js';
import type { MovesService } from '#src/moderation/services.js';
import { petLabel } from '#src/pets/pet.js';
import {
  type Bot,
  type CommandDescription,
  type IncomingCommand,
  type IncomingPress,
  LeftUnsaidError,
  type Question,
} from '#src/platforms/platform.js';
import type { PeopleService } from '#src/privacy/services.js';
import { type Answer, type AnswerWays, sendAnswer } from './answer.js';
import { type Asked, jobIdOf, standingOf } from './asked.js';
import { type Command, offeredCommands } from './define-command.js';
import { describeCommand } from './describe-command.js';
import type { FloodLimit } from './flood-limit.js';
import { type InvocationOptions, invocationFor } from './invocation.js';
import { assertMayRun, refusalOf } from './may-run.js';
import type { PetQuestions } from './pet-questions.js';

export interface DispatcherOptions extends InvocationOptions, AnswerWays {
  readonly commands: readonly Command[];
  readonly flood: FloodLimit;
  /** Of presses that are answered in place, which come faster than anything that is typed. */
  readonly pressFlood: FloodLimit;
  readonly delivery: Pick<Delivery, 'expectMessage' | 'catchUp'>;
  readonly people: PeopleService;
  readonly blobs: Pick<HeldBlobs, 'during'>;
  readonly questions: PetQuestions;
  readonly rights: Pick<Rights, 'assertWelcome' | 'assertNotBanned' | 'assertMay'>;
  readonly moves: MovesService;
  readonly onRemoved: (community: Server) => Promise<void>;
  /** `command` is one of ours, or `unknown`. */
  readonly onAnswered?: (command: string, outcome: AnswerOutcome, milliseconds: number) => void;
  readonly log: Logger;
}

/** `refused`: with a sentence that says why not. `unanswered`: nothing could be said. */
export type AnswerOutcome = 'answered' | 'refused' | 'unanswered';

const maxCompletions = 25;

/** What is said about a press that is answered in place, and leaves the message as it is. */
const notice = { isNotice: true, ephemeral: true } as const;

/** From a decoded command to its answer; the only place that catches what a command throws. */
export class Dispatcher implements Bot {
  readonly commands: readonly Command<OfferedCommandName>[];
  readonly #options: DispatcherOptions;
  readonly #lock = new PersonLock();
  /** Events that unhurried commands are answering, by person and command. */
  readonly #unhurried = new Map<string, string>();
  /** Of answers that take the place of a message: the later one was made of what is newer. */
  #lastOrder = 0;

  constructor(options: DispatcherOptions) {
    this.commands = offeredCommands(options.commands);
    this.#options = options;
  }

  invoke(incoming: IncomingCommand): Promise<boolean> {
    const linked = incoming.start === undefined ? undefined : decodeStart(incoming.start);
    return linked ? this.#run({ ...incoming, ...linked }, this.#options.commands) : this.#run(incoming, this.commands);
  }

  async press(incoming: IncomingPress): Promise<void> {
    const { command, options, asker } = decodeAction(incoming.action);
    const { message, isOnMessage } = incoming;
    const button = { ...(isOnMessage && { message }), asker };
    await this.#run({ ...incoming, command, options, button }, this.#options.commands);
  }

  answersInPlace(action: string): boolean {
    return this.#commandOf(decodeAction(action))?.inPlace ?? false;
  }

  async questionOf(incoming: Parameters<Bot['questionOf']>[0]): Promise<Question | undefined> {
    const { command: name, options: given, asker: owner, asks } = decodeAction(incoming.action);
    // What is not theirs is said when the press comes.
    if (owner !== undefined && owner !== askerTagOf(incoming.person)) return undefined;
    const command = this.commands.find((candidate) => candidate.name === name);
    const lacking = Object.entries(command?.options ?? {}).find(
      ([option, { kind, required }]) => (required || option === asks) && kind === 'text' && given[option] === undefined,
    );
    if (!command || !lacking) return undefined;
    const { person, place } = incoming;
    const asker = { id: '', person, place, locale: defaultLocale, standing: standingOf(incoming) };
    // What cannot be found, or is not theirs, is said when the answer comes.
    const suggestion = await command.suggest?.(this.#options.services.jobs(asker), given).catch(() => undefined);
    return { command: command.name, given, option: lacking[0], ...(suggestion !== undefined && { suggestion }) };
  }

  async minPhotos({ person, command, options }: Parameters<Bot['minPhotos']>[0]): Promise<number> {
    const declared = this.commands.find(({ name }) => name === command);
    const photos = Object.values(declared?.options ?? {}).find(({ kind }) => kind === 'images');
    if (!declared || photos?.kind !== 'images') return 0;
    const kept = await declared.keptPhotos?.(this.#options.services.drafts(person, ''), options);
    return Math.max(1, (photos.min ?? 1) - (kept ?? 0));
  }

  async #run(incoming: Asked, commands: readonly Command[]): Promise<boolean> {
    const { log, blobs, flood, pressFlood } = this.#options;
    const isInPlace = this.#isInPlace(incoming);
    const verdict = (isInPlace ? pressFlood : flood).judge(incoming.person, incoming.eventId);
    if (verdict.kind === 'silent') return false;
    const { person, eventId } = incoming;
    const isUnhurried = commands.find(({ name }) => name === incoming.command)?.unhurried ?? false;
    const unhurried = `${person.platform}/${person.id}/${incoming.command}`;
    const underWay = isUnhurried ? this.#unhurried.get(unhurried) : undefined;
    // The same event again, while it is being answered.
    if (underWay === eventId) return true;
    const refusal = refusalOf(verdict, underWay !== undefined);
    const isOnlyOne = isUnhurried && !refusal;
    if (isOnlyOne) this.#unhurried.set(unhurried, eventId);
    const letNextIn = () =>
      isOnlyOne && this.#unhurried.get(unhurried) === eventId && this.#unhurried.delete(unhurried);
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
        ? { message: { ...renderError(locale, refusal, person), ...(isInPlace && notice) } }
        : await blobs.during(() => this.#answer(incoming, commands, locale, jobId));
      isAccepted = answer.message.kind !== 'error';
      // Words show, and their buttons are pressed, before the platform says that they have arrived.
      if (!answer.message.files?.length) letNextIn();
      const handedOver = await sendAnswer(this.#options, { id: jobId, incoming }, answer, () =>
        note(isAccepted ? 'answered' : 'refused'),
      );
      if (handedOver.length > 0) await this.#handedOver(person, handedOver);
      if (isAccepted) this.#catchUp(incoming);
      log.debug(
        { command: incoming.command, jobId: answer.job, milliseconds: Math.round(performance.now() - started) },
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
      letNextIn();
    }
    return isAccepted;
  }

  async complete({
    person,
    place,
    command,
    option,
    typed,
    standing,
  }: Parameters<Bot['complete']>[0]): Promise<readonly Suggestion[]> {
    const form = this.commands.find(({ name }) => name === command);
    const declared = form?.options[option];
    const prefix = typed.toLowerCase();
    const suggestionsOf = (words: readonly string[]) =>
      words
        .filter((word) => word.toLowerCase().startsWith(prefix))
        .slice(0, maxCompletions)
        .map((word): Suggestion => ({ label: word, value: word }));
    if (declared?.kind === 'choice') return suggestionsOf(declared.choices);
    const completes = declared?.kind === 'text' ? declared.completes : undefined;
    if (declared?.kind !== 'pet' && completes === undefined) return [];
    // Nothing is offered to whom nothing is given.
    const isBanned = await this.#options.rights.assertNotBanned({ person, place }).then(
      () => false,
      () => true,
    );
    if (isBanned) return [];
    const { services } = this.#options;
    if (completes !== undefined) {
      const forModerators = form?.forModerators === true && (await standingOf({ standing })()).isModerator;
      return (await services.completions[completes]({ person, place, typed, forModerators })).slice(0, maxCompletions);
    }
    const pets = services.pets({ id: '', at: new Date(), person, place, standing: standingOf({}) });
    const isShared = declared?.kind === 'pet' && declared.shared;
    const offered = isShared ? await pets.available() : await pets.list();
    return suggestionsOf(offered.map(petLabel));
  }

  async moved(move: ServerMove): Promise<void> {
    await this.#options.moves.move(move);
    this.#options.log.info({ platform: move.platform }, 'a community goes on under another id');
  }

  removedFrom(community: Server): Promise<void> {
    return this.#options.onRemoved(community);
  }

  movesOf(platform: PlatformName): Promise<ReadonlyMap<string, string>> {
    return this.#options.moves.of(platform);
  }

  fetched(person: Person, file: BlobKey): Promise<void> {
    return this.#handedOver(person, [file]);
  }

  async localeOf(person: Person, language?: string): Promise<LocaleName> {
    return localeFor(await this.#options.people.localeOf(person, language));
  }

  describe(name: OfferedCommandName, language?: string): CommandDescription {
    const command = this.commands.find((candidate) => candidate.name === name);
    if (!command) throw new Error(`command '${name}' is not in the list`);
    return describeCommand(command, language);
  }

  async #answer(incoming: Asked, commands: readonly Command[], locale: LocaleName, jobId: string): Promise<Answer> {
    try {
      await this.#remember(incoming);
      const reply = await this.#runCommand(incoming, commands, locale, jobId);
      // Nobody else's turn comes between a command and this.
      this.#lastOrder += 1;
      const order = this.#lastOrder;
      // The command may have changed the language.
      const current = await this.localeOf(incoming.person, incoming.language);
      const { job, isFarewell, isNotice } = reply;
      const pressed = this.#isInPlace(incoming) && !isNotice ? incoming.button?.message : undefined;
      return {
        message: renderReply(current, reply, incoming.person),
        ...(job !== undefined && { job }),
        ...(isFarewell && { isFarewell }),
        ...(pressed && { replaces: { message: pressed, order } }),
      };
    } catch (error) {
      if (error instanceof AlreadyAnsweredError) throw error;
      const question = error instanceof QuestionError && (await this.#ask(incoming, jobId, error));
      if (question) return { message: renderReply(locale, question, incoming.person) };
      if (!(error instanceof UserError))
        this.#options.log.error({ err: error, command: incoming.command, jobId }, 'a command failed');
      const isInPlace = this.#isInPlace(incoming);
      return { message: { ...renderError(locale, error, incoming.person), ...(isInPlace && notice) } };
    }
  }

  /** Not whoever speaks in a community's name. */
  async #remember({ person, language, isAnonymous }: Asked): Promise<void> {
    if (!isAnonymous)
      await this.#options.people.remember(person, language === undefined ? undefined : localeFor(language));
  }

  #isInPlace(incoming: Asked): boolean {
    return incoming.button !== undefined && (this.#commandOf(incoming)?.inPlace ?? false);
  }

  #commandOf({ command }: Pick<Asked, 'command'>): Command | undefined {
    return this.#options.commands.find(({ name }) => name === command);
  }

  async #runCommand(incoming: Asked, commands: readonly Command[], locale: LocaleName, jobId: string): Promise<Reply> {
    const command = commands.find(({ name }) => name === incoming.command);
    if (!command) throw new UserError('commandUnknown', { command: incoming.command.slice(0, 32) });
    const { person, place } = incoming;
    const asking = { id: jobId, at: incoming.at, person, place, standing: standingOf(incoming) };
    await assertMayRun(command, incoming, asking, this.#options.rights);
    const goOn = async (question: string, number: number) => {
      const answered = await this.#options.questions.answered(question, number, person);
      const again = { ...incoming, ...answered };
      return this.#runCommand(again, commands, locale, jobId).catch(async (error: unknown) => {
        const next = error instanceof QuestionError && (await this.#ask(again, jobId, error));
        if (next) return next;
        throw error;
      });
    };
    const call = { command, asked: incoming, asking, locale, offered: this.commands, goOn };
    const invocation = await invocationFor(this.#options, call);
    const run = () => command.run(invocation);
    const reply = await (command.exclusive || command.inPlace ? this.#lock.hold(person, run) : run());
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
      if (hasPhotos && command?.photosFor) await this.#assertMaySend(command.photosFor, asker);
      return this.#options.questions.ask(command, { id, incoming }, error);
    };
    return ask().catch((fault: unknown): Reply | undefined => {
      if (fault instanceof UserError) return { text: fault.text, lines: fault.details, ephemeral: true };
      this.#options.log.warn({ err: fault, command: incoming.command }, 'a question could not be kept');
      return undefined;
    });
  }

  /** @throws UserError */
  async #assertMaySend(purpose: NonNullable<Command['photosFor']>, asker: Asker): Promise<void> {
    if (purpose === 'enter') return this.#options.rights.assertMay(asker.id, purpose, asker);
    return this.#options.services.jobs(asker).assertRoom(purpose);
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
      await this.#options.services.myData(person).handedOver(files);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'an archive could not be removed yet; the sweep will');
    }
  }
}
