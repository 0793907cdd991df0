/** What is said in the demo, and what comes back. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageMessage } from '#src/platforms/web/render-reply.js';
import { type PhotoFile, WebClient } from '#src/platforms/web/web-client.js';

export interface Turn {
  /** What the person wrote. */
  readonly said: string;
  /** Photos that went with it. */
  readonly photos: readonly PhotoFile[];
  /** The bot's message as it ended. */
  readonly answer: PageMessage;
  readonly pictures: readonly { readonly bytes: Uint8Array; readonly alt: string }[];
  /** Previews that showed while the answer was on its way. */
  readonly previews: readonly Uint8Array[];
  readonly seconds: number;
  /** For the page: what to look at here. */
  readonly note?: string;
}

export interface ConversationOptions {
  readonly url: string;
  readonly language: string;
  /** Folder with the photos of the pet. */
  readonly photoFolder: string;
  readonly onProgress: (line: string, fraction?: number) => void;
}

const TURN_TIMEOUT_MS = 15 * 60_000;
const PROMPTS = ['surfing a wave', 'in the snow', 'in space'] as const;
const SEED = 7;

export async function playConversation(options: ConversationOptions): Promise<Turn[]> {
  const { url, language, photoFolder } = options;
  const client = await WebClient.open(url, { language });
  try {
    const speaker = new Speaker(client, options);
    const photos = await readPhotos(photoFolder);
    // Everybody is greeted once; what comes later answers what was said.
    await client.waitFor(({ author }) => author === 'bot', TURN_TIMEOUT_MS);
    await speaker.say('/help');
    await speaker.say('/train name: Biscuit kind: dog', { photos, expect: 'result' });
    for (const place of PROMPTS) await speaker.say(`/imagine Biscuit ${place} seed: ${SEED}`, { expect: 'result' });
    await speaker.say(`/imagine a dog ${PROMPTS[0]} seed: ${SEED}`, {
      expect: 'result',
      note: 'The same words and the same seed without the pet: some dog.',
    });
    await speaker.say('/imagine Biscuit in the jungle count: 4', {
      pressWhenStarted: true,
      note: 'Stopped by its button.',
    });
    const broken: PhotoFile = { name: 'holiday.jpg', bytes: new TextEncoder().encode('This is not a photo.') };
    await speaker.say('/train name: Mochi kind: cat', {
      photos: [...photos.slice(0, 2), broken],
      expect: 'error',
      note: 'One of the files is a text with the name of a photo.',
    });
    return speaker.turns;
  } finally {
    client.close();
  }
}

async function readPhotos(folder: string): Promise<PhotoFile[]> {
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(folder, name))) })));
}

interface SayOptions {
  readonly photos?: readonly PhotoFile[];
  /** Kind of message that must come in the end. */
  readonly expect?: PageMessage['kind'];
  readonly pressWhenStarted?: boolean;
  readonly note?: string;
}

class Speaker {
  readonly turns: Turn[] = [];
  readonly #client: WebClient;
  readonly #options: ConversationOptions;

  constructor(client: WebClient, options: ConversationOptions) {
    this.#client = client;
    this.#options = options;
  }

  async say(said: string, { photos = [], expect, pressWhenStarted = false, note }: SayOptions = {}): Promise<void> {
    const { onProgress } = this.#options;
    const startedAt = performance.now();
    const known = new Set(this.#client.messages.map(({ id }) => id));
    const isNew = ({ id, author }: PageMessage) => author === 'bot' && !known.has(id);
    // Fetched as they show: the next preview takes the place of the last.
    const previews = new Map<string, Promise<Uint8Array | undefined>>();
    let isPressed = false;
    onProgress(`› ${said}${photos.length > 0 ? ` (${photos.length} photos)` : ''}`);
    const stopListening = this.#client.onMessage((message) => {
      if (!isNew(message) || message.kind !== 'status') return;
      for (const { src } of message.pictures ?? []) {
        if (!previews.has(src)) previews.set(src, this.#pictureOrNothing(src));
      }
      onProgress(`  ${message.text}`, message.progress ?? 0);
      const button = message.buttons?.[0];
      if (pressWhenStarted && !isPressed && button && message.progress !== undefined) {
        isPressed = true;
        void this.#client.press(message, button.action);
      }
    });
    await this.#client.send(said, photos);
    const answer = await this.#client.waitFor(
      (message) => isNew(message) && message.kind !== 'status',
      TURN_TIMEOUT_MS,
    );
    stopListening();
    onProgress(`‹ ${answer.text}`);
    if (expect !== undefined && answer.kind !== expect) {
      throw new Error(`“${said}” was answered with: ${answer.text}`);
    }
    const fetched = await Promise.all(
      (answer.pictures ?? []).map(async ({ src, alt }) => ({ alt, bytes: (await this.#client.picture(src)).bytes })),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    const shown = (await Promise.all(previews.values())).filter((bytes) => bytes !== undefined);
    this.turns.push({ said, photos, answer, pictures: fetched, previews: shown, seconds, ...(note ? { note } : {}) });
  }

  /** A preview that was replaced before it could be fetched is no loss. */
  async #pictureOrNothing(src: string): Promise<Uint8Array | undefined> {
    return this.#client.picture(src).then(
      ({ bytes }) => bytes,
      () => undefined,
    );
  }
}
