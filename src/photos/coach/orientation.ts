import type { OpenedPhoto } from '#src/photos/decoder/open-photo.js';

const orientationTag = 0x0112;

/** Whether the file says that the camera was turned in a way that decoding upright does not apply. */
export function hasUnappliedOrientation(metadata: OpenedPhoto['metadata']): boolean {
  const written = metadata.exif ? exifOrientation(metadata.exif) : undefined;
  // 0 is "not known", which many programs write; 1 to 8 are applied.
  if (written !== undefined && written > 8) return true;
  if (written !== undefined && written > 0) return false;
  const xmp = metadata.xmpAsString?.match(/tiff:Orientation(?:\s*=\s*["']|>)\s*(\d+)/)?.[1];
  return xmp !== undefined && Number(xmp) > 1;
}

/** The orientation in the first directory of an EXIF block, whatever its value. */
function exifOrientation(exif: Buffer): number | undefined {
  const start = exif.toString('latin1', 0, 6) === 'Exif\0\0' ? 6 : 0;
  const view = new DataView(exif.buffer, exif.byteOffset + start, exif.byteLength - start);
  if (view.byteLength < 8) return undefined;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const littleEndian = order === 0x4949;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > view.byteLength) return undefined;
  const entries = view.getUint16(directory, littleEndian);
  for (let entry = 0, at = directory + 2; entry < entries && at + 12 <= view.byteLength; entry++, at += 12) {
    if (view.getUint16(at, littleEndian) === orientationTag) return view.getUint16(at + 8, littleEndian);
  }
  return undefined;
}
