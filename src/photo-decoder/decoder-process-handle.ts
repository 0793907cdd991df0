import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { environmentFor } from '../process-environment.js';
import type { PhotoReply, PhotoRequest } from './tasks.js';

export interface DecoderLimits {
  /** Of resident memory, read from /proc: where there is none, pixels and time are the limits. */
  readonly maxMemoryBytes: number;
  readonly timeoutMs: number;
}

const startTimeoutMs = 60_000;
const watchIntervalMs = 50;
const pageBytes = 4096;

/** One process for strangers' pictures, and what it may take. */
export class DecoderProcess {
  readonly #child: ChildProcess;
  readonly #limits: DecoderLimits;
  readonly #ready: Promise<PhotoReply>;

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
    const isSource = import.meta.url.endsWith('.ts');
    this.#child = fork(fileURLToPath(new URL(`./decoder-process.${isSource ? 'ts' : 'js'}`, import.meta.url)), [], {
      serialization: 'advanced',
      execArgv: isSource ? ['--conditions=source', '--import', 'tsx'] : [],
      env: environmentFor('pictures', process.env),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // Nothing has to wait for one that is idle.
    this.#child.unref();
    this.#child.channel?.unref();
    this.#ready = this.#next(startTimeoutMs);
  }

  get isAlive(): boolean {
    return this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** @returns `failed` where it took too long or too much, and the process is gone then */
  async perform(request: PhotoRequest): Promise<PhotoReply> {
    const ready = await this.#ready;
    if (ready.kind !== 'ready') return ready;
    const answer = this.#next(this.#limits.timeoutMs);
    this.#child.send(request, () => {});
    return answer;
  }

  #next(timeoutMs: number): Promise<PhotoReply> {
    return new Promise((resolve) => {
      const finish = (reply: PhotoReply) => {
        clearTimeout(timer);
        clearInterval(watch);
        this.#child.off('message', finish).off('error', end).off('exit', end);
        resolve(reply);
      };
      const end = () => finish({ kind: 'failed', message: 'the process ended' });
      const giveUp = (message: string) => {
        this.kill();
        finish({ kind: 'failed', message });
      };
      const timer = setTimeout(giveUp, timeoutMs, 'it took too long');
      const watch = setInterval(() => {
        void this.#memoryBytes().then((bytes) => {
          if (bytes > this.#limits.maxMemoryBytes) giveUp('it took too much memory');
        });
      }, watchIntervalMs);
      this.#child.on('message', finish).on('error', end).on('exit', end);
    });
  }

  async #memoryBytes(): Promise<number> {
    const pages = await readFile(`/proc/${this.#child.pid}/statm`, 'latin1').catch(() => '');
    return Number(pages.split(' ')[1] ?? 0) * pageBytes;
  }
}
