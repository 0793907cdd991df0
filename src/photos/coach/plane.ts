/** One number per pixel, rows from the top. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** RGB bytes, rows from the top. */
export interface RgbPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Luma (Rec. 709 weights on the encoded values) in [0, 255]. */
export function luminanceOf({ width, height, data }: RgbPixels): Plane {
  const luminance = new Float32Array(width * height);
  for (let pixel = 0, at = 0; pixel < luminance.length; pixel++, at += 3) {
    luminance[pixel] = 0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]!;
  }
  return { width, height, data: luminance };
}

/** Averages into cells of a `width` × `height` grid; the shape of the picture is not kept. */
export function averageInto(source: Plane, width: number, height: number): Plane {
  const rows = averageAxis(source.data, source.height, source.width, width, true);
  return { width, height, data: averageAxis(rows, width, source.height, height, false) };
}

/** Averages `from` values into `to` along rows (or columns), `lines` times. */
function averageAxis(source: Float32Array, lines: number, from: number, to: number, alongRows: boolean): Float32Array {
  const target = new Float32Array(lines * to);
  const sourceStep = alongRows ? 1 : lines;
  const targetStep = alongRows ? 1 : lines;
  for (let cell = 0; cell < to; cell++) {
    const start = (cell * from) / to;
    const end = ((cell + 1) * from) / to;
    for (let index = Math.floor(start); index < Math.min(from, Math.ceil(end)); index++) {
      const share = (Math.min(end, index + 1) - Math.max(start, index)) / (end - start);
      for (let line = 0; line < lines; line++) {
        const sourceLine = alongRows ? line * from : line;
        const targetLine = alongRows ? line * to : line;
        target[targetLine + cell * targetStep]! += share * source[sourceLine + index * sourceStep]!;
      }
    }
  }
  return target;
}

/** Blurs with a Gaussian of `sigma` pixels, edges repeated. */
export function gaussian({ width, height, data }: Plane, sigma: number): Plane {
  const weights = gaussianWeights(sigma);
  const radius = weights.length >> 1;
  const last = weights.length - 1;
  const middle = weights[radius]!;
  const across = new Float32Array(data.length);
  const padded = new Float32Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    padded.fill(data[row]!, 0, radius);
    padded.set(data.subarray(row, row + width), radius);
    padded.fill(data[row + width - 1]!, radius + width);
    for (let x = 0; x < width; x++) {
      let sum = middle * padded[x + radius]!;
      for (let tap = 0; tap < radius; tap++) sum += weights[tap]! * (padded[x + tap]! + padded[x + last - tap]!);
      across[row + x] = sum;
    }
  }
  const blurred = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = row; x < row + width; x++) blurred[x] = middle * across[x]!;
    // Row by row, because memory is fast along rows only.
    for (let tap = 0; tap < radius; tap++) {
      const above = Math.max(0, y + tap - radius) * width;
      const below = Math.min(height - 1, y + radius - tap) * width;
      const weight = weights[tap]!;
      for (let x = 0; x < width; x++) blurred[row + x]! += weight * (across[above + x]! + across[below + x]!);
    }
  }
  return { width, height, data: blurred };
}

function gaussianWeights(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(2.5 * sigma));
  const weights = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
