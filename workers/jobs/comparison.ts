import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';

const gapPixels = 8;
/** Between a picture and what became of it, room for an arrow, which needs neither font nor language. */
const arrowGapPixels = 32;
const arrowPixels = 24;
/** A chat shows no more of it. */
const maxPanelSide = 1024;
/** Wider than this, pictures are read better one below the other. */
const widePicture = 1.8;

/**
 * @param pictures of about one shape, the first as it was before
 * @returns a JPEG that shows them in reading order, an arrow after the first: side by side, or below each other where they are wide
 */
export async function composeComparison(pictures: readonly Uint8Array[]): Promise<Uint8Array> {
  const { width: fullWidth, height: fullHeight } = await sharp(pictures[0]).metadata();
  const scale = Math.min(1, maxPanelSide / Math.max(fullWidth, fullHeight));
  const width = Math.max(1, Math.round(fullWidth * scale));
  const height = Math.max(1, Math.round(fullHeight * scale));
  const isStacked = fullWidth > widePicture * fullHeight;
  const side = isStacked ? height : width;
  const across = isStacked ? width : height;
  const startOf = (index: number) => index * side + (index > 0 ? arrowGapPixels + (index - 1) * gapPixels : 0);
  const at = (along: number, sideways: number) =>
    isStacked ? { left: sideways, top: along } : { left: along, top: sideways };
  const length = startOf(pictures.length - 1) + side;
  const panels = await Promise.all(
    pictures.map((bytes) => sharp(bytes).resize({ width, height, fit: 'fill' }).removeAlpha().png().toBuffer()),
  );
  const arrowSide = Math.min(arrowPixels, across);
  const arrow = {
    ...drawArrow(arrowSide, isStacked),
    ...at(side + Math.floor((arrowGapPixels - arrowSide) / 2), Math.floor((across - arrowSide) / 2)),
  };
  return sharp({
    create: {
      width: isStacked ? width : length,
      height: isStacked ? length : height,
      channels: 3,
      background: 'white',
    },
  })
    .composite([
      ...panels.map((input, index) => ({ input, ...at(startOf(index), 0) })),
      ...(pictures.length > 1 ? [arrow] : []),
    ])
    .removeAlpha()
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

function drawArrow(side: number, isDown: boolean) {
  const path = `<path d="M3 12H20M13 5l7 7-7 7" fill="none" stroke="#1c1c1c" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 24 24">` +
    `<g transform="rotate(${isDown ? 90 : 0} 12 12)">${path}</g></svg>`;
  const { pixels, width, height } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return { input: pixels, raw: { width, height, channels: 4 as const }, premultiplied: true };
}
