const marker = Buffer.from('ICC_PROFILE\0', 'latin1');
/** A segment's length is 16 bits and counts itself. */
const maxPartBytes = 0xffff - 2 - marker.length - 2;
const maxParts = 255;

/** A JPEG that says which colours its numbers mean (ICC.1, annex B.4). */
export function withProfile(jpeg: Uint8Array, profile: Uint8Array): Uint8Array {
  const count = Math.ceil(profile.byteLength / maxPartBytes);
  if (count > maxParts) return jpeg;
  const segments = Array.from({ length: count }, (_, index) => {
    const part = profile.subarray(index * maxPartBytes, (index + 1) * maxPartBytes);
    const head = Buffer.from([0xff, 0xe2, 0, 0]);
    head.writeUInt16BE(2 + marker.length + 2 + part.byteLength, 2);
    return Buffer.concat([head, marker, Buffer.from([index + 1, count]), part]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}
