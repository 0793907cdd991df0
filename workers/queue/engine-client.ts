import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { childModule, fromSource } from '#src/operations/child-module.js';
import { environmentFor } from '#src/operations/process-environment.js';
import type { EngineCallName, EngineCalls, EngineDescription, EngineHooks } from '../engine/engine-calls.js';
import { type FromEngine, type ToEngine, uncarryError } from '../engine/engine-protocol.js';

export interface EngineClientOptions {
  /** A module that exports `createPetEngine`. */
  readonly module: string;
  readonly checkpoint: string;
  readonly engine: string;
  readonly cacheFolder: string;
  readonly logLevel: string;
  readonly log: Logger;
  readonly onStart?: () => void;
  /** It has compiled one more graph. */
  readonly onSession?: () => void;
  /**
   * How long a cancelled call may take to stop before the process is killed; longer where its steps are known to take longer, since
   * it looks for that after each.
   */
  readonly cancelGraceMs?: number;
  /** How long a call may show no progress before the process is killed. */
  readonly silenceMs?: number;
}

export class EngineCrashedError extends Error {
  constructor(reason: string) {
    super(`the engine process ended: ${reason}`);
    this.name = 'EngineCrashedError';
  }
}

/** The checkpoint or the engine is not usable as configured: for the host, not for the person. */
export class EngineRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EngineRefusedError';
  }
}

interface Pending {
  readonly onProgress: (progress: never) => void;
  readonly onSnapshot: ((bytes: Uint8Array) => void) | undefined;
  readonly resolve: (output: never) => void;
  readonly reject: (error: Error) => void;
  silence: NodeJS.Timeout | undefined;
  heardAt: number;
  /** Between two signs of life. */
  longestStepMs: number;
}

/** Where a step was never seen to take longer, the next one may. */
const STEPS_TO_STOP = 2;

interface Running {
  readonly child: ChildProcess;
  readonly ready: Promise<EngineDescription>;
}

/** The worker's end of the engine process: starts it when needed, again after a crash, and ends it when it does not react. */
export class EngineClient {
  readonly #options: EngineClientOptions;
  readonly #pending = new Map<number, Pending>();
  #running: Running | undefined;
  #lastId = 0;

  constructor(options: EngineClientOptions) {
    this.#options = options;
  }

  /** @throws EngineRefusedError */
  start(): Promise<EngineDescription> {
    this.#running ??= this.#spawn();
    return this.#running.ready;
  }

  get processId(): number | undefined {
    return this.#running?.child.pid;
  }

  async call<Name extends EngineCallName>(
    name: Name,
    input: EngineCalls[Name]['input'],
    hooks: EngineHooks<Name>,
  ): Promise<EngineCalls[Name]['output']> {
    hooks.signal.throwIfAborted();
    await this.start();
    hooks.signal.throwIfAborted();
    const id = ++this.#lastId;
    let killTimer: NodeJS.Timeout | undefined;
    const onPause = () => this.#send({ type: 'pause', id });
    const onAbort = () => {
      this.#send({ type: 'cancel', id });
      const stepsMs = STEPS_TO_STOP * (this.#pending.get(id)?.longestStepMs ?? 0);
      const graceMs = Math.max(this.#options.cancelGraceMs ?? 10_000, stepsMs);
      killTimer = setTimeout(() => this.#kill('did not stop when cancelled'), graceMs);
    };
    try {
      const output = await new Promise<EngineCalls[Name]['output']>((resolve, reject) => {
        const pending: Pending = {
          onProgress: hooks.onProgress as Pending['onProgress'],
          onSnapshot: hooks.onSnapshot?.bind(hooks),
          resolve: resolve as Pending['resolve'],
          reject,
          silence: undefined,
          heardAt: performance.now(),
          longestStepMs: 0,
        };
        this.#pending.set(id, pending);
        this.#watch(pending);
        hooks.signal.addEventListener('abort', onAbort, { once: true });
        this.#send({ type: 'call', id, name, input } as ToEngine);
        hooks.pause?.addEventListener('abort', onPause, { once: true });
        if (hooks.pause?.aborted) onPause();
      });
      hooks.signal.throwIfAborted();
      return output;
    } catch (error) {
      // Whatever a cancelled call ended with, it ended because it was cancelled.
      hooks.signal.throwIfAborted();
      throw error;
    } finally {
      hooks.signal.removeEventListener('abort', onAbort);
      hooks.pause?.removeEventListener('abort', onPause);
      clearTimeout(killTimer);
      clearTimeout(this.#pending.get(id)?.silence);
      this.#pending.delete(id);
    }
  }

  async stop(): Promise<void> {
    const child = this.#running?.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill('SIGTERM');
    });
  }

  #spawn(): Running {
    const { module, checkpoint, engine, cacheFolder, logLevel, log } = this.#options;
    const engineProcess = childModule('../engine/engine-process', import.meta.url);
    // A module from its source needs a process that can read it.
    const isSource = module.endsWith('.ts');
    const child = fork(
      isSource ? fileURLToPath(new URL('../engine/engine-process.ts', import.meta.url)) : engineProcess.file,
      [module, checkpoint, engine, cacheFolder, logLevel],
      {
        serialization: 'advanced',
        env: environmentFor('engine', process.env),
        execArgv: [...(isSource ? fromSource : engineProcess.execArgv)],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    const ready = new Promise<EngineDescription>((resolve, reject) => {
      child.on('message', (message: FromEngine) => {
        if (message.type === 'ready') resolve(message.description);
        else if (message.type === 'refused') reject(new EngineRefusedError(message.message));
        else if (message.type === 'session') this.#options.onSession?.();
        else this.#receive(message);
      });
      child.on('error', (error) => reject(error));
      child.on('exit', (code, signal) => {
        const crash = new EngineCrashedError(signal === null ? `exit code ${code}` : signal);
        reject(crash);
        if (this.#running?.child !== child) return;
        this.#running = undefined;
        for (const pending of this.#pending.values()) pending.reject(crash);
      });
    });
    // Seen by whoever calls next; until then it is nobody's.
    ready.catch(() => {});
    this.#options.onStart?.();
    log.debug({ processId: child.pid }, 'engine process started');
    return { child, ready };
  }

  #receive(message: Exclude<FromEngine, { readonly type: 'ready' | 'refused' | 'session' }>): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    const now = performance.now();
    pending.longestStepMs = Math.max(pending.longestStepMs, now - pending.heardAt);
    pending.heardAt = now;
    this.#watch(pending);
    switch (message.type) {
      case 'progress':
        pending.onProgress(message.progress as never);
        return;
      case 'snapshot':
        pending.onSnapshot?.(message.bytes);
        return;
      case 'result':
        pending.resolve(message.output as never);
        return;
      case 'error':
        pending.reject(uncarryError(message.error));
        return;
    }
  }

  #watch(pending: Pending): void {
    clearTimeout(pending.silence);
    const silenceMs = this.#options.silenceMs ?? 10 * 60_000;
    pending.silence = setTimeout(() => this.#kill(`no progress for ${silenceMs} ms`), silenceMs);
  }

  #send(message: ToEngine): void {
    // A child that has just died is reported by its exit.
    this.#running?.child.send(message, () => {});
  }

  #kill(reason: string): void {
    this.#options.log.error({ reason, processId: this.processId }, 'the engine process is killed');
    this.#running?.child.kill('SIGKILL');
  }
}
