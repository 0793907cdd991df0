import { Resvg } from '@resvg/resvg-js';
import { sharp } from '#src/photos/decoder/sharp.js';
import type { PhotoAssessment } from './assess-photos.js';
import { drawNumber } from './digits.js';
import { thumbnailSide } from './thumbnail.js';

const maxColumns = 5;
const margin = 10;
const cell = thumbnailSide + margin;
const paper = '#f4f4f2';
const ink = '#1c1c1c';
const doubtColour = '#e8590c';
const badgeHeight = 26;

export interface ContactSheet {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
}

/** All photos on one picture, numbered from 1; the doubtful ones framed, those without a picture crossed out. */
export async function drawContactSheet(photos: readonly PhotoAssessment[]): Promise<ContactSheet> {
  if (photos.length === 0) throw new RangeError('a contact sheet needs a photo');
  const columns = Math.min(maxColumns, photos.length);
  const width = margin + columns * cell;
  const height = margin + Math.ceil(photos.length / columns) * cell;
  const places = photos.map((photo, at) => ({
    photo,
    left: margin + (at % columns) * cell,
    top: margin + Math.floor(at / columns) * cell,
  }));
  const thumbnails = places.flatMap(({ photo: { thumbnail }, left, top }) =>
    thumbnail === undefined
      ? []
      : [
          {
            input: Buffer.from(thumbnail.jpeg),
            left: left + Math.floor((thumbnailSide - thumbnail.width) / 2),
            top: top + Math.floor((thumbnailSide - thumbnail.height) / 2),
          },
        ],
  );
  const marks = places.map(({ photo, left, top }) => drawMarks(photo, left, top)).join('');
  const sheet = await sharp({ create: { width, height, channels: 3, background: paper } })
    .composite([...thumbnails, { ...rasterise(marks, width, height), left: 0, top: 0 }])
    .jpeg({ quality: 85, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return { width, height, jpeg: sheet };
}

function drawMarks({ index, doubts, thumbnail }: PhotoAssessment, left: number, top: number): string {
  const doubtful = doubts.length > 0;
  const side = thumbnailSide;
  const frame = doubtful
    ? `<rect x="${left - 2}" y="${top - 2}" width="${side + 4}" height="${side + 4}" rx="4" fill="none" stroke="${doubtColour}" stroke-width="6"/>`
    : '';
  const cross = thumbnail
    ? ''
    : `<path d="M${left + 50} ${top + 50}l${side - 100} ${side - 100}m0 ${100 - side}l${100 - side} ${side - 100}" stroke="${doubtColour}" stroke-width="8" stroke-linecap="round"/>`;
  const number = index + 1;
  const badgeWidth = badgeHeight + (String(number).length - 1) * 12;
  const badge = `<rect x="${left + 5}" y="${top + 5}" width="${badgeWidth}" height="${badgeHeight}" rx="6" fill="${doubtful ? doubtColour : ink}"/>`;
  return (
    frame + cross + badge + drawNumber(number, left + 5 + badgeWidth / 2, top + 5 + badgeHeight / 2, 13, '#ffffff')
  );
}

/** Our own SVG goes through resvg: for sharp the SVG loader stays blocked, so that a stranger's SVG cannot reach it. */
function rasterise(marks: string, width: number, height: number) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${marks}</svg>`;
  const drawn = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return {
    input: drawn.pixels,
    raw: { width: drawn.width, height: drawn.height, channels: 4 as const },
    premultiplied: true,
  };
}
