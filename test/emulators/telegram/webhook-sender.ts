import type { TelegramState } from './state.js';

/** Posts updates one after the other, and again until the bot answers 2xx. */
export class WebhookSender {
  readonly #state: TelegramState;
  readonly #target: () => string | undefined;
  #url = '';
  #secret: string | undefined;
  #isSending = false;
  #isStopped = false;
  #lastError: string | undefined;

  constructor(state: TelegramState, target: () => string | undefined) {
    this.#state = state;
    this.#target = target;
  }

  get isSet(): boolean {
    return this.#url !== '';
  }

  get info() {
    return {
      url: this.#url,
      has_custom_certificate: false,
      pending_update_count: this.#state.waitingUpdates.length,
      ...(this.#lastError && { last_error_message: this.#lastError }),
    };
  }

  set(url: string, secret: string | undefined): void {
    this.#url = url;
    this.#secret = secret;
    this.wake();
  }

  stop(): void {
    this.#isStopped = true;
  }

  wake(): void {
    if (this.#isSending || !this.isSet) return;
    this.#isSending = true;
    void this.#send().finally(() => {
      this.#isSending = false;
    });
  }

  async #send(): Promise<void> {
    while (this.isSet && !this.#isStopped) {
      const update = this.#state.waitingUpdates[0];
      const target = this.#target();
      if (!update) return;
      if (target && (await this.#post(`${target}${new URL(this.#url).pathname}`, update))) {
        this.#state.confirm(update.update_id + 1);
      } else {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async #post(address: string, update: unknown): Promise<boolean> {
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(this.#secret !== undefined && { 'x-telegram-bot-api-secret-token': this.#secret }),
        },
        body: JSON.stringify(update),
        signal: AbortSignal.timeout(5000),
      });
      await response.arrayBuffer();
      this.#lastError = response.ok ? undefined : `Wrong response from the webhook: ${response.status}`;
      return response.ok;
    } catch (error) {
      this.#lastError = String(error);
      return false;
    }
  }
}
