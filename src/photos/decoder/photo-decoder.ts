import { UserError } from '#src/core/errors.js';
import type { FitPhoto } from '#src/core/files.js';
import { PersonLock } from '#src/core/person-lock.js';
import { sniffFormat } from '#src/core/photo-format.js';
import type { Person } from '#src/core/place.js';
import { PhotoError, photoError } from '#src/photos/photos.js';
import { type DecoderLimits, DecoderProcess } from './decoder-process-handle.js';
import { Slots } from './slots.js';
import type { PhotoReply, PhotoRequest, PhotoTaskName, PhotoTasks } from './tasks.js';

export interface PhotoDecoderOptions extends DecoderLimits {
  readonly maxProcesses: number;
  /** After which a process that nobody needs is ended. */
  readonly idleMs?: number;
}

/**
 * Does for one person what needs the pixels of a picture.
 * @param prepare brings what is to be looked at, once it is this person's turn
 * @throws PhotoError
 */
export type PersonsDecoder = <Name extends PhotoTaskName>(
  task: Name,
  prepare: () => Promise<PhotoTasks[Name]['given']>,
) => Promise<PhotoTasks[Name]['done']>;

/** Photos in memory for each process: the one at work, and some that are fetched meanwhile. */
const fetchedPerProcess = 3;
/** Of one person: a training brings its photos one after the other, so these are as many commands. */
const maxWaitingPerPerson = 50;
/** Waits in turn like a person. */
const bot: Person = { platform: 'web', id: '', name: '' };

/**
 * Strangers' pictures are decoded and measured in processes of their own: a few in all, and for each person one picture at a
 * time, so that whoever sends many waits for their own. Pictures are fetched for a few only, however many people wait. A process is used again as long as all goes well in it.
 */
export class PhotoDecoder {
  readonly #options: PhotoDecoderOptions;
  readonly #lock = new PersonLock();
  readonly #waiting = new Map<string, number>();
  readonly #fetched: Slots;
  readonly #processes: Slots;
  readonly #idle: { readonly decoder: DecoderProcess; readonly timer: NodeJS.Timeout }[] = [];
  readonly #atWork = new Set<DecoderProcess>();
  #isKeptReady = false;
  #isStopped = false;

  constructor(options: PhotoDecoderOptions) {
    this.#options = options;
    this.#fetched = new Slots(fetchedPerProcess * options.maxProcesses);
    this.#processes = new Slots(options.maxProcesses);
  }

  for(person: Person): PersonsDecoder {
    return (task, prepare) =>
      this.#inTurn(person, async () => {
        const reply = await this.#fetched.hold(async () => {
          const request = { task, given: await prepare() } as PhotoRequest;
          return this.#processes.hold(() => this.#perform(request));
        });
        if (reply.kind === 'done') return reply.done as PhotoTasks[typeof task]['done'];
        if (reply.kind === 'refused') throw new PhotoError(reply.problem);
        const cause = new Error(`a process of photos failed: ${reply.kind === 'failed' ? reply.message : reply.kind}`);
        if (!looksAtPhoto(task)) throw cause;
        throw photoError('photoBroken', {}, { cause });
      });
  }

  /** Pictures of the bot's own wait for each other. */
  readonly fitPhoto: FitPhoto = (read, frame) => this.for(bot)('fit', async () => ({ bytes: await read(), frame }));

  /** Has a process wait also while nobody needs one, as starting it takes a second, or no longer. */
  keepReady(isKeptReady: boolean): void {
    this.#isKeptReady = isKeptReady;
    this.#makeReady();
  }

  /** Ends all processes, at work or not. */
  stop(): void {
    this.#isStopped = true;
    for (const { decoder, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      decoder.kill();
    }
    for (const decoder of this.#atWork) decoder.kill();
  }

  async #inTurn<Result>(person: Person, work: () => Promise<Result>): Promise<Result> {
    const key = `${person.platform}/${person.id}`;
    const waiting = this.#waiting.get(key) ?? 0;
    if (waiting >= maxWaitingPerPerson) throw new UserError('queueFullForYou', { max: maxWaitingPerPerson });
    this.#waiting.set(key, waiting + 1);
    try {
      return await this.#lock.hold(person, work);
    } finally {
      const left = this.#waiting.get(key)! - 1;
      if (left > 0) this.#waiting.set(key, left);
      else this.#waiting.delete(key);
    }
  }

  async #perform(request: PhotoRequest): Promise<PhotoReply> {
    if (this.#isStopped) throw new UserError('serviceUnavailable');
    const idle = this.#idle.pop();
    clearTimeout(idle?.timer);
    const decoder = idle?.decoder.isAlive ? idle.decoder : new DecoderProcess(this.#options);
    this.#atWork.add(decoder);
    try {
      const reply = await decoder.perform(request);
      if (isSound(reply) && !leavesMuchBehind(request) && !this.#isStopped) this.#keep(decoder);
      else decoder.kill();
      return reply;
    } finally {
      this.#atWork.delete(decoder);
      this.#makeReady();
    }
  }

  #makeReady(): void {
    const isThere = this.#idle.length > 0 || this.#atWork.size > 0;
    if (this.#isKeptReady && !this.#isStopped && !isThere) this.#keep(new DecoderProcess(this.#options));
  }

  #keep(decoder: DecoderProcess): void {
    const timer = setTimeout(() => {
      if (this.#isKeptReady && this.#idle.length === 1) {
        timer.refresh();
        return;
      }
      const at = this.#idle.findIndex((idle) => idle.decoder === decoder);
      if (at >= 0) this.#idle.splice(at, 1);
      decoder.kill();
    }, this.#options.idleMs ?? 30_000);
    timer.unref();
    this.#idle.push({ decoder, timer });
  }
}

/** Nothing went wrong but what we look for ourselves. */
function isSound(reply: PhotoReply): boolean {
  return reply.kind === 'done' || (reply.kind === 'refused' && reply.problem.key !== 'photoBroken');
}

/** The others draw what is ours. */
function looksAtPhoto(task: PhotoTaskName): boolean {
  return task === 'keep' || task === 'assess' || task === 'fit';
}

/** WebAssembly, which decodes HEIC, never gives memory back. */
function leavesMuchBehind({ given }: PhotoRequest): boolean {
  return 'bytes' in given && sniffFormat(given.bytes) === 'heic';
}
