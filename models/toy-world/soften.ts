/** @file A small Gaussian blur, which gives the cartoons edges that an autoencoder can keep. */

/** Kernel weights times 2¹², summing to it exactly. */
function kernel(sigma: number): Int32Array {
  const radius = Math.max(1, Math.round(2.5 * sigma));
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const scaled = Int32Array.from(weights, (weight) => Math.round((weight / total) * 4096));
  scaled[radius]! += 4096 - scaled.reduce((sum, weight) => sum + weight, 0);
  return scaled;
}

/** Blurs along one axis, whose neighbours lie `step` bytes apart and whose lines lie `line` bytes apart. */
function blurAxis(source: Uint8Array, size: number, step: number, line: number, weights: Int32Array): Uint8Array {
  const target = new Uint8Array(source.length);
  const taps = weights.length;
  const radius = taps >> 1;
  const offsets = Int32Array.from(
    { length: size + 2 * radius },
    (_, i) => step * Math.min(size - 1, Math.max(0, i - radius)),
  );
  for (let row = 0; row < size; row++) {
    const start = row * line;
    for (let i = 0; i < size; i++) {
      let red = 2048;
      let green = 2048;
      let blue = 2048;
      for (let tap = 0; tap < taps; tap++) {
        const from = start + offsets[i + tap]!;
        const weight = weights[tap]!;
        red += source[from]! * weight;
        green += source[from + 1]! * weight;
        blue += source[from + 2]! * weight;
      }
      const to = start + i * step;
      target[to] = red >> 12;
      target[to + 1] = green >> 12;
      target[to + 2] = blue >> 12;
    }
  }
  return target;
}

/** Blurs RGB bytes [size, size, 3] with a Gaussian of `sigma` pixels, edges repeated. Integer arithmetic: equal everywhere. */
export function soften(picture: Uint8Array, size: number, sigma: number): Uint8Array {
  const weights = kernel(sigma);
  return blurAxis(blurAxis(picture, size, 3, 3 * size, weights), size, 3 * size, 3, weights);
}
