import { randomUUID } from 'node:crypto';
import { closeSync, linkSync, openSync, readFileSync, readlinkSync, renameSync, rmSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isAlive, nameOf } from './file-lock.js';
import { Moment } from './moment.js';

export interface LeaseTimes {
  /** How often the holder shows that it is there. */
  readonly beatMs: number;
  /** How long it may rely on a beat without looking again. Well below `expiresMs`. */
  readonly validMs: number;
  /** After how long without a beat another one takes over. */
  readonly expiresMs: number;
}

export interface LeaseOptions {
  readonly times?: LeaseTimes;
  /** Where process ids mean the same. Replaceable so that a test can play containers. */
  readonly place?: string;
  /** Called once, at the moment in which the loss is found. */
  readonly onLost?: (error: LeaseLostError) => void;
  /** Called once, as soon as another holder has shown that it is there. @param holder in words, for a sentence */
  readonly onWaiting?: (holder: string) => void;
  /** Ends the wait for it. */
  readonly stopping?: AbortSignal | undefined;
}

export class LeaseLostError extends Error {
  constructor(path: string) {
    super(
      `another process has taken over ${path}, as this one did not answer for a while: it writes nothing more and ends`,
    );
    this.name = 'LeaseLostError';
  }
}

/** Long enough for a bot that is busy, and short enough for another one to be at work ten seconds after a loss. */
const usualTimes: LeaseTimes = { beatMs: 1000, validMs: 3000, expiresMs: 6000 };
/** How often whoever wants it looks. */
const lookMs = 200;

const Holder = z.object({ id: z.string(), host: z.string(), process: z.string(), place: z.string() });
type Holder = z.infer<typeof Holder>;

/**
 * A file that one process holds, among all that reach it, in containers and on machines of their own: neither process ids nor
 * clocks are compared. The holder counts in it; whoever wants it watches whether the count moves, by a clock of its own, and takes
 * over what has stood still for long enough. The holder asks `check` before it writes anywhere: one that was stopped or cut off
 * finds that it has lost. Only where a process id means the same here is a dead holder known at once.
 */
export class Lease {
  readonly #path: string;
  readonly #times: LeaseTimes;
  readonly #holder: Holder;
  readonly #descriptor: number;
  readonly #onLost: (error: LeaseLostError) => void;
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #beatAt = new Moment();
  #lost: LeaseLostError | undefined;
  #isReleased = false;

  private constructor(path: string, holder: Holder, descriptor: number, { times, onLost }: LeaseOptions) {
    this.#path = path;
    this.#times = times ?? usualTimes;
    this.#holder = holder;
    this.#descriptor = descriptor;
    this.#onLost = onLost ?? (() => {});
    this.#beat();
    this.#timer = setInterval(() => this.#tryBeat(), this.#times.beatMs).unref();
  }

  /** Waits until nobody else has it. @throws AbortError where the wait was ended */
  static async acquire(path: string, options: LeaseOptions = {}): Promise<Lease> {
    const place = options.place ?? placeOfProcesses();
    const holder = { id: randomUUID(), host: hostname(), process: nameOf(process.pid), place };
    await mkdir(dirname(path), { recursive: true });
    const { onWaiting = () => {} } = options;
    let isTold = false;
    const onMoved = (text: string) => {
      if (!isTold) onWaiting(describe(holderOf(text)));
      isTold = true;
    };
    for (;;) {
      try {
        return new Lease(path, holder, openSync(path, 'wx', 0o600), options);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const abandoned = await waitUntilAbandoned(path, place, options, onMoved);
      if (abandoned !== undefined) putAside(path, abandoned, holder.id);
    }
  }

  /** @throws LeaseLostError where somebody else may have it. Costs nothing while the last beat is fresh. */
  check(): void {
    if (this.#lost) throw this.#lost;
    if (this.#beatAt.ageMs > this.#times.validMs) this.#beat();
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearInterval(this.#timer);
    closeSync(this.#descriptor);
    if (read(this.#path) === this.#text()) rmSync(this.#path, { force: true });
  }

  #tryBeat(): void {
    try {
      this.#beat();
    } catch {
      // Told by `onLost`; of a disk that fails now and then, the next `check` that matters tells.
    }
  }

  #beat(): void {
    if (this.#lost) throw this.#lost;
    const now = new Moment();
    this.#count += 1;
    const text = this.#text();
    writeSync(this.#descriptor, text, 0);
    // Where it was put aside, this went to a file of another name.
    if (read(this.#path) !== text) {
      this.#lost = new LeaseLostError(this.#path);
      clearInterval(this.#timer);
      this.#onLost(this.#lost);
      throw this.#lost;
    }
    this.#beatAt = now;
  }

  /** As long each time, so that it is written over. */
  #text(): string {
    return JSON.stringify({ ...this.#holder, count: String(this.#count).padStart(12, '0') });
  }
}

/** @returns what it says, or undefined where it is gone */
async function waitUntilAbandoned(
  path: string,
  place: string,
  { times = usualTimes, stopping: signal }: LeaseOptions,
  onMoved: (text: string) => void,
): Promise<string | undefined> {
  let found = read(path);
  let since = performance.now();
  for (;;) {
    if (found === undefined) return undefined;
    const holder = holderOf(found);
    if (holder?.place === place && !isAlive(holder.process)) return found;
    await sleep(Math.min(lookMs, times.expiresMs / 10), undefined, { signal });
    // The time first: what is read after it has stood still until then.
    const now = performance.now();
    const text = read(path);
    if (text === found) {
      if (now - since >= times.expiresMs) return found;
      continue;
    }
    if (text !== undefined) onMoved(text);
    found = text;
    since = now;
  }
}

function putAside(path: string, abandoned: string, id: string): void {
  if (read(path) !== abandoned) return;
  const aside = `${path}.${id}`;
  try {
    renameSync(path, aside);
    // Its holder came back in the last moment, or another one took it over: it gets its file back.
    if (read(aside) !== abandoned) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  }
  rmSync(aside, { force: true });
}

function describe(holder: Holder | undefined): string {
  return holder ? `process ${holder.process.split(' ')[0]} on ${holder.host}` : 'another process';
}

function holderOf(text: string): Holder | undefined {
  try {
    return Holder.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Containers have process ids of their own, and so has each start of a machine. */
function placeOfProcesses(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
