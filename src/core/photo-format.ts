export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'heic' | 'svg' | 'avif' | 'tiff' | 'bmp' | 'pdf';

const heicBrands: ReadonlySet<string> = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1']);
const avifBrands: ReadonlySet<string> = new Set(['avif', 'avis']);
/** Of an SVG: an XML declaration, comments and a document type may come first. */
const maxPrologBytes = 4096;

/** What the bytes are, whatever the file is called. */
export function sniffFormat(bytes: Uint8Array): PhotoFormat | undefined {
  const ascii = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp';
  if (ascii(0, 6) === 'GIF87a' || ascii(0, 6) === 'GIF89a') return 'gif';
  if (ascii(4, 8) === 'ftyp') {
    const brand = ascii(8, 12);
    if (heicBrands.has(brand)) return 'heic';
    if (avifBrands.has(brand)) return 'avif';
  }
  if (ascii(0, 4) === 'II*\0' || ascii(0, 4) === 'MM\0*') return 'tiff';
  if (ascii(0, 2) === 'BM') return 'bmp';
  if (ascii(0, 5) === '%PDF-') return 'pdf';
  return isSvg(new TextDecoder().decode(bytes.subarray(0, maxPrologBytes))) ? 'svg' : undefined;
}

/** Reads each letter once, because people can send anything: no expression that could be made to try all ways. */
function isSvg(text: string): boolean {
  let rest = text.trimStart();
  for (;;) {
    const end = prologEnds.find(([start]) => rest.startsWith(start))?.[1];
    if (end === undefined) return /^<svg[\s>/]/i.test(rest);
    const at = rest.indexOf(end);
    if (at === -1) return false;
    rest = rest.slice(at + end.length).trimStart();
  }
}

/** How what may stand before the root element begins and ends. */
const prologEnds = [
  ['<?', '?>'],
  ['<!--', '-->'],
  ['<!', '>'],
] as const;
