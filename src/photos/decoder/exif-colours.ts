/** Interoperability index `R03`, of four letters in the entry itself, in either order of bytes. */
const adobeRgbEntries = ['\x01\0\x02\0\x04\0\0\0R03\0', '\0\x01\0\x02\0\0\0\x04R03\0'];

/** Whether a camera's notes say that its numbers are Adobe RGB: many say so there, and bring no profile (DCF 2.0, Exif 2.32 annex A). */
export function isAdobeRgb(exif: Buffer | undefined): boolean {
  return exif !== undefined && adobeRgbEntries.some((entry) => exif.includes(entry, 0, 'latin1'));
}
