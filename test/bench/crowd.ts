/** People in front of each chat, who ask and see when they are answered. */
import { WebClient } from '#src/platforms/web/web-client.js';
import type { GivenOptions } from '#test/emulators/discord/discord-chat.js';
import { DiscordEmulator } from '#test/emulators/discord/discord-emulator.js';
import { emulated } from '#test/emulators/discord/setup.js';
import { fastPace } from '#test/emulators/telegram/fast-timings.js';
import { TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import type { BotProcessSettings } from '#test/helpers/bot-process.js';

export interface Talker {
  /** Resolves when the answer shows. */
  ask(command: string, prompt?: string): Promise<void>;
}

export interface Crowd {
  /** What the bot needs to know of this chat. */
  settingsIn(folder: string): Pick<BotProcessSettings, 'web' | 'discord' | 'telegram'>;
  /** @param url of the chat page, where it is one */
  arrive(people: number, url: string | undefined): Promise<readonly Talker[]>;
  /** Called with the text of every message that becomes a picture. */
  onPicture: (text: string) => void;
  leave(): Promise<void>;
}

const GREETING_TIMEOUT_MS = 60_000;

export async function webCrowd(): Promise<Crowd> {
  const clients: WebClient[] = [];
  const crowd: Crowd = {
    settingsIn: () => ({
      web: { host: '127.0.0.1', port: 0, allowedHosts: [], maxPhotoBytes: 1_000_000 },
    }),
    async arrive(people, url) {
      const talkers: Talker[] = [];
      for (let person = 0; person < people; person++) {
        const client = await WebClient.open(url!, { language: 'en' });
        clients.push(client);
        await client.waitFor(({ author }) => author === 'bot', GREETING_TIMEOUT_MS);
        const known = new Set(client.messages.map(({ id }) => id));
        let onAnswer = () => {};
        client.onMessage(({ id, author, kind, text }) => {
          if (kind === 'result') crowd.onPicture(text);
          if (author !== 'bot' || known.has(id)) return;
          known.add(id);
          onAnswer();
        });
        talkers.push({
          async ask(command, prompt = '') {
            const answered = new Promise<void>((resolve) => {
              onAnswer = resolve;
            });
            await client.send(`/${command} ${prompt}`.trim());
            await answered;
          },
        });
      }
      return talkers;
    },
    onPicture: () => {},
    async leave() {
      for (const client of clients) client.close();
    },
  };
  return crowd;
}

export async function discordCrowd(): Promise<Crowd> {
  const emulator = await DiscordEmulator.start();
  /** By token of the interaction. */
  const answered = new Map<string, () => void>();
  const { now: _, statusIntervalMs: __, ...connection } = emulated(emulator);
  const crowd: Crowd = {
    settingsIn: () => ({ discord: { ...connection, requestTimeoutMs: 10_000 } }),
    arrive: async (people) =>
      Array.from({ length: people }, (_unused, person): Talker => {
        const chat = emulator.chat({ name: `Person ${person}` });
        return {
          async ask(command, prompt) {
            const options: GivenOptions = prompt === undefined ? {} : { prompt };
            const { token } = await chat.command(command, options, { isAwaited: false });
            await new Promise<void>((resolve) => {
              answered.set(token, resolve);
            });
            answered.delete(token);
          },
        };
      }),
    onPicture: () => {},
    leave: () => emulator.stop(),
  };
  emulator.onDone = ({ route, path, body, fileCount }) => {
    // The answer to an interaction that was deferred: an edit of the first message, or one that only the asker sees.
    const token = /\/webhooks\/\d+\/([^/]+)/.exec(path)?.[1];
    if (token !== undefined && !route.startsWith('DELETE')) answered.get(token)?.();
    if (fileCount > 0) crowd.onPicture(JSON.stringify(body));
  };
  return crowd;
}

export async function telegramCrowd(): Promise<Crowd> {
  const emulator = await TelegramEmulator.start();
  const answered = new Map<unknown, () => void>();
  const crowd: Crowd = {
    settingsIn: () => ({
      telegram: {
        token: emulator.token,
        apiRoot: emulator.apiRoot,
        // What Telegram allows at once is not what is measured.
        pace: fastPace,
      },
    }),
    arrive: async (people) =>
      Array.from({ length: people }, (_, person): Talker => {
        const actor = emulator.user(`Person ${person}`);
        const chat = actor.privateChat();
        return {
          async ask(command, prompt = '') {
            const done = new Promise<void>((resolve) => {
              answered.set(actor.user.id, resolve);
            });
            await chat.send(`/${command} ${prompt}`.trim());
            await done;
          },
        };
      }),
    onPicture: () => {},
    leave: () => emulator.stop(),
  };
  emulator.onDone = (method, parameters) => {
    if (method === 'sendMessage' || method === 'sendPhoto') answered.get(parameters.chat_id)?.();
    if (method === 'editMessageMedia' || method === 'sendPhoto') crowd.onPicture(JSON.stringify(parameters));
  };
  return crowd;
}
