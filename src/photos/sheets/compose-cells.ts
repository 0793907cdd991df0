import { sharp } from '#src/photos/decoder/sharp.js';
import { drawBadge, drawCross, rasterise } from './marks.js';

/** A square that shows one numbered picture, whole. */
export interface Cell {
  readonly number: number;
  /** Undefined where it is gone: the cell is crossed out. */
  readonly picture: Uint8Array | undefined;
}

export interface PlacedCell extends Cell {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Chats show it without a word about its size; telephones show a third of it. */
export const sheetWidth = 1024;
export const sheetGap = 10;

const paper = '#26242a';
const mat = '#37343c';
const ink = '#141316';
const white = '#ffffff';
/** Read on a telephone, and hides little of the picture. */
const badgeHeight = 60;
const digitHeight = 36;

/** @param marks SVG of what lies above the pictures @returns a JPEG */
export async function composeCells(cells: readonly PlacedCell[], height: number, marks = ''): Promise<Uint8Array> {
  const pictures: Awaited<ReturnType<typeof pixelsOf>>[] = [];
  // One after the other, so that memory holds one as it came.
  for (const { picture, ...place } of cells) if (picture) pictures.push(await pixelsOf(picture, place));
  const mats = cells.map(({ left, top, side }) => square(left, top, side, mat)).join('');
  const labels = cells.map(({ number, picture, left, top, side }) => {
    const at = { left: left + 8, top: top + 8, height: badgeHeight, digitHeight };
    const badge = drawBadge({ number, ...at, colour: ink, outline: { colour: white, width: 3 } });
    return (picture ? '' : drawCross(left, top, side)) + badge;
  });
  const sheet = await sharp({ create: { width: sheetWidth, height, channels: 3, background: paper } })
    .composite([
      { ...rasterise(mats, sheetWidth, height), left: 0, top: 0 },
      ...pictures,
      { ...rasterise(labels.join('') + marks, sheetWidth, height), left: 0, top: 0 },
    ])
    .removeAlpha()
    .jpeg({ quality: 80 })
    .toBuffer();
  return new Uint8Array(sheet);
}

/** In the middle of its cell. */
async function pixelsOf(picture: Uint8Array, { left, top, side }: Pick<PlacedCell, 'left' | 'top' | 'side'>) {
  const { data, info } = await sharp(picture)
    .resize({ width: side, height: side, fit: 'inside' })
    .flatten({ background: white })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return {
    input: data,
    raw: { width, height, channels },
    left: left + Math.floor((side - width) / 2),
    top: top + Math.floor((side - height) / 2),
  };
}

function square(left: number, top: number, side: number, colour: string): string {
  return `<rect x="${left}" y="${top}" width="${side}" height="${side}" fill="${colour}"/>`;
}
