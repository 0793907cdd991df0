/** @file The cases of attention-control.json, as test/golden/make/attention_control.py writes them. */
import { readFileSync } from 'node:fs';
import type { AttentionControl } from '#models/editing/attention-control/attention-control.js';
import type { GoldenConfigs } from './golden-checkpoint.js';

export interface GoldenControlCase {
  readonly name: string;
  readonly target: string;
  readonly alignment: AttentionControl['alignment'];
  readonly cross: [number, number];
  readonly self: [number, number];
  /** From which level on self-attention is replaced; the latents' own unless it is given. */
  readonly level?: number;
  readonly equalizer?: [string, number][];
  readonly windows?: [string, [number, number]][];
}

/** @typeParam Case what a test reads beside the control */
export function readControlGolden<Case>() {
  const url = new URL('../golden/data/attention-control.json', import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as GoldenConfigs & {
    readonly source: string;
    readonly steps: number;
    readonly guidance_scale: number;
    readonly seed: number;
    readonly cases: (GoldenControlCase & Case)[];
  };
}

export function controlOf(golden: GoldenControlCase): AttentionControl {
  const { alignment, cross, self, level = 0, equalizer = [], windows = [] } = golden;
  return {
    alignment,
    crossReplaceSteps: cross,
    selfReplaceSteps: self,
    selfReplaceLevel: level,
    equalizer: equalizer.map(([words, factor]) => ({ words, factor })),
    crossReplaceWords: windows.map(([words, steps]) => ({ words, steps })),
  };
}
