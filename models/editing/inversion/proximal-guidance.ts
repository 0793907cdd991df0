/**
 * @file Guidance that leaves out small differences, and a pull back to the picture where there is none.
 * Paper: Han et al. 2023, arXiv:2306.05414, equations (6) to (8) and section 3.3. Reference: phymhan/prompt-to-prompt.
 */

export interface ProximalOptions {
  /** Share of differences that are left out. */
  readonly quantile: number;
  /** Timesteps below which the latents are pulled back. */
  readonly pullBelowTimestep: number;
  /** Share of the way back. */
  readonly pullRate: number;
}

/** l₀ with the published settings. */
export const PROXIMAL_DEFAULTS: ProximalOptions = { quantile: 0.7, pullBelowTimestep: 400, pullRate: 1 };

export interface ProximalGuidance {
  /** ε_u + w·δ′, with δ′ = ε_c − ε_u where that is large and 0 elsewhere. */
  readonly noise: Float32Array;
  /** 1 where a difference was large. */
  readonly isLarge: Uint8Array;
}

/** @param unconditional [h, w, C] @param conditional [h, w, C] */
export function guideProximally(
  unconditional: Float32Array,
  conditional: Float32Array,
  guidanceScale: number,
  { quantile }: Pick<ProximalOptions, 'quantile'> = PROXIMAL_DEFAULTS,
): ProximalGuidance {
  const difference = conditional.map((value, index) => value - unconditional[index]!);
  const threshold = quantileOf(difference.map(Math.abs), quantile);
  const isLarge = Uint8Array.from(difference, (value) => (Math.abs(value) > threshold ? 1 : 0));
  const noise = unconditional.map((value, index) => value + (isLarge[index] ? guidanceScale * difference[index]! : 0));
  return { noise, isLarge };
}

/** Latents moved towards those of the inversion wherever no difference, nor one next to it in the same channel, was large. */
export function pullToInversion(
  latents: Float32Array,
  inversion: Float32Array,
  isLarge: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  { pullRate }: Pick<ProximalOptions, 'pullRate'> = PROXIMAL_DEFAULTS,
): Float32Array {
  const hasLargeNeighbour = (y: number, x: number, channel: number): boolean => {
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        if (isLarge[(row * width + column) * channels + channel]) return true;
      }
    }
    return false;
  };
  return latents.map((value, index) => {
    const place = Math.floor(index / channels);
    const isEdited = hasLargeNeighbour(Math.floor(place / width), place % width, index % channels);
    return isEdited ? value : value - pullRate * (value - inversion[index]!);
  });
}

/** Linear between neighbours, as `torch.quantile`. */
function quantileOf(values: Float32Array, share: number): number {
  const sorted = values.slice().sort();
  const place = share * (sorted.length - 1);
  const lower = Math.floor(place);
  const upper = Math.ceil(place);
  return sorted[lower]! + (place - lower) * (sorted[upper]! - sorted[lower]!);
}
