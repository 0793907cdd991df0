import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

/** What turns need of a queue: smaller priorities first, and of equal ones who came first. */
export interface SimulatedQueue {
  add(id: string, priority: number): Promise<void>;
  /** To the end of that priority. */
  changePriority(id: string, priority: number): Promise<void>;
  take(): Promise<string | undefined>;
  /** Of what would be taken next. */
  nextPriority(): Promise<number | undefined>;
  /** Before the others of the priority it was added with. */
  handBack(id: string): Promise<void>;
  finish(id: string): Promise<void>;
}

/** As BullMQ orders jobs, in memory. */
export class ModelQueue implements SimulatedQueue {
  readonly #added = new Map<string, number>();
  #waiting: { readonly id: string; readonly priority: number; readonly counter: number }[] = [];
  #counter = 0;

  async add(id: string, priority: number): Promise<void> {
    this.#added.set(id, priority);
    this.#insert(id, priority, ++this.#counter);
  }

  async changePriority(id: string, priority: number): Promise<void> {
    this.#waiting = this.#waiting.filter((job) => job.id !== id);
    this.#insert(id, priority, ++this.#counter);
  }

  async take(): Promise<string | undefined> {
    return this.#waiting.shift()?.id;
  }

  async nextPriority(): Promise<number | undefined> {
    return this.#waiting[0]?.priority;
  }

  async handBack(id: string): Promise<void> {
    this.#insert(id, this.#added.get(id)!, 0);
  }

  async finish(): Promise<void> {}

  #insert(id: string, priority: number, counter: number): void {
    const later = this.#waiting.findIndex(
      (job) => job.priority > priority || (job.priority === priority && job.counter > counter),
    );
    this.#waiting.splice(later < 0 ? this.#waiting.length : later, 0, { id, priority, counter });
  }
}

/** BullMQ itself, in a Redis of the test's own, with the calls that bot and worker make. */
export class RealQueue implements SimulatedQueue {
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #worker: Worker;
  readonly #taken = new Map<string, NonNullable<Awaited<ReturnType<Worker['getNextJob']>>>>();

  constructor(url: string) {
    this.#redis = new Redis({ path: url, maxRetriesPerRequest: null, protocol: 2 });
    this.#queue = new Queue('simulated', { connection: this.#redis });
    this.#worker = new Worker('simulated', undefined, { connection: this.#redis });
  }

  async add(id: string, priority: number): Promise<void> {
    await this.#queue.add('job', {}, { jobId: id, priority });
  }

  async changePriority(id: string, priority: number): Promise<void> {
    await (await this.#queue.getJob(id))!.changePriority({ priority });
  }

  async take(): Promise<string | undefined> {
    const job = await this.#worker.getNextJob('token', { block: false });
    if (job) this.#taken.set(job.id!, job);
    return job?.id;
  }

  async nextPriority(): Promise<number | undefined> {
    const [, score] = await this.#redis.zrange(this.#queue.toKey('prioritized'), '0', '0', 'WITHSCORES');
    return score === undefined ? undefined : Math.floor(Number(score) / 2 ** 32);
  }

  async handBack(id: string): Promise<void> {
    const job = this.#taken.get(id)!;
    await job.changePriority({ priority: job.opts.priority! });
    await job.moveToWait('token');
  }

  async finish(id: string): Promise<void> {
    await this.#taken.get(id)!.moveToCompleted(null, 'token', false);
  }

  async close(): Promise<void> {
    await this.#worker.close();
    await this.#queue.close();
    this.#redis.disconnect();
  }
}
