/** @file A LoRA as plain numbers: fresh, packed for a graph, and back. */
import type { Generator } from '../tensors/random.js';
import type { LoRALayout } from './lora-layout.js';
import type { LoRAModule } from './lora-modules.js';

/** ΔW = (alpha / rank) · up · down of one linear layer. */
export interface LoRAWeights {
  readonly rank: number;
  readonly alpha: number;
  /** [rank, in], row-major. */
  readonly down: Float32Array;
  /** [out, rank], row-major. */
  readonly up: Float32Array;
}

/** A trained LoRA. Modules that it leaves alone are absent. */
export interface LoRAAdapter {
  readonly layers: ReadonlyMap<string, LoRAWeights>;
}

export interface InitializeLoRAOptions {
  readonly rank: number;
  /** Default: the rank, which makes the scale 1. */
  readonly alpha?: number;
  /** Standard deviation of `down`; default 1 / rank. */
  readonly deviation?: number;
}

/**
 * A LoRA that changes nothing yet: `down` ~ N(0, 1/rank²), `up` = 0. A module's numbers depend on the seed and its path,
 * not on which other modules there are.
 * Reference: diffusers' training scripts, `LoraConfig(init_lora_weights="gaussian")`.
 */
export function initializeLoRA(
  modules: readonly LoRAModule[],
  generator: Generator,
  options: InitializeLoRAOptions,
): LoRAAdapter {
  const { rank, alpha = rank, deviation = 1 / rank } = options;
  const layers = new Map<string, LoRAWeights>();
  for (const { path, inFeatures, outFeatures } of modules) {
    const down = generator.fork(`lora ${path}`).normals(rank * inFeatures);
    for (let i = 0; i < down.length; i++) down[i]! *= deviation;
    layers.set(path, { rank, alpha, down, up: new Float32Array(outFeatures * rank) });
  }
  return { layers };
}

/** The largest rank among the layers. */
export function adapterRank(adapter: LoRAAdapter): number {
  return Math.max(1, ...[...adapter.layers.values()].map(({ rank }) => rank));
}

export interface PackedLoRA {
  /** [layout.size] */
  readonly values: Float32Array;
  /** What the graph multiplies with, before any strength. */
  readonly scale: number;
}

/**
 * Packs the factors for a graph. Where all layers share alpha / rank it is returned as the scale and the factors stay as
 * they are; otherwise each layer's own scale goes into its `up`.
 * @throws if the adapter has a layer that the layout lacks, or a larger rank
 */
export function packLoRA(adapter: LoRAAdapter, layout: LoRALayout): PackedLoRA {
  const scales = new Set([...adapter.layers.values()].map(({ alpha, rank }) => alpha / rank));
  const shared = scales.size === 1 ? [...scales][0] : undefined;
  const values = new Float32Array(layout.size);
  let packedLayers = 0;
  for (const { module, downOffset, upOffset } of layout.slots) {
    const layer = adapter.layers.get(module.path);
    if (!layer) continue;
    packedLayers++;
    checkFits(module, layer, layout.rank);
    const factor = shared === undefined ? layer.alpha / layer.rank : 1;
    values.set(layer.down, downOffset);
    for (let row = 0; row < module.outFeatures; row++) {
      for (let k = 0; k < layer.rank; k++) {
        values[upOffset + row * layout.rank + k] = layer.up[row * layer.rank + k]! * factor;
      }
    }
  }
  if (packedLayers !== adapter.layers.size) {
    const paths = new Set(layout.slots.map(({ module }) => module.path));
    const unknown = [...adapter.layers.keys()].find((path) => !paths.has(path));
    throw new Error(`packLoRA: the model has no layer ${unknown}`);
  }
  return { values, scale: shared ?? 1 };
}

function checkFits(module: LoRAModule, layer: LoRAWeights, maxRank: number): void {
  const { path, inFeatures, outFeatures } = module;
  const { rank, down, up } = layer;
  if (rank > maxRank) throw new Error(`packLoRA: ${path} has rank ${rank}, the layout ${maxRank}`);
  if (down.length !== rank * inFeatures || up.length !== outFeatures * rank) {
    throw new Error(`packLoRA: ${path} is ${outFeatures}×${inFeatures}, its factors do not fit`);
  }
}

/** The inverse of `packLoRA` for factors of one rank. @param values [layout.size] */
export function unpackLoRA(
  values: Float32Array,
  layout: LoRALayout,
  { rank, alpha = rank }: { readonly rank: number; readonly alpha?: number },
): LoRAAdapter {
  const layers = new Map<string, LoRAWeights>();
  for (const { module, downOffset, upOffset } of layout.slots) {
    const down = values.slice(downOffset, downOffset + rank * module.inFeatures);
    const up = new Float32Array(module.outFeatures * rank);
    for (let row = 0; row < module.outFeatures; row++) {
      const start = upOffset + row * layout.rank;
      up.set(values.subarray(start, start + rank), row * rank);
    }
    layers.set(module.path, { rank, alpha, down, up });
  }
  return { layers };
}
