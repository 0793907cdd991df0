import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { InteractionResponseType, MessageFlags } from 'discord.js';
import type { Logger } from 'pino';
import { defaultLocale, localeFor } from '#locales/index.js';
import { BoundedMap } from '#src/core/bounded-map.js';
import type { Bot, OutgoingMessage } from '../platform.js';
import { ClockDifference } from './clock-difference.js';
import { type DecodeContext, type DecodedInteraction, decodeInteraction } from './decode-interaction.js';
import { commandOfForm, encodeForm, encodeQuestion } from './encode-form.js';
import { renderText } from './escape-text.js';
import { InteractionAnswer } from './interaction-answer.js';
import { MessageMenus } from './message-menus.js';
import { decodeThreadAction, openThread } from './pet-threads.js';
import { shorten } from './render-message.js';
import type { Requests } from './requests.js';
import { instantOf } from './snowflake.js';
import { type DiscordTextKey, say } from './texts.js';

export interface InteractionRouterOptions {
  readonly bot: Bot;
  readonly requests: Requests;
  readonly fetchAttachment: DecodeContext['fetchAttachment'];
  readonly isAgeRestricted: DecodeContext['isAgeRestricted'];
  readonly serverPermissionsOf: DecodeContext['serverPermissionsOf'];
  readonly now: () => number;
  readonly log: Logger;
}

const maxRemembered = 1000;
const maxCompletionLength = 100;
/** Of the three seconds in which a form has to be there. */
const languageWithinMs = 1000;

/** From an event of Discord to the bot: acknowledged first, then decoded and handed over. */
export class InteractionRouter {
  readonly #options: InteractionRouterOptions;
  /** The interaction in whose course something is sent. */
  readonly #current = new AsyncLocalStorage<InteractionAnswer>();
  readonly #running = new Set<Promise<void>>();
  /** Events may come twice after a resumed connection. */
  readonly #seen = new Set<string>();
  /** Whether the last answer to a command was for the asker alone: so the next one will be, most likely. */
  readonly #habits = new BoundedMap<string, boolean>(maxRemembered);
  readonly #menus: MessageMenus;
  readonly #clock: ClockDifference;
  #isStopped = false;

  constructor(options: InteractionRouterOptions) {
    this.#options = options;
    this.#menus = new MessageMenus(options.bot, options.now);
    this.#clock = new ClockDifference(options.now, options.log);
  }

  get currentAnswer(): InteractionAnswer | undefined {
    return this.#current.getStore();
  }

  receive(payload: unknown): void {
    if (this.#isStopped) return;
    const { bot, log } = this.#options;
    const interaction = decodeInteraction(payload, { ...this.#options, commands: bot.commands });
    if (!interaction || this.#isRepeated(interaction.id)) return;
    const running = this.#handle(interaction)
      .catch((error: unknown) => log.warn({ err: error, interaction: interaction.id }, 'an interaction failed'))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Called with each answer, so that the next one of its kind can be promised rightly. */
  noteAnswer({ subject }: InteractionAnswer, message: OutgoingMessage): void {
    if (message.kind !== 'error') this.#habits.set(subject, Boolean(message.ephemeral));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running);
  }

  #isRepeated(id: string): boolean {
    if (this.#seen.has(id)) return true;
    this.#seen.add(id);
    if (this.#seen.size > maxRemembered) this.#seen.delete(this.#seen.values().next().value!);
    return false;
  }

  async #handle(interaction: DecodedInteraction): Promise<void> {
    const { bot, requests, now, log } = this.#options;
    if (interaction.kind === 'completion') return this.#complete(interaction);
    if (interaction.kind === 'menu') return this.#openMenu(interaction);
    const thread = interaction.kind === 'press' ? decodeThreadAction(interaction.action) : undefined;
    if (interaction.kind === 'press' && thread !== undefined) return this.#openThread(interaction, thread);
    const form = interaction.kind === 'form' ? this.#menus.complete(interaction) : undefined;
    if (form && 'refusal' in form) return this.#refuse(interaction, form.refusal);
    const subject = interaction.kind === 'press' ? interaction.action.split('?')[0]! : interaction.command;
    const answer = new InteractionAnswer(interaction, {
      requests,
      now,
      isEphemeral: this.#habits.get(subject) ?? false,
      subject,
      pressed: this.#replacedBy(interaction),
    });
    if (interaction.kind === 'command') {
      const asking = commandOfForm(bot, interaction);
      if (asking) {
        const language = await this.#languageOf(interaction);
        return answer.respond(InteractionResponseType.Modal, encodeForm(bot, asking, { ...interaction, language }));
      }
    }
    if (interaction.kind === 'press') {
      const { person, place, standing, language, action } = interaction;
      const question = await bot.questionOf({ person, place, standing: async () => standing, language, action });
      if (question) {
        const known = await this.#languageOf(interaction);
        return answer.respond(
          InteractionResponseType.Modal,
          encodeQuestion(bot, question, { action, language: known }),
        );
      }
    }
    const started = performance.now();
    if (!(await answer.acknowledge())) {
      log.warn({ interaction: interaction.id }, 'an interaction was too old, or answered by somebody else');
      return;
    }
    log.debug({ milliseconds: Math.round(performance.now() - started) }, 'an interaction was acknowledged');
    const at = instantOf(interaction.id);
    this.#clock.note(at, answer.receivedAt);
    const { person, place, standing, language } = interaction;
    const event = {
      eventId: interaction.id,
      at,
      person,
      place,
      standing: async () => standing,
      ...(language !== undefined && { language }),
    };
    await this.#current.run(answer, () =>
      interaction.kind === 'press'
        ? bot.press({
            ...event,
            action: interaction.action,
            message: { place, message: interaction.message },
            isOnMessage: interaction.isOnMessage,
          })
        : bot.invoke({ ...event, command: interaction.command, options: form?.options ?? interaction.options }),
    );
    // Nothing was said, so nobody is to wait for it.
    if (answer.take()) await answer.discard();
  }

  /** What the answer to a press takes the place of. */
  #replacedBy(interaction: DecodedInteraction): InteractionAnswer['pressed'] {
    if (interaction.kind !== 'press' || !interaction.isOnMessage) return undefined;
    const { action, message: id, isHidden } = interaction;
    return this.#options.bot.answersInPlace(action) ? { id, isHidden } : undefined;
  }

  /** The person's own choice, where it is known in time: a form cannot be deferred. */
  async #languageOf({ person, language }: DecodedInteraction): Promise<string> {
    const otherwise = language ?? defaultLocale;
    const known = this.#options.bot.localeOf(person, language).catch(() => otherwise);
    return Promise.race([known, sleep(languageWithinMs, otherwise, { ref: false })]);
  }

  async #openMenu(interaction: DecodedInteraction & { readonly kind: 'menu' }): Promise<void> {
    const opened = await this.#menus.open(interaction);
    if (!opened) return this.#refuse(interaction, 'menuForgotten');
    if ('refusal' in opened) return this.#refuse(interaction, opened.refusal);
    await this.#answerTo(interaction).respond(InteractionResponseType.Modal, opened.form);
  }

  async #openThread(interaction: DecodedInteraction & { readonly kind: 'press' }, name: string): Promise<void> {
    const { requests } = this.#options;
    const answer = this.#answerTo(interaction);
    if (!(await answer.acknowledge())) return;
    const { key, thread } = await openThread(requests, interaction, name);
    const words = await this.#wordsOf(interaction, key);
    const content = thread === undefined ? words : `${words} <#${thread}>`;
    await answer.fill({
      body: { content, components: [], attachments: [], allowed_mentions: { parse: [] }, flags: 0 },
      files: [],
      blobs: [],
      isSpoiler: false,
    });
  }

  /** A sentence of this platform's own, for the asker alone. */
  async #refuse(interaction: DecodedInteraction, key: DiscordTextKey): Promise<void> {
    await this.#answerTo(interaction).respond(InteractionResponseType.ChannelMessageWithSource, {
      content: await this.#wordsOf(interaction, key),
      flags: MessageFlags.Ephemeral,
      allowed_mentions: { parse: [] },
    });
  }

  async #wordsOf({ person, language }: DecodedInteraction, key: DiscordTextKey): Promise<string> {
    const locale = await this.#options.bot.localeOf(person, language).catch(() => localeFor(language));
    return renderText(say(locale, key));
  }

  #answerTo(interaction: DecodedInteraction): InteractionAnswer {
    const { requests, now } = this.#options;
    return new InteractionAnswer(interaction, { requests, now, isEphemeral: true, subject: interaction.kind });
  }

  async #complete(interaction: DecodedInteraction & { readonly kind: 'completion' }): Promise<void> {
    const { bot } = this.#options;
    const { person, place, standing, command, option, typed } = interaction;
    const found = await bot.complete({ person, place, standing: async () => standing, command, option, typed });
    const choices = found
      .filter(({ value }) => value.length <= maxCompletionLength)
      .slice(0, 25)
      .map(({ label, value }) => ({ name: shorten(label, maxCompletionLength), value }));
    await this.#answerTo(interaction).respond(InteractionResponseType.ApplicationCommandAutocompleteResult, {
      choices,
    });
  }
}
