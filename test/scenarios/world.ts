import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocaleName, locales } from '#locales/index.js';
import type { RunningBot } from '#src/bot.js';
import { type Text, type TextKey, translateWith } from '#src/core/locale.js';
import type { Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';
import type { RunningWorkerProcess } from '#workers/start-worker.js';
import type { ScenarioChat } from './chat.js';

/** A conversation, and the power to stop and start what is behind it. */
export interface World {
  readonly chat: ScenarioChat;
  /** The language in which the person is answered. */
  readonly locale: LocaleName;
  startBot(): Promise<void>;
  stopBot(): Promise<void>;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  /** Waits until the fake engine has drawn this prompt, however the bot is. */
  drawn(words: string): Promise<void>;
}

export function createWorld(
  spine: Spine,
  { chat, locale = 'en', start }: { chat: ScenarioChat; locale?: LocaleName; start: () => Promise<RunningBot> },
): World {
  let bot: RunningBot | undefined;
  let worker: RunningWorkerProcess | undefined;
  return {
    chat,
    locale,
    async startBot() {
      bot ??= await start();
    },
    async stopBot() {
      await bot?.stop();
      bot = undefined;
    },
    async startWorker() {
      worker ??= await spine.startWorker();
    },
    async stopWorker() {
      await worker?.stop();
      worker = undefined;
    },
    async drawn(words) {
      const notes = () => readFile(join(spine.folder, 'notes.txt'), 'utf8').catch(() => '');
      await waitFor(`the engine drawing “${words}”`, async () => (await notes()).includes(words));
    },
  };
}

/** A text of the bot as a pattern: parameters that are not given stand for anything. */
export function textPattern(locale: LocaleName, key: TextKey, params: Readonly<Record<string, string | number>> = {}) {
  const holes = new Proxy({} as Text['params'], {
    get: (_, name: string) => params[name] ?? '\u0000',
  });
  const filled = translateWith(locales[locale], { key, params: holes });
  const escaped = filled.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\u0000', '[\\s\\S]+?');
  return new RegExp(escaped);
}
