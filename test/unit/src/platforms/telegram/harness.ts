import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { expect } from 'vitest';
import { commands } from '#commands/index.js';
import { FileBlobStore } from '#src/blobs/blobs.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { MessageReference, Person, Place } from '#src/core/place.js';
import { createLog } from '#src/operations/log.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { TelegramPlatform, type TelegramPlatformOptions } from '#src/platforms/telegram/telegram-platform.js';
import { emulated } from '#test/emulators/telegram/setup.js';
import { type EmulatorOptions, TelegramEmulator } from '#test/emulators/telegram/telegram-emulator.js';
import { MemoryNotes } from '#test/helpers/memory-notes.js';
import { drawPhoto } from '#test/helpers/photos.js';
import { ScriptedBot } from '#test/helpers/scripted-bot.js';
import { waitFor } from '#test/helpers/wait-for.js';

/** The platform with the real client library, between a scripted bot and the emulator. */
export class Harness {
  readonly emulator: TelegramEmulator;
  readonly folder: string;
  readonly blobs: FileBlobStore;
  /** Outlasts the platform, as a database does. */
  readonly notes = new MemoryNotes();
  readonly logLines: string[] = [];
  readonly log: Logger;
  bot = new ScriptedBot(commands);
  platform!: TelegramPlatform;

  private constructor(emulator: TelegramEmulator, folder: string) {
    this.emulator = emulator;
    this.folder = folder;
    this.blobs = new FileBlobStore({ folder: join(folder, 'blobs'), maxBytes: 1e8 });
    const destination = { write: (line: string) => void this.logLines.push(line) };
    this.log = createLog({ level: 'trace', name: 'test', destination });
  }

  static async start(
    overrides: Partial<TelegramPlatformOptions> = {},
    emulatorOptions: EmulatorOptions = {},
  ): Promise<Harness> {
    const emulator = await TelegramEmulator.start(emulatorOptions);
    const harness = new Harness(emulator, await mkdtemp(join(tmpdir(), 'petbooth-telegram-')));
    await harness.startPlatform(overrides);
    return harness;
  }

  async startPlatform(overrides: Partial<TelegramPlatformOptions> = {}): Promise<TelegramPlatform> {
    this.platform = new TelegramPlatform({
      ...emulated(this.emulator),
      notes: this.notes,
      blobs: this.blobs,
      log: this.log,
      ...overrides,
    });
    await this.platform.start(this.bot);
    return this.platform;
  }

  /** @param violations that the test brought about on purpose */
  async stop(violations: readonly RegExp[] = []): Promise<void> {
    await this.platform.stop();
    await this.emulator.stop();
    await rm(this.folder, { recursive: true, force: true });
    expect(this.emulator.violations).toHaveLength(violations.length);
    for (const [index, pattern] of violations.entries()) expect(this.emulator.violations[index]).toMatch(pattern);
    expect(this.logLines.join('\n')).not.toContain(this.secret);
  }

  get secret(): string {
    return this.emulator.token.split(':')[1]!;
  }

  async picture(seed: number, width = 64, height = 64): Promise<BlobKey> {
    return this.blobs.put(await drawPhoto(seed, width, height));
  }

  async invoked(count = 1) {
    await waitFor(`${count} invocations`, () => this.bot.invocations.length >= count);
    return this.bot.invocations[count - 1]!;
  }

  send(place: Place, message: OutgoingMessage, key: string): Promise<MessageReference> {
    return this.platform.send(place, message, { key, person: anna });
  }
}

export const anna: Person = { platform: 'telegram', id: '5001', name: 'Anna' };
export const annasPlace: Place = { platform: 'telegram', channel: '5001' };
export const info = (text: string): OutgoingMessage => ({ kind: 'info', text });
export const photos = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => drawPhoto(index + 1)));
