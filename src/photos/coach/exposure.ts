import type { Plane } from './plane.js';

export interface Exposure {
  /** Luminance that this share of the pixels does not exceed. */
  quantile(share: number): number;
  readonly contrast: number;
  /** Share of pixels that are as good as white: everywhere, and in the middle, where the pet is. */
  readonly blown: number;
  readonly blownMiddle: number;
}

const blownFrom = 249;

export function measureExposure({ width, height, data }: Plane): Exposure {
  const histogram = new Uint32Array(256);
  let blown = 0;
  let middle = 0;
  let blownMiddle = 0;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const level = Math.round(data[at]!);
      histogram[level]!++;
      const isBlown = level >= blownFrom;
      if (isBlown) blown++;
      if (Math.abs(x / width - 0.5) < 0.25 && Math.abs(y / height - 0.5) < 0.25) {
        middle++;
        if (isBlown) blownMiddle++;
      }
    }
  }
  const quantile = (share: number) => {
    let rest = share * data.length;
    for (let level = 0; level < 256; level++) {
      rest -= histogram[level]!;
      if (rest <= 0) return level;
    }
    return 255;
  };
  return {
    quantile,
    contrast: quantile(0.995) - quantile(0.005),
    blown: blown / data.length,
    blownMiddle: blownMiddle / Math.max(1, middle),
  };
}

/** Too little light: even the bright parts are dim. A black dog in daylight has bright parts. */
export function isDark(exposure: Exposure): boolean {
  return exposure.quantile(0.5) < 45 && exposure.quantile(0.97) < 85;
}

/** So much light that the animal itself, in the middle, is white; a white background is not enough. */
export function isOverexposed(exposure: Exposure): boolean {
  return exposure.blown > 0.3 && exposure.blownMiddle > 0.4 && exposure.quantile(0.05) > 90;
}

/** Light, but nothing that is dark, not even eyes and nose: fog, a dirty lens, a wall. Blur does that too. */
export function isFaded(exposure: Exposure): boolean {
  return exposure.quantile(0.999) - exposure.quantile(0.001) < 70 && exposure.quantile(0.97) >= 85;
}
