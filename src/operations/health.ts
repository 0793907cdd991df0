import type { ConnectionReport, HealthReport } from '#src/core/health-report.js';
import type { PlatformName } from '#src/core/place.js';

export interface HealthSources {
  readonly connections: { readonly reports: ReadonlyMap<PlatformName, ConnectionReport> };
  /** Rejects where the database cannot be asked. */
  readonly askDatabase: () => Promise<unknown>;
}

const databaseTimeoutMs = 5000;
/** However often somebody looks. */
const keptMs = 1000;

/** How the bot is, for whoever watches over it. Holds no secret and nothing of anybody. */
export class Health {
  readonly #isRedisThere: () => boolean;
  #sources: HealthSources | undefined;
  #newest: { readonly at: number; readonly report: Promise<HealthReport> } | undefined;

  constructor(isRedisThere: () => boolean) {
    this.#isRedisThere = isRedisThere;
  }

  /** Called once the bot acts. */
  watch(sources: HealthSources): void {
    this.#sources = sources;
  }

  report(): Promise<HealthReport> {
    const now = Date.now();
    if (!this.#newest || now - this.#newest.at > keptMs) this.#newest = { at: now, report: this.#look() };
    return this.#newest.report;
  }

  async #look(): Promise<HealthReport> {
    const redis = this.#isRedisThere() ? 'working' : 'away';
    if (!this.#sources) return { status: 'waiting', database: 'waiting', redis, platforms: {} };
    const { connections, askDatabase } = this.#sources;
    const database = await withinTime(askDatabase(), databaseTimeoutMs).then(
      () => 'working' as const,
      () => 'failing' as const,
    );
    const platforms = Object.fromEntries(connections.reports);
    const isWhole = redis === 'working' && Object.values(platforms).every(({ state }) => state === 'working');
    return { status: database === 'failing' ? 'failing' : isWhole ? 'ok' : 'degraded', database, redis, platforms };
  }
}

function withinTime<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
