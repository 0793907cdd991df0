/** @file Small ICC profiles of displays, for colours that a file names by a number (ITU-T H.273, ICC.1:2010). */

type Pair = readonly [x: number, y: number];
type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** Chromaticities of the three colours; white is D65 in all of them. */
export type Primaries = readonly [red: Pair, green: Pair, blue: Pair];

const byCode: ReadonlyMap<number, Primaries> = new Map([
  [
    9,
    [
      [0.708, 0.292],
      [0.17, 0.797],
      [0.131, 0.046],
    ],
  ], // BT.2020
  [
    12,
    [
      [0.68, 0.32],
      [0.265, 0.69],
      [0.15, 0.06],
    ],
  ], // Display P3
]);

/** Of H.273's `colour_primaries`; undefined for those of sRGB, and for what photos do not come in. */
export function primariesOf(code: number): Primaries | undefined {
  return byCode.get(code);
}

const d65: Pair = [0.3127, 0.329];
const d50: Triple = [0.9642, 1, 0.8249];
const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
/** Of sRGB, which telephones keep with wider colours: Y = ((X + 0.055) / 1.055)^2.4, and X / 12.92 up to 0.04045. */
const srgbCurve = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];

/** Adobe RGB (1998), 4.3.1: its curve is a power alone. */
export function adobeRgbProfile(): Uint8Array {
  const primaries: Primaries = [
    [0.64, 0.33],
    [0.21, 0.71],
    [0.15, 0.06],
  ];
  return iccProfileOf(primaries, [2.19921875, 1, 0, 0, 0]);
}

/** A matrix profile with these primaries, and the curve of sRGB unless there is another. */
export function iccProfileOf(primaries: Primaries, curve: readonly number[] = srgbCurve): Uint8Array {
  const [red, green, blue] = columnsOf(primaries);
  const transfer = tag('para', u16(3), u16(0), ...curve.map(fixed));
  const tags: (readonly [string, Buffer])[] = [
    ['desc', text('mluc', 'Petbooth')],
    ['cprt', text('mluc', 'CC0')],
    ['wtpt', tag('XYZ ', ...d50.map(fixed))],
    ['rXYZ', tag('XYZ ', ...red.map(fixed))],
    ['gXYZ', tag('XYZ ', ...green.map(fixed))],
    ['bXYZ', tag('XYZ ', ...blue.map(fixed))],
    ['rTRC', transfer],
    ['gTRC', transfer],
    ['bTRC', transfer],
  ];
  const headBytes = 128 + 4 + 12 * tags.length;
  let at = headBytes;
  const table = tags.map(([name, data]) => {
    const entry = Buffer.concat([Buffer.from(name, 'latin1'), u32(at), u32(data.length)]);
    at += data.length;
    return entry;
  });
  const head = Buffer.alloc(128);
  head.writeUInt32BE(at, 0);
  head.writeUInt32BE(0x0430_0000, 8);
  head.write('mntrRGB XYZ ', 12, 'latin1');
  head.write('acsp', 36, 'latin1');
  for (const [index, value] of d50.entries()) fixed(value).copy(head, 68 + 4 * index);
  return Buffer.concat([head, u32(tags.length), ...table, ...tags.map(([, data]) => data)]);
}

/** XYZ of each primary at full strength, adapted to the white of profiles. */
function columnsOf(primaries: Primaries): Matrix {
  const white = xyzOf(d65);
  const columns = primaries.map(xyzOf) as unknown as Matrix;
  const strengths = multiply(inverse(transposed(columns)), white);
  const [from, to] = [multiply(bradford, white), multiply(bradford, d50)];
  const scaled = (cone: Triple): Triple => [
    (cone[0] * to[0]) / from[0],
    (cone[1] * to[1]) / from[1],
    (cone[2] * to[2]) / from[2],
  ];
  const column = (index: 0 | 1 | 2): Triple => {
    const at = columns[index].map((value) => value * strengths[index]) as unknown as Triple;
    return multiply(inverse(bradford), scaled(multiply(bradford, at)));
  };
  return [column(0), column(1), column(2)];
}

const xyzOf = ([x, y]: Pair): Triple => [x / y, 1, (1 - x - y) / y];

const dot = (one: Triple, other: Triple) => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
const multiply = (matrix: Matrix, vector: Triple): Triple => [
  dot(matrix[0], vector),
  dot(matrix[1], vector),
  dot(matrix[2], vector),
];
const cross = (one: Triple, other: Triple): Triple => [
  one[1] * other[2] - one[2] * other[1],
  one[2] * other[0] - one[0] * other[2],
  one[0] * other[1] - one[1] * other[0],
];
const transposed = ([a, b, c]: Matrix): Matrix => [
  [a[0], b[0], c[0]],
  [a[1], b[1], c[1]],
  [a[2], b[2], c[2]],
];
function inverse([a, b, c]: Matrix): Matrix {
  const determinant = dot(a, cross(b, c));
  const scale = (vector: Triple): Triple => [vector[0] / determinant, vector[1] / determinant, vector[2] / determinant];
  return transposed([scale(cross(b, c)), scale(cross(c, a)), scale(cross(a, b))]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** s15Fixed16Number */
function fixed(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65_536));
  return bytes;
}

/** Padded to four bytes, as tags have to begin. */
function tag(type: string, ...parts: readonly Buffer[]): Buffer {
  const data = Buffer.concat([Buffer.from(type, 'latin1'), u32(0), ...parts]);
  return Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
}

function text(type: 'mluc', words: string): Buffer {
  const characters = Buffer.from(words, 'utf16le').swap16();
  return tag(type, u32(1), u32(12), Buffer.from('enUS', 'latin1'), u32(characters.length), u32(28), characters);
}
