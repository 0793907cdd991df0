import { crc32 } from 'node:zlib';

const signatureBytes = 8;
const headBytes = 8;
const checksumBytes = 4;

/**
 * A PNG whose last pixels are there, but not what comes after them, with its end put back; what stands behind the end is
 * left out. Whether pixels are missing is for the decoder to notice.
 * @returns undefined where it ends before its pixels begin
 */
export function wholePng(given: Uint8Array): Uint8Array | undefined {
  const view = new DataView(given.buffer, given.byteOffset, given.byteLength);
  let hasPixels = false;
  let at = signatureBytes;
  while (at + headBytes <= given.byteLength) {
    const length = view.getUint32(at);
    const type = Buffer.from(given.subarray(at + 4, at + headBytes)).toString('latin1');
    const end = at + headBytes + length + checksumBytes;
    if (type === 'IDAT') hasPixels = true;
    if (type === 'IEND' && end <= given.byteLength) return given.subarray(0, end);
    if (end > given.byteLength) {
      const rest = given.subarray(at + headBytes, Math.min(given.byteLength, at + headBytes + length));
      const last = type === 'IDAT' ? chunk('IDAT', rest) : new Uint8Array();
      return hasPixels ? Buffer.concat([given.subarray(0, at), last, chunk('IEND', new Uint8Array())]) : undefined;
    }
    at = end;
  }
  return hasPixels ? Buffer.concat([given.subarray(0, at), chunk('IEND', new Uint8Array())]) : undefined;
}

function chunk(type: 'IDAT' | 'IEND', data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [head, checksum] = [Buffer.alloc(4), Buffer.alloc(checksumBytes)];
  head.writeUInt32BE(data.byteLength);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, checksum]);
}
