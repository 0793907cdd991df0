import { type ChildProcess, fork } from 'node:child_process';
import type { Logger } from 'pino';
import type { ChildModule } from './child-module.js';
import { environmentFor, type ProcessName } from './process-environment.js';

/** A process that says `ready` once it works, and is started again, ever more slowly, when it ends unasked. */
export class SupervisedProcess {
  readonly #name: ProcessName;
  readonly #file: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #execArgv: readonly string[];
  readonly #log: Logger;
  #process: ChildProcess | undefined;
  #isStopping = false;
  #failures = 0;

  /** @param environment of which the process is given what it needs */
  constructor(
    { name, file, execArgv }: ChildModule & { readonly name: ProcessName },
    environment: Readonly<Record<string, string>>,
    log: Logger,
  ) {
    this.#name = name;
    this.#file = file;
    this.#environment = environment;
    this.#execArgv = execArgv;
    this.#log = log;
  }

  /** Resolves when the process says that it is ready. */
  async start(): Promise<void> {
    const child = fork(this.#file, [], {
      env: environmentFor(this.#name, this.#environment),
      execArgv: [...this.#execArgv],
    });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      let failure = '';
      child.on('message', (message: { readonly type: string; readonly message?: string }) => {
        if (message.type === 'ready') resolve();
        if (message.type === 'failed') failure = message.message ?? '';
      });
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(new Error(failure || `${this.#file} ended with ${signal ?? `code ${code}`}`)),
      );
    });
    child.once('exit', (code, signal) => this.#startAgain(code, signal));
    setTimeout(() => {
      if (this.#process === child && child.exitCode === null) this.#failures = 0;
    }, 60_000).unref();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(timer);
  }

  #startAgain(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#isStopping) return;
    const waitMs = Math.min(30_000, 500 * 2 ** this.#failures);
    this.#failures += 1;
    this.#log.error({ file: this.#file, code, signal, waitMs }, 'a process ended unexpectedly and is started again');
    setTimeout(() => {
      if (this.#isStopping) return;
      this.start().catch((error: unknown) => {
        this.#log.error({ err: error }, 'a process could not be started again');
        this.#startAgain(null, null);
      });
    }, waitMs);
  }
}
