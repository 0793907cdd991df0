import { setTimeout as sleep } from 'node:timers/promises';
import type { PageMessage } from '#src/platforms/web/render-reply.js';
import { type PhotoFile, WebClient } from '#src/platforms/web/web-client.js';
import { waitFor } from '#test/helpers/wait-for.js';

/** For all that was cut or killed to be whole again, and for what waited to be done. */
export const recoveryMs = 120_000;
const patienceMs = 8000;
const lookEveryMs = 1000;

/** Somebody at the chat page of bots that may be cut off or gone, who looks again until something is there. */
export class PagePerson {
  readonly #addresses: readonly string[];
  readonly #name: string;
  /** Where the page answered last. */
  #current = 0;
  #cookie: string | undefined;
  #attempts = 0;
  #isGone = false;

  constructor(addresses: readonly string[], name: string) {
    this.#addresses = addresses;
    this.#name = name;
  }

  get address(): string {
    return this.#addresses[this.#current]!;
  }

  /** Each attempt in words of its own, as an earlier one may have been taken after all. @returns the words that were taken */
  async insist(prompt: string): Promise<string> {
    return waitFor(
      `“${prompt}” to be taken`,
      async () => {
        this.#attempts += 1;
        const words = `${prompt}, ${this.#name}’s attempt ${this.#attempts}.`;
        const wasSent = await this.#atThePage(async (client) => {
          await client.send(`/imagine ${words}`);
          await client.waitFor(({ author, text }) => author === 'bot' && text.includes(words), patienceMs - 1000);
          return true;
        });
        if (wasSent) return words;
        await sleep(lookEveryMs);
        return undefined;
      },
      recoveryMs,
    );
  }

  /** Has a pet learnt, with nothing in the way. */
  async train(pet: string, photos: readonly PhotoFile[]): Promise<void> {
    await waitFor('a page', () => this.look(), recoveryMs);
    const client = await this.#open();
    await client.send(`/train name: ${pet} kind: dog`, photos).finally(() => client.close());
    await this.#until(`${pet} to be known`, ({ kind, text }) => kind === 'result' && text.includes(pet));
  }

  /** Everything as it shows now, or undefined where the page does not answer. */
  look(): Promise<readonly PageMessage[] | undefined> {
    return this.#atThePage(async (client) => client.messages);
  }

  async untilDrawn(words: string): Promise<void> {
    await this.#until(
      `a picture of “${words}”`,
      ({ kind, text, pictures = [] }) => kind === 'result' && pictures.length > 0 && text.includes(words),
    );
  }

  async #until(what: string, fits: (message: PageMessage) => boolean): Promise<void> {
    let last: readonly PageMessage[] | undefined;
    const isThere = async () => {
      await sleep(lookEveryMs);
      last = await this.look();
      return last?.some(fits);
    };
    await waitFor(what, isThere, recoveryMs).catch((error: unknown) => {
      const shown = last?.slice(-8).map(({ author, kind, text }) => `${author} ${kind}: ${text}`) ?? ['nothing'];
      throw new Error(`${this.#name} sees:\n${shown.join('\n')}`, { cause: error });
    });
  }

  /** Asks for nothing more: the addresses may soon be somebody else's. */
  leave(): void {
    this.#isGone = true;
  }

  async #atThePage<Result>(act: (client: WebClient) => Promise<Result>): Promise<Result | undefined> {
    if (this.#isGone) throw new Error(`${this.#name} has left`);
    let opened: WebClient | undefined;
    const acting = (async () => {
      opened = await this.#open();
      return act(opened);
    })();
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, patienceMs, undefined));
    try {
      return await Promise.race([acting.catch(() => undefined), late]);
    } finally {
      if (opened === undefined) this.#current = (this.#current + 1) % this.#addresses.length;
      opened?.close();
    }
  }

  async #open(): Promise<WebClient> {
    const client = await WebClient.open(this.address, {
      language: 'en',
      ...(this.#cookie !== undefined && { cookie: this.#cookie }),
    });
    this.#cookie = client.cookie;
    return client;
  }
}
