import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ConnectionReport } from '#src/core/health-report.js';
import type { PlatformName } from '#src/core/place.js';
import type { Bot, Platform } from './platform.js';
import { PlatformConnection, type PlatformConnectionOptions, reportOf } from './platform-connection.js';

export type ConnectionDelays = Pick<PlatformConnectionOptions, 'unreachableDelays' | 'refusedDelays'>;

export interface ConnectionsOptions {
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly log: Logger;
  readonly onConnected: () => void;
  readonly delays?: ConnectionDelays | undefined;
}

/** One that connects at once is there when the bot is; others follow. */
const connectedWithinMs = 5000;

/** All platforms of a bot: what is ours starts or fails with the bot, what is a service elsewhere is kept connected. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #working = new Map<PlatformName, Platform>();
  readonly #reports = new Map<PlatformName, () => ConnectionReport>();
  readonly #stops: (() => Promise<void>)[] = [];

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Those that are connected now: what is for the others waits. */
  get working(): ReadonlyMap<PlatformName, Platform> {
    return this.#working;
  }

  get reports(): ReadonlyMap<PlatformName, ConnectionReport> {
    return new Map([...this.#reports].map(([name, report]) => [name, report()]));
  }

  async start(bot: Bot): Promise<void> {
    const platforms = [...this.#options.platforms.values()];
    for (const platform of platforms.filter(({ isRemote }) => !isRemote)) await this.#startOwn(platform, bot);
    const attempts = platforms.filter(({ isRemote }) => isRemote).map((platform) => this.#keepConnected(platform, bot));
    await Promise.race([Promise.all(attempts), sleep(connectedWithinMs, undefined, { ref: false })]);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
  }

  async #startOwn(platform: Platform, bot: Bot): Promise<void> {
    await platform.start(bot);
    this.#stops.push(() => platform.stop());
    this.#working.set(platform.name, platform);
    const report = reportOf('working', 'is up');
    this.#reports.set(platform.name, () => report);
  }

  #keepConnected(platform: Platform, bot: Bot): Promise<void> {
    const { log, onConnected, delays } = this.#options;
    const connection = new PlatformConnection({
      platform,
      bot,
      log,
      ...delays,
      onWorking: () => {
        this.#working.set(platform.name, platform);
        onConnected();
      },
      onDown: () => this.#working.delete(platform.name),
    });
    this.#reports.set(platform.name, () => connection.report);
    this.#stops.push(() => connection.stop());
    return connection.start();
  }
}
