import type { PlatformName } from './place.js';

/**
 * `degraded`: the bot works, and something that it needs is away. `failing`: a new start may help, and nothing else.
 * `waiting`: it does not act yet, as a rule because another bot leads.
 */
export type HealthStatus = 'ok' | 'degraded' | 'failing' | 'waiting';

export interface HealthReport {
  readonly status: HealthStatus;
  readonly database: 'working' | 'failing' | 'waiting';
  readonly redis: 'working' | 'away';
  readonly platforms: Partial<Record<PlatformName, ConnectionReport>>;
}

/** `refused`: somebody has to change a setting. `failed`: a fault of ours, of which the log says more. */
export type ConnectionState = 'starting' | 'working' | 'interrupted' | 'unreachable' | 'refused' | 'failed' | 'stopped';

export interface ConnectionReport {
  readonly state: ConnectionState;
  readonly since: string;
  /** Holds no secret. */
  readonly sentence: string;
}
