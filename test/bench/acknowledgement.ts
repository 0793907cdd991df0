import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebClient } from '#src/platforms/web/web-client.js';
import { type Measurement, quantile, type Topic } from './measurement.js';
import { withServiceFolder } from './service.js';

const COMMANDS_PER_SECOND = 50;
const PEOPLE = 100;
const BUDGET_MS = 250;
const ANSWER_TIMEOUT_MS = 30_000;
const WARM_UP_SECONDS = 2;

/** What people do: look, ask, and every fourth time want a picture. */
const lines = ['/queue', '/help', '/pets', '/imagine a dog in the snow'] as const;

interface Sample {
  readonly line: string;
  /** Until the request was answered. */
  readonly acceptedMs: number;
  /** Until the bot's message was there. */
  readonly answeredMs: number;
}

class Visitor {
  readonly #client: WebClient;
  readonly #known = new Set<string>();
  #onAnswer: (() => void) | undefined;

  private constructor(client: WebClient) {
    this.#client = client;
    client.onMessage(({ id, author }) => {
      if (author !== 'bot' || this.#known.has(id)) return;
      this.#known.add(id);
      this.#onAnswer?.();
    });
    for (const { id } of client.messages) this.#known.add(id);
  }

  static async arrive(url: string): Promise<Visitor> {
    const client = await WebClient.open(url, { language: 'en' });
    const visitor = new Visitor(client);
    const greeting = await client.waitFor(({ author }) => author === 'bot', ANSWER_TIMEOUT_MS);
    visitor.#known.add(greeting.id);
    return visitor;
  }

  async ask(line: string): Promise<Sample> {
    const answered = new Promise<void>((resolve) => {
      this.#onAnswer = resolve;
    });
    const startedAt = performance.now();
    let acceptedMs = 0;
    const sending = this.#client.send(line).then(() => {
      acceptedMs = performance.now() - startedAt;
    });
    const late = sleep(ANSWER_TIMEOUT_MS, undefined, { ref: false }).then(() => {
      throw new Error(`${line} was not answered within ${ANSWER_TIMEOUT_MS} ms`);
    });
    await Promise.race([Promise.all([answered, sending]), late]);
    late.catch(() => {});
    return { line, acceptedMs, answeredMs: performance.now() - startedAt };
  }

  leave(): void {
    this.#client.close();
  }
}

/** Asks at fixed times, whether or not earlier ones are answered; a slow service must not slow its load down. */
async function load(visitors: readonly Visitor[], seconds: number): Promise<Sample[]> {
  const idle = [...visitors];
  const asking: Promise<Sample>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < seconds * COMMANDS_PER_SECOND; index++) {
    const waitMs = startedAt + (1000 * index) / COMMANDS_PER_SECOND - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const visitor = idle.shift();
    if (!visitor) throw new Error(`the service fell behind: all ${visitors.length} people wait for an answer`);
    asking.push(visitor.ask(lines[index % lines.length]!).finally(() => idle.push(visitor)));
  }
  return Promise.all(asking);
}

async function measure(url: string, seconds: number): Promise<Measurement[]> {
  const visitors: Visitor[] = [];
  try {
    for (let person = 0; person < PEOPLE; person++) visitors.push(await Visitor.arrive(url));
    await load(visitors, WARM_UP_SECONDS);
    const ownDelay = monitorEventLoopDelay({ resolution: 5 });
    ownDelay.enable();
    const samples = await load(visitors, seconds);
    ownDelay.disable();
    const summary = (name: string, chosen: readonly Sample[]): Measurement => {
      const times = chosen.map(({ answeredMs }) => answeredMs);
      const accepted = chosen.map(({ acceptedMs }) => acceptedMs);
      return {
        name: `${name}, p99`,
        unit: 'ms',
        value: quantile(times, 0.99),
        runs: chosen.length,
        budget: BUDGET_MS,
        details: {
          p50: quantile(times, 0.5),
          max: quantile(times, 1),
          acceptedP99: quantile(accepted, 0.99),
          ownLoopDelayP99: ownDelay.percentile(99) / 1e6,
        },
      };
    };
    const isJob = ({ line }: Sample) => line.startsWith('/imagine');
    return [
      summary('command → acknowledgement', samples),
      summary(
        '… without a job',
        samples.filter((sample) => !isJob(sample)),
      ),
      summary('… with a job', samples.filter(isJob)),
    ];
  } finally {
    for (const visitor of visitors) visitor.leave();
  }
}

export const acknowledgement: Topic = {
  name: 'acknowledgement',
  parts: {
    [`${COMMANDS_PER_SECOND} commands a second`]: async ({ isQuick, onLine }) => {
      // Without a model, so that bot and queue are measured and not what the engine leaves of the processor.
      const checkpoint = await mkdtemp(join(tmpdir(), 'petbooth-bench-'));
      const preload = new URL('../e2e/demo-preload.mjs', import.meta.url).href;
      const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${preload}`;
      try {
        return await withServiceFolder(async (folder) => {
          const { url } = await folder.start({ NODE_OPTIONS, CHECKPOINT: checkpoint });
          const measurements = await measure(url, isQuick ? 5 : 20);
          for (const { name, value } of measurements) onLine(`${name}: ${value.toFixed(0)} ms`);
          return measurements;
        });
      } finally {
        await rm(checkpoint, { recursive: true, force: true });
      }
    },
  },
};
