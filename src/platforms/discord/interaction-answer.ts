import { InteractionResponseType, MessageFlags, Routes } from 'discord.js';
import type { InteractionFacts } from './decode-interaction.js';
import { DiscordRequestError } from './discord-errors.js';
import type { RenderedMessage } from './render-message.js';
import type { Requests } from './requests.js';

/** A message as the API shows it; only what we read. */
export interface ApiMessage {
  readonly id: string;
  readonly channel_id: string;
  readonly content: string;
  readonly author: { readonly id: string };
  readonly attachments: readonly { readonly id: string }[];
}

/** Of three seconds; what is left is for the way. */
const acknowledgeWithinMs = 2600;
/** Of fifteen minutes. */
export const answerWithinMs = 14.5 * 60_000;

/** The right to answer one interaction: acknowledged at once, filled in later. It lives in memory only, for its token's sake. */
export class InteractionAnswer {
  readonly facts: InteractionFacts;
  /** What was asked: the command's name. */
  readonly subject: string;
  /** Seen by the asker alone. */
  readonly isEphemeral: boolean;
  /** The message whose button was pressed, where the answer takes its place: nothing is promised then. */
  readonly pressed: { readonly id: string; readonly isHidden: boolean } | undefined;
  /** The bot itself cannot see the channel, as was found out. */
  isChannelClosed = false;
  readonly #requests: Requests;
  readonly #now: () => number;
  readonly #receivedAt: number;
  #isTaken = false;
  /** Whether “is thinking…” was filled, or taken away. */
  #isSettled: boolean;

  constructor(
    facts: InteractionFacts,
    options: {
      requests: Requests;
      now: () => number;
      isEphemeral: boolean;
      subject: string;
      pressed?: InteractionAnswer['pressed'];
    },
  ) {
    this.facts = facts;
    this.subject = options.subject;
    this.isEphemeral = options.isEphemeral;
    this.pressed = options.pressed;
    this.#isSettled = options.pressed !== undefined;
    this.#requests = options.requests;
    this.#now = options.now;
    this.#receivedAt = options.now();
  }

  get receivedAt(): number {
    return this.#receivedAt;
  }

  get isAlive(): boolean {
    return this.#now() - this.#receivedAt < answerWithinMs;
  }

  /** Whether a message was (or is being) answered with it. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** The one who takes it answers with it. */
  take(): boolean {
    if (this.#isTaken || !this.isAlive) return false;
    this.#isTaken = true;
    return true;
  }

  /**
   * “Petbooth is thinking…”, or nothing to be seen where a message is replaced.
   * @returns false where this interaction is not ours to answer: answered by somebody else, or too old
   */
  async acknowledge(): Promise<boolean> {
    const { id, token } = this.facts;
    const deadline = Date.now() + acknowledgeWithinMs;
    const body = this.pressed
      ? { type: InteractionResponseType.DeferredMessageUpdate }
      : {
          type: InteractionResponseType.DeferredChannelMessageWithSource,
          ...(this.isEphemeral && { data: { flags: MessageFlags.Ephemeral } }),
        };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const timeoutMs = Math.max(200, Math.min(1200, deadline - Date.now()));
        await this.#requests.send('POST', Routes.interactionCallback(id, token), { body, auth: false, timeoutMs });
        return true;
      } catch (error) {
        if (!(error instanceof DiscordRequestError)) throw error;
        // After an attempt whose answer was lost this says that it had worked.
        if (error.is('alreadyAcknowledged')) return attempt > 1;
        if (error.is('unknownInteraction')) return false;
        if (!error.isUncertain || Date.now() >= deadline) throw error;
      }
    }
  }

  /** Answers in another way than with the message that was promised. */
  async respond(type: InteractionResponseType, data: object): Promise<void> {
    const { id, token } = this.facts;
    await this.#requests.send('POST', Routes.interactionCallback(id, token), {
      body: { type, data },
      auth: false,
      timeoutMs: acknowledgeWithinMs,
    });
  }

  /** Fills in what was deferred. Doing it again changes nothing. */
  async fill(rendered: RenderedMessage): Promise<ApiMessage> {
    const filled = await this.editMessage('@original', rendered);
    this.#isSettled = true;
    return filled;
  }

  /**
   * A message of its own: in place of the deferred one, for whom that was not promised, or after it. Doing it again posts again.
   * A deferred message has to be gone first: Discord would fill that one, for whomever it was promised.
   */
  async post(rendered: RenderedMessage, isEphemeral: boolean): Promise<ApiMessage> {
    if (!this.#isSettled) await this.discard();
    const { applicationId, token } = this.facts;
    const flags = rendered.body.flags | (isEphemeral ? MessageFlags.Ephemeral : 0);
    return this.#requests.send('POST', Routes.webhook(applicationId, token), {
      body: { ...rendered.body, flags },
      files: rendered.files,
      auth: false,
    });
  }

  /** Edits a message that was written with this answer. */
  async editMessage(id: string, rendered: RenderedMessage): Promise<ApiMessage> {
    const { applicationId, token } = this.facts;
    return this.#requests.send('PATCH', Routes.webhookMessage(applicationId, token, id), {
      body: rendered.body,
      files: rendered.files,
      auth: false,
    });
  }

  /** Takes a message away that was written with this answer. */
  async deleteMessage(id: string): Promise<void> {
    const { applicationId, token } = this.facts;
    await this.#requests.send('DELETE', Routes.webhookMessage(applicationId, token, id), { auth: false });
  }

  /** Takes “is thinking…” away, where that shows. */
  async discard(): Promise<void> {
    if (this.#isSettled) return;
    try {
      await this.deleteMessage('@original');
    } catch (error) {
      if (!(error instanceof DiscordRequestError) || !error.is('unknownMessage')) throw error;
    }
    this.#isSettled = true;
  }
}
