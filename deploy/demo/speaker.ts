/** One person at the chat page: says something, follows the answer until it is final, and checks that it is what was hoped for. */
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { PageMessage } from '#src/platforms/web/render-reply.js';
import { type PhotoFile, type WebClient, WebClientError } from '#src/platforms/web/web-client.js';

export interface ConversationOptions {
  readonly url: string;
  readonly language: string;
  /** Folder with one folder of photos per pet. */
  readonly samplesFolder: string;
  readonly signal: AbortSignal;
  readonly onTurn: (said: string, photoCount: number) => void;
  readonly onProgress: (message: PageMessage, seconds: number) => void;
  readonly onAnswer: (turn: Turn) => void;
}

export interface Preview {
  readonly bytes: Uint8Array;
  /** How far the job was, 0…1. */
  readonly progress: number;
}

export interface DemoPhoto extends PhotoFile {
  readonly isBroken?: boolean;
}

export interface Turn {
  readonly said: string;
  readonly photos: readonly DemoPhoto[];
  /** Label of the button that was pressed under the answer while its job ran. */
  readonly pressed?: string;
  /** The bot's messages as they ended; the first one answers, others are about a pressed button. */
  readonly answers: readonly PageMessage[];
  readonly pictures: readonly { readonly bytes: Uint8Array; readonly alt: string }[];
  /** Pictures that showed while the answer was on its way. */
  readonly previews: readonly Preview[];
  /** Every state the answer went through. */
  readonly progress: readonly { readonly seconds: number; readonly text: string; readonly fraction?: number }[];
  /** Until the bot said anything. */
  readonly acknowledgedSeconds: number;
  readonly seconds: number;
  readonly note?: string;
}

/** `doubted` is a question about photos that names every broken one; `cancelled` presses the button of the running job. */
type Expectation = 'info' | 'pictures' | 'cancelled' | 'doubted';

interface SayOptions {
  readonly photos?: readonly DemoPhoto[];
  readonly expect: Expectation;
  /** The bot says in a message of its own that it is done. */
  readonly isAnnounced?: boolean;
  readonly note?: string;
}

/** Also what a job may take before it first shows progress. */
const SILENCE_TIMEOUT_MS = 5 * 60_000;
const GREETING_TIMEOUT_MS = 30_000;

export class Speaker {
  readonly turns: Turn[] = [];
  readonly #client: WebClient;
  readonly #options: ConversationOptions;

  constructor(client: WebClient, options: ConversationOptions) {
    this.#client = client;
    this.#options = options;
  }

  async untilGreeted(): Promise<void> {
    await this.#client.waitFor(({ author }) => author === 'bot', GREETING_TIMEOUT_MS);
  }

  async say(said: string, { photos = [], expect, isAnnounced = false, note }: SayOptions): Promise<Turn> {
    const client = this.#client;
    const known = new Set(client.messages.map(({ id }) => id));
    const startedAt = performance.now();
    const elapsed = () => (performance.now() - startedAt) / 1000;
    const progress: { seconds: number; text: string; fraction?: number }[] = [];
    const previewsBySource = new Map<string, Promise<Preview | undefined>>();
    let pressed: string | undefined;
    let pressing: Promise<void> | undefined;
    let answerId: string | undefined;
    let acknowledgedSeconds = 0;
    let resolveFinal = (_: PageMessage) => {};
    let rejectFinal = (_: Error) => {};
    const final = new Promise<PageMessage>((resolve, reject) => {
      resolveFinal = resolve;
      rejectFinal = reject;
    });
    final.catch(() => {});
    const late = setTimeout(
      () => rejectFinal(new Error(`nothing was heard about “${said}” for ${SILENCE_TIMEOUT_MS / 1000} s`)),
      SILENCE_TIMEOUT_MS,
    );
    const stopListening = client.onMessage((message) => {
      if (message.author !== 'bot' || known.has(message.id)) return;
      if (answerId === undefined) acknowledgedSeconds = elapsed();
      answerId ??= message.id;
      if (message.id !== answerId) return;
      late.refresh();
      const { kind, text, progress: fraction, pictures = [], buttons } = message;
      progress.push({ seconds: elapsed(), text, ...(fraction !== undefined && { fraction }) });
      if (kind !== 'status') return resolveFinal(message);
      for (const { src } of pictures) {
        if (previewsBySource.has(src)) continue;
        // Fetched at once: when the message goes on its picture is gone.
        const fetching = this.#preview(src, fraction ?? 0);
        fetching.catch(rejectFinal);
        previewsBySource.set(src, fetching);
      }
      this.#options.onProgress(message, elapsed());
      const isUnderWay = fraction !== undefined && fraction > 0;
      const [button] = buttons ?? [];
      if (expect !== 'cancelled' || !isUnderWay || pressing || !button) return;
      pressed = button.label;
      pressing = client.press(message, button.action).then(() => {}, rejectFinal);
    });
    this.#options.onTurn(said, photos.length);
    let answer: PageMessage;
    try {
      await client.send(said, photos);
      answer = await final;
      await pressing;
    } finally {
      clearTimeout(late);
      stopListening();
    }
    const seconds = elapsed();
    if (pressing || (isAnnounced && answer.kind === 'result')) await this.#untilAnswered(known, 2);
    const answers = client.messages.filter(({ id, author }) => author === 'bot' && !known.has(id));
    const pictures = await Promise.all(
      (answer.pictures ?? []).map(async ({ src, alt }) => ({ alt, bytes: await this.#picture(src) })),
    );
    const previews = (await Promise.all(previewsBySource.values())).filter((preview) => preview !== undefined);
    const turn: Turn = {
      said,
      photos,
      ...(pressed !== undefined && { pressed }),
      answers,
      pictures,
      previews,
      progress,
      acknowledgedSeconds,
      seconds,
      ...(note !== undefined && { note }),
    };
    check(turn, answer, expect);
    this.turns.push(turn);
    this.#options.onAnswer(turn);
    return turn;
  }

  /** Result, announcement and the answer to a button come in any order. */
  async #untilAnswered(known: ReadonlySet<string>, count: number): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      if (this.#client.messages.filter(({ id, author }) => author === 'bot' && !known.has(id)).length >= count) return;
      await sleep(50);
    }
    throw new Error('the button was pressed and nothing was said about it');
  }

  /** Undefined where the message went on before its picture was fetched. */
  async #preview(src: string, progress: number): Promise<Preview | undefined> {
    const bytes = await this.#picture(src).catch((error: unknown) => {
      if (error instanceof WebClientError && error.status === 404) return undefined;
      throw error;
    });
    return bytes && { bytes, progress };
  }

  async #picture(src: string): Promise<Uint8Array> {
    const { bytes } = await this.#client.picture(src);
    // The coach's sheet of photos is a JPEG; what the demo leaves behind is PNG.
    return new Uint8Array(await sharp(bytes).png().toBuffer());
  }
}

/** @throws Error in one line that says what was asked and what came */
function check(turn: Turn, answer: PageMessage, expect: Expectation): void {
  const { said, photos, pictures, pressed } = turn;
  const problem = {
    info: () => answer.kind !== 'info',
    pictures: () => answer.kind !== 'result' || pictures.length === 0,
    cancelled: () => pressed === undefined || answer.kind !== 'result' || pictures.length > 0,
    doubted: () =>
      answer.kind !== 'info' ||
      pictures.length === 0 ||
      photos.some(({ name, isBroken = false }) => answer.text.includes(name) !== isBroken),
  }[expect]();
  if (problem) throw new Error(`“${said}” was answered: ${answer.text.replaceAll('\n', ' ')}`);
}
