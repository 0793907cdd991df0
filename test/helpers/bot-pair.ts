import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BotProcessSettings } from './bot-process.js';
import { type Child, startChild } from './child-process.js';
import { waitFor } from './wait-for.js';

export interface BotPairOptions {
  /** Of the bot with that number, counted from 1. */
  readonly settingsOf: (number: number) => Promise<BotProcessSettings>;
  readonly logPathOf: (number: number) => string;
}

interface Bot {
  readonly number: number;
  readonly child: Child;
  /** Of its pages for everybody. */
  readonly port: number;
}

/** A bot that leads, one that waits to take over, and one address for the pages of whichever leads. */
export class BotPair {
  readonly #options: BotPairOptions;
  readonly #front: Server;
  readonly #sockets = new Set<Socket>();
  #started = 0;
  #leader: Bot | undefined;
  /** Resolves when it leads. */
  #successor: Promise<Bot> | undefined;
  #asking: Promise<unknown> = Promise.resolve();

  private constructor(options: BotPairOptions, front: Server) {
    this.#options = options;
    this.#front = front;
    front.on('connection', (incoming: Socket) => this.#lead(incoming));
  }

  static async open(options: BotPairOptions): Promise<BotPair> {
    const front = createServer().listen(0, '127.0.0.1');
    await once(front, 'listening');
    return new BotPair(options, front);
  }

  /** Under which pages are found, whoever leads. */
  get publicUrl(): string {
    return `http://localhost:${(this.#front.address() as AddressInfo).port}/`;
  }

  async start(): Promise<void> {
    this.#leader = await this.#startBot();
    this.#successor = this.#startBot();
  }

  /** Resolves when the other one could take over. */
  async isReady(): Promise<void> {
    const path = this.#options.logPathOf(this.#started);
    const waits = () => existsSync(path) && readFileSync(path, 'utf8').includes('this bot takes over when');
    await waitFor('the other bot to wait', waits, 90_000);
  }

  /** At this very moment; `takeOver` has to follow. */
  strike(): Promise<void> {
    return this.#leader!.child.kill();
  }

  /** Stops it, as a machine that sleeps; it is woken when it leads no more, and has to end by itself. */
  async suspend(): Promise<number | null> {
    const lost = this.#leader!;
    lost.child.signal('SIGSTOP');
    await this.takeOver();
    lost.child.signal('SIGCONT');
    return lost.child.ended;
  }

  async takeOver(): Promise<void> {
    this.#leader = await this.#successor!;
    for (const socket of this.#sockets) socket.destroy();
    this.#successor = this.#startBot();
  }

  /** What the tables hold now, asked of the bot that leads. */
  async rows<Row>(statement: string): Promise<readonly Row[]> {
    const asked = this.#asking.then(async () => {
      const answer = this.#leader!.child.ask(`sql ${statement}`);
      answer.catch(() => {});
      return (await Promise.race([
        answer,
        sleep(5000, undefined, { ref: false }).then(() => Promise.reject(new Error('the bot says nothing'))),
      ])) as readonly Row[];
    });
    this.#asking = asked.catch(() => {});
    return asked;
  }

  async stop(): Promise<void> {
    await this.#leader?.child.kill();
    // It leads now, and ends as every day.
    await (await this.#successor?.catch(() => undefined))?.child.stop();
    for (const socket of this.#sockets) socket.destroy();
    this.#front.close();
  }

  async #startBot(): Promise<Bot> {
    const number = ++this.#started;
    const settings = await this.#options.settingsOf(number);
    const child = await startChild('bot-process', [JSON.stringify(settings)], {
      logPath: this.#options.logPathOf(number),
    });
    return { number, child, port: Number(settings.environment.WEB_PUBLIC_PORT) };
  }

  #lead(incoming: Socket): void {
    const outgoing = connect(this.#leader!.port, '127.0.0.1');
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      this.#sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
