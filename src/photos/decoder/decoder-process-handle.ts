import { type ChildProcess, fork } from 'node:child_process';
import { childModule } from '#src/operations/child-module.js';
import { environmentFor } from '#src/operations/process-environment.js';
import { readProcessUse, yieldToOthers } from '#src/operations/process-use.js';
import type { PhotoReply, PhotoRequest } from './tasks.js';

export interface DecoderLimits {
  /** Of resident memory. It and `maxWorkMs` are known where there is /proc: elsewhere pixels and `timeoutMs` are the limits. */
  readonly maxMemoryBytes: number;
  /** Of the processor's time: that a machine is busy is not the picture's fault. */
  readonly maxWorkMs: number;
  readonly timeoutMs: number;
}

const startTimeoutMs = 60_000;
const watchIntervalMs = 50;

/** One process for strangers' pictures, and what it may take. */
export class DecoderProcess {
  readonly #child: ChildProcess;
  readonly #limits: DecoderLimits;
  readonly #ready: Promise<PhotoReply>;

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
    const { file, execArgv } = childModule('./decoder-process', import.meta.url);
    this.#child = fork(file, [], {
      serialization: 'advanced',
      execArgv: [...execArgv],
      env: environmentFor('pictures', process.env),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // Nothing has to wait for one that is idle.
    this.#child.unref();
    this.#child.channel?.unref();
    this.#ready = this.#start();
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
    if (!this.isAlive) return { kind: 'failed', message: 'the process ended' };
    const answer = this.#next(this.#limits);
    this.#child.send(request, () => {});
    return answer;
  }

  /** Whoever waits for an answer goes before pictures. */
  async #start(): Promise<PhotoReply> {
    const starting = this.#next({ timeoutMs: startTimeoutMs, maxWorkMs: startTimeoutMs });
    await yieldToOthers(this.pid);
    const ready = await starting;
    await yieldToOthers(this.pid);
    return ready;
  }

  #next({ timeoutMs, maxWorkMs }: Omit<DecoderLimits, 'maxMemoryBytes'>): Promise<PhotoReply> {
    const before = readProcessUse(this.pid);
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
      const watch = setInterval(async () => {
        const [use, { workMs = 0 } = {}] = await Promise.all([readProcessUse(this.pid), before]);
        if (!use) return;
        if (use.memoryBytes > this.#limits.maxMemoryBytes) giveUp('it took too much memory');
        if (use.workMs - workMs > maxWorkMs) giveUp('it took too long');
      }, watchIntervalMs);
      this.#child.on('message', finish).on('error', end).on('exit', end);
    });
  }
}
