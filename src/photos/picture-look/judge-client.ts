import { type ChildProcess, fork } from 'node:child_process';
import { childModule } from '#src/operations/child-module.js';
import { environmentFor } from '#src/operations/process-environment.js';
import type { JudgeReply, JudgeRequest } from './judge-protocol.js';

export interface PictureJudge {
  /** How likely a picture is explicit, 0…1. @throws where that cannot be said, or not in time */
  scoreOf(picture: Uint8Array): Promise<number>;
  stop(): void;
}

export interface JudgeClientOptions {
  readonly maxPixels: number;
  /** For tests. */
  readonly module?: string;
  readonly timeoutMs?: number;
  readonly startTimeoutMs?: number;
  readonly idleMs?: number;
}

/** Each is 150 kB, and takes a tenth of a second. */
const maxWaiting = 200;
/** The heap beside the model and the pixels of one picture, which are not in it. */
const maxHeapMiB = 256;
/** A judge that cannot start is not asked again at once. */
const restAfterFailureMs = 10_000;

interface Asked {
  readonly id: number;
  readonly picture: Uint8Array;
  readonly resolve: (score: number) => void;
  readonly reject: (error: Error) => void;
}

/** The bot's end of the process that looks at pictures: started when it is needed, ended when it is idle or does not answer. */
export class JudgeClient implements PictureJudge {
  readonly #options: JudgeClientOptions;
  readonly #waiting: Asked[] = [];
  #atWork: Asked | undefined;
  #child: ChildProcess | undefined;
  #isReady = false;
  #isStopped = false;
  #restsUntil = 0;
  #lastId = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: JudgeClientOptions) {
    this.#options = options;
  }

  async scoreOf(picture: Uint8Array): Promise<number> {
    if (this.#isStopped) throw new Error('the judge has stopped');
    if (Date.now() < this.#restsUntil) throw new Error('the judge could not start');
    if (this.#waiting.length >= maxWaiting) throw new Error('too many pictures wait for the judge');
    return new Promise<number>((resolve, reject) => {
      this.#lastId += 1;
      this.#waiting.push({ id: this.#lastId, picture, resolve, reject });
      if (!this.#child) this.#start();
      else if (this.#isReady && !this.#atWork) this.#next();
    });
  }

  /** While there is one. */
  get processId(): number | undefined {
    return this.#child?.pid;
  }

  stop(): void {
    this.#isStopped = true;
    this.#end('the judge has stopped');
  }

  #start(): void {
    const ours = childModule('../../../workers/engine/judge-process', import.meta.url);
    const child = fork(this.#options.module ?? ours.file, [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${maxHeapMiB}`, ...ours.execArgv],
      env: environmentFor('pictures', process.env),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    const ifCurrent = (act: () => void) => () => {
      if (this.#child === child) act();
    };
    child.on('message', (reply: JudgeReply) => ifCurrent(() => this.#onReply(reply))());
    child.once(
      'error',
      ifCurrent(() => this.#end('the judge could not be started')),
    );
    child.once(
      'exit',
      ifCurrent(() => this.#end('the judge ended unasked')),
    );
    this.#after(this.#options.startTimeoutMs ?? 60_000, () => this.#end('the judge did not start in time'));
  }

  #onReply({ id, score }: JudgeReply): void {
    this.#isReady = true;
    const asked = this.#atWork;
    this.#atWork = undefined;
    if (asked && asked.id === id && score !== undefined) asked.resolve(Math.min(score, 1));
    else asked?.reject(new Error('the judge could not read a picture'));
    this.#next();
  }

  #next(): void {
    const asked = this.#waiting.shift();
    if (!asked) {
      this.#after(this.#options.idleMs ?? 600_000, () => this.#end('the judge was idle'));
      return;
    }
    this.#atWork = asked;
    this.#after(this.#options.timeoutMs ?? 20_000, () => this.#end('the judge did not answer in time'));
    const { id, picture } = asked;
    this.#child?.send({ id, picture, maxPixels: this.#options.maxPixels } satisfies JudgeRequest, () => {});
  }

  /** Ends the process. Whoever waits behind the picture that it was looking at gets a new one, unless it could not even start. */
  #end(reason: string): void {
    clearTimeout(this.#timer);
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
    if (child && !this.#isReady) this.#restsUntil = Date.now() + restAfterFailureMs;
    const lost = this.#isReady && !this.#isStopped ? [] : this.#waiting.splice(0);
    this.#isReady = false;
    if (this.#atWork) lost.push(this.#atWork);
    this.#atWork = undefined;
    for (const { reject } of lost) reject(new Error(reason));
    if (this.#waiting.length > 0) this.#start();
  }

  #after(delayMs: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, delayMs);
    this.#timer.unref();
  }
}
