import type { PageMessage } from '#src/platforms/web/render-reply.js';
import { WebClient } from '#src/platforms/web/web-client.js';
import { waitFor } from '#test/helpers/wait-for.js';

const patienceMs = 8000;
const lookEveryMs = 1000;

/** Somebody at the chat page of a bot that may be cut off or gone, who looks again until something is there. */
export class PagePerson {
  readonly #address: string;
  readonly #name: string;
  #cookie: string | undefined;
  #attempts = 0;

  constructor(address: string, name: string) {
    this.#address = address;
    this.#name = name;
  }

  /** Each attempt in words of its own, as an earlier one may have been taken after all. @returns the words that were taken */
  async insist(command: string, timeoutMs = 180_000): Promise<string> {
    return waitFor(
      `“${command}” to be taken`,
      async () => {
        this.#attempts += 1;
        const words = `${command}, ${this.#name}’s attempt ${this.#attempts}.`;
        const wasSent = await this.#atThePage(async (client) => {
          await client.send(`/imagine ${words}`);
          await client.waitFor(({ author, text }) => author === 'bot' && text.includes(words), patienceMs - 1000);
          return true;
        });
        return wasSent ? words : undefined;
      },
      timeoutMs,
    );
  }

  /** Everything as it shows now, or undefined where the page does not answer. */
  look(): Promise<readonly PageMessage[] | undefined> {
    return this.#atThePage(async (client) => client.messages);
  }

  async untilDrawn(words: string, timeoutMs: number): Promise<void> {
    const isDrawn = async () => {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      return (await this.look())?.some(
        ({ text, pictures = [], kind }) => kind === 'result' && pictures.length > 0 && text.includes(words),
      );
    };
    await waitFor(`a picture of “${words}”`, isDrawn, timeoutMs);
  }

  async #atThePage<Result>(act: (client: WebClient) => Promise<Result>): Promise<Result | undefined> {
    let opened: WebClient | undefined;
    const acting = (async () => {
      opened = await WebClient.open(this.#address, { language: 'en', ...(this.#cookie && { cookie: this.#cookie }) });
      this.#cookie = opened.cookie;
      return act(opened);
    })();
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, patienceMs, undefined));
    try {
      return await Promise.race([acting.catch(() => undefined), late]);
    } finally {
      opened?.close();
    }
  }
}
