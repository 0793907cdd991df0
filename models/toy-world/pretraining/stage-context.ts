import type { Engine } from '../../tensors/engine/engine.js';

export interface StageContext {
  readonly engine: Engine;
  /** Snapshots, curves and datasets: large, and not shipped. */
  readonly stateFolder: string;
  /** The checkpoint that is being made. */
  readonly checkpointFolder: string;
  /** The networks that judge what it draws. */
  readonly judgesFolder: string;
  readonly seed: number;
  /** Overrides the number of steps of a training stage. */
  readonly steps: number | undefined;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}
