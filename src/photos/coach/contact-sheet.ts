import { sharp } from '#src/photos/decoder/sharp.js';
import { drawBadge, drawCross, rasterise, warningColour } from '#src/photos/sheets/marks.js';
import type { PhotoAssessment } from './assess-photos.js';
import { thumbnailSide } from './thumbnail.js';

const maxColumns = 5;
const margin = 10;
const cell = thumbnailSide + margin;
const paper = '#f4f4f2';
const ink = '#1c1c1c';
const badgeHeight = 26;
const digitHeight = 13;

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
    ? `<rect x="${left - 2}" y="${top - 2}" width="${side + 4}" height="${side + 4}" rx="4" fill="none" stroke="${warningColour}" stroke-width="6"/>`
    : '';
  const cross = thumbnail ? '' : drawCross(left, top, side);
  const colour = doubtful ? warningColour : ink;
  const at = { left: left + 5, top: top + 5, height: badgeHeight, digitHeight };
  return frame + cross + drawBadge({ number: index + 1, ...at, colour });
}
