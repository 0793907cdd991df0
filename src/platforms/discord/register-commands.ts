import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Routes } from 'discord.js';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Note, Notes } from '#src/core/notes.js';
import { DiscordRequestError } from './discord-errors.js';
import type { Requests } from './requests.js';

const kind = 'commands';
const registeredSchema = z.object({ hash: z.string() });

export interface CommandRegistrationOptions {
  readonly requests: Requests;
  readonly commands: readonly unknown[];
  readonly notes: Notes;
  readonly log: Logger;
}

/** Discord takes few registrations a day, and asks for patience when it is busy. */
const firstDelayMs = 60_000;
const maxDelayMs = 60 * 60_000;

/** Tells Discord the commands, for all servers, only when they changed since it was last told. Until that works, the old ones stay. */
export class CommandRegistration {
  readonly #options: CommandRegistrationOptions;
  readonly #closing = new AbortController();

  constructor(options: CommandRegistrationOptions) {
    this.#options = options;
  }

  /** Resolves after the first attempt; further ones follow where they may help. */
  async open(applicationId: string): Promise<void> {
    if (await this.#isSettled(applicationId)) return;
    void this.#keepTrying(applicationId);
  }

  close(): void {
    this.#closing.abort();
  }

  async #keepTrying(applicationId: string): Promise<void> {
    const { signal } = this.#closing;
    for (let delayMs = firstDelayMs; !signal.aborted; delayMs = Math.min(maxDelayMs, 2 * delayMs)) {
      await sleep(delayMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted || (await this.#isSettled(applicationId))) return;
    }
  }

  /** @returns whether another attempt is of no use */
  async #isSettled(applicationId: string): Promise<boolean> {
    const { log } = this.#options;
    try {
      await this.#register(applicationId);
      return true;
    } catch (error) {
      const isRefused = error instanceof DiscordRequestError && !error.isUncertain && !error.isRateLimit;
      if (isRefused) log.error({ err: error }, 'Discord refuses the commands; the old ones stay until the next start');
      else log.warn({ err: error }, 'the commands could not be registered; the old ones stay, trying again');
      return isRefused;
    }
  }

  async #register(applicationId: string): Promise<void> {
    const { requests, commands, notes, log } = this.#options;
    const hash = createHash('sha256')
      .update(JSON.stringify([applicationId, commands]))
      .digest('hex');
    const [known] = await notes.read(kind);
    if (registeredSchema.safeParse(known?.value).data?.hash === hash) return;
    await requests.send('PUT', Routes.applicationCommands(applicationId), { body: commands });
    await notes.put(noteOf({ hash }));
    log.info({ commands: commands.length }, 'commands were registered with Discord');
  }
}

/** @param json what the file of an earlier version held */
export function noteOfFile(json: unknown): Note | undefined {
  const registered = registeredSchema.safeParse(json).data;
  return registered && noteOf(registered);
}

function noteOf(value: z.infer<typeof registeredSchema>): Note {
  return { kind, key: 'registered', at: Date.now(), value };
}
