/** @file JPEGs with restart markers, as many cameras write them and sharp does not: grey, of blocks that are each of one shade. ITU-T T.81. */

/** Of the standard table K.3, by the number of bits of a difference: code and its length. */
const lengthsOfDifferences = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const differences = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const codes = [0b00, 0b010, 0b011, 0b100, 0b101, 0b110, 0b1110, 0b11110, 0b111110, 0b1111110, 0b11111110, 0b111111110];
const codeLengths = [2, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9];
/** The only code for the other coefficients: that there are none. */
const endOfBlock = '0';
const scale = 8;

/**
 * @param shades of the blocks of 8 × 8 pixels, row after row, 0…255
 * @param interval blocks from one marker to the next
 */
export function restartJpeg(shades: readonly number[], columns: number, interval: number): Buffer {
  const segment = (marker: number, ...body: number[]) =>
    Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff, ...body]);
  const [width, height] = [8 * columns, (8 * shades.length) / columns];
  const parts: Buffer[] = [
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, 0, ...Array.from({ length: 64 }, () => scale)),
    segment(0xc0, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0),
    segment(0xc4, 0x00, ...lengthsOfDifferences, ...differences),
    segment(0xc4, 0x10, 1, ...Array.from({ length: 15 }, () => 0), 0),
    segment(0xdd, interval >> 8, interval & 0xff),
    segment(0xda, 1, 1, 0, 0, 63, 0),
  ];
  for (let from = 0, restart = 0; from < shades.length; from += interval, restart += 1) {
    if (from > 0) parts.push(Buffer.from([0xff, 0xd0 + ((restart - 1) % 8)]));
    parts.push(encodeBlocks(shades.slice(from, from + interval)));
  }
  return Buffer.concat([...parts, Buffer.from([0xff, 0xd9])]);
}

function encodeBlocks(shades: readonly number[]): Buffer {
  let before = 0;
  let bits = '';
  for (const shade of shades) {
    // The first coefficient is eight times the mean; so is the step of its quantisation.
    const value = Math.round((8 * (shade - 128)) / scale);
    const difference = value - before;
    before = value;
    const size = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
    const low = difference < 0 ? difference + 2 ** size - 1 : difference;
    bits += codes[size]!.toString(2).padStart(codeLengths[size]!, '0');
    bits += size === 0 ? '' : low.toString(2).padStart(size, '0');
    bits += endOfBlock;
  }
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const bytes = Array.from({ length: bits.length / 8 }, (_, index) =>
    Number.parseInt(bits.slice(8 * index, 8 * index + 8), 2),
  );
  // A byte of ones would be a marker.
  return Buffer.from(bytes.flatMap((byte) => (byte === 0xff ? [byte, 0] : [byte])));
}
