/**
 * @file Tells a JPEG that lacks formalities from one that lacks pixels. The formalities are put right, so that the decoder,
 * which is strict, has nothing left to complain of but what is missing. ITU-T T.81, annex B.
 */

const soi = 0xd8;
const eoi = 0xd9;
const sos = 0xda;
const progressive = 0xc2;
/** Others are not decoded. */
const frames: ReadonlySet<number> = new Set([0xc0, 0xc1, progressive]);
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
const hasNoLength = (marker: number) => isRestart(marker) || marker === soi || marker === 0x01;
const lastCoefficient = 63;

/**
 * Puts back an end marker that is missing, parameters of a scan that cameras leave at zero, and takes away bytes that stand
 * between segments or behind the end.
 * @returns undefined where pixels are missing for certain; what is missing inside a scan is for the decoder to notice
 */
export function wholeJpeg(given: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [given.subarray(0, 2)];
  const coverage = new ScanCoverage();
  let frame: number | undefined;
  let at = 2;
  for (;;) {
    const start = markerFrom(given, at);
    // Without an end: everything may be there all the same, once a scan has begun.
    if (start === undefined || given[start + 1] === eoi) break;
    const marker = given[start + 1]!;
    at = start + 2;
    if (hasNoLength(marker)) continue;
    const length = at + 2 <= given.length ? (given[at]! << 8) | given[at + 1]! : 0;
    if (length < 2 || at + length > given.length) return undefined;
    const segment = given.slice(start, at + length);
    at += length;
    if (frames.has(marker)) {
      frame = marker;
      coverage.frame(segment);
    }
    if (marker !== sos) {
      parts.push(segment);
      continue;
    }
    if (frame !== progressive) writeSequentialScan(segment);
    coverage.scan(segment);
    const end = endOfScan(given, at);
    parts.push(segment, given.subarray(at, end));
    at = end;
  }
  if (!coverage.isComplete()) return undefined;
  return Buffer.concat([...parts, Buffer.from([0xff, eoi])]);
}

/** The next marker, over bytes that do not belong there and fill bytes. */
function markerFrom(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1]!;
    if (marker !== 0 && marker !== 0xff) return at;
  }
  return undefined;
}

/** Where the pixels of a scan end: at the next marker that is not within them. */
function endOfScan(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const marker = markerFrom(bytes, at);
    if (marker === undefined) return bytes.length;
    if (!isRestart(bytes[marker + 1]!)) return marker;
    at = marker + 2;
  }
}

/** All coefficients at once, as a sequential scan has to: Samsung's cameras write zeros. */
function writeSequentialScan(segment: Uint8Array): void {
  const end = segment.length - 3;
  segment[end] = 0;
  segment[end + 1] = lastCoefficient;
  segment[end + 2] = 0;
}

/** Which coefficients of which component the scans have told to the last bit. */
class ScanCoverage {
  readonly #exact = new Map<number, Set<number>>();

  frame(segment: Uint8Array): void {
    const count = segment[9] ?? 0;
    for (let index = 0; index < count; index += 1) this.#exact.set(segment[10 + 3 * index] ?? -1, new Set());
  }

  scan(segment: Uint8Array): void {
    const count = segment[4] ?? 0;
    const [first = 0, last = 0, bits = 0] = segment.subarray(5 + 2 * count, 8 + 2 * count);
    if ((bits & 0x0f) !== 0) return;
    for (let index = 0; index < count; index += 1) {
      const exact = this.#exact.get(segment[5 + 2 * index] ?? -1);
      for (let coefficient = first; coefficient <= Math.min(last, lastCoefficient); coefficient += 1)
        exact?.add(coefficient);
    }
  }

  isComplete(): boolean {
    return this.#exact.size > 0 && [...this.#exact.values()].every(({ size }) => size === lastCoefficient + 1);
  }
}
