import { localeFor, locales } from '#locales/index.js';
import type { PageMessage } from '#src/platforms/web/render-reply.js';
import { WebClient } from '#src/platforms/web/web-client.js';
import { type Matcher, type SayOptions, type ScenarioChat, type SeenMessage, seesWithin } from './chat.js';

/** A person at the chat page, who speaks its own requests. */
export class WebPerson implements ScenarioChat {
  readonly personName: string;
  readonly #language: string;
  #client: WebClient;

  private constructor(client: WebClient, language: string) {
    this.#client = client;
    this.#language = language;
    this.personName = locales[localeFor(language)].web.guest;
  }

  /** @param cookie of somebody who was there before */
  static async open(address: string, language = 'en', cookie?: string): Promise<WebPerson> {
    return new WebPerson(await WebClient.open(address, { language, ...(cookie && { cookie }) }), language);
  }

  get cookie(): string {
    return this.#client.cookie;
  }

  /** The same person, at a page that was started anew. */
  async reconnect(address: string): Promise<void> {
    const { cookie } = this.#client;
    this.#client.close();
    this.#client = await WebClient.open(address, { language: this.#language, cookie });
  }

  get messages(): readonly SeenMessage[] {
    return this.#client.messages.filter(({ author }) => author === 'bot').map(toSeen);
  }

  async say(line: string, { photos = [], file }: SayOptions = {}): Promise<void> {
    const files = photos.map((bytes, index) => ({ name: `photo-${index + 1}.jpg`, bytes }));
    await this.#client.send(line, file ? [...files, file] : files);
  }

  async takes({ id }: SeenMessage): Promise<Uint8Array> {
    const { files = [], pictures = [] } = this.#client.messages.find((message) => message.id === id)!;
    return (await this.#client.picture([...files, ...pictures][0]!.src)).bytes;
  }

  sees(what: Matcher, timeoutMs?: number): Promise<SeenMessage> {
    return seesWithin(() => this.messages, what, timeoutMs);
  }

  async clicks(message: SeenMessage, label: string): Promise<void> {
    await this.#press(message, label);
  }

  async clicksAndSays(message: SeenMessage, label: string, words: string): Promise<void> {
    const line = await this.#press(message, label);
    if (line === undefined) throw new Error(`'${label}' asked for nothing`);
    // What the page puts into the field for writing ends with the words that were there.
    await this.#client.send(line.replace(/(\w+:)[^:]*$/, `$1${words}`));
  }

  /** By which the service knows the person. */
  get id(): string {
    return /petbooth=([\w-]+)\./.exec(this.#client.cookie)![1]!;
  }

  /** Presses what the message may have no button for. */
  async forges({ id }: SeenMessage, action: string): Promise<void> {
    await this.#client.press(this.#client.messages.find((candidate) => candidate.id === id)!, action);
  }

  close(): void {
    this.#client.close();
  }

  async #press({ id }: SeenMessage, label: string): Promise<string | undefined> {
    const message = this.#client.messages.find((candidate) => candidate.id === id);
    const button = message?.buttons?.find((candidate) => candidate.label === label);
    if (!message || !button) throw new Error(`no button '${label}'`);
    return this.#client.press(message, button.action);
  }
}

function toSeen({ id, text, pictures = [], files = [], buttons, isSpoiler, progress }: PageMessage): SeenMessage {
  return {
    id,
    text,
    ...(progress && { hasProgress: true }),
    pictureCount: pictures.length + files.length,
    ...(isSpoiler && { isHidden: true }),
    buttons: (buttons ?? []).map(({ label }) => label),
  };
}
