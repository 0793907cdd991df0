import { Resvg } from '@resvg/resvg-js';
import { drawNumber } from './digits.js';

/** Of a cell without a picture, and of what is doubtful. */
export const warningColour = '#e8590c';

export interface Badge {
  readonly number: number;
  readonly left: number;
  readonly top: number;
  readonly height: number;
  readonly digitHeight: number;
  readonly colour: string;
  /** Sets it off from a picture of any shade. */
  readonly outline?: { readonly colour: string; readonly width: number };
}

/** SVG of a number on a label as wide as its digits need. */
export function drawBadge({ number, left, top, height, digitHeight, colour, outline }: Badge): string {
  const width = height + (String(number).length - 1) * Math.round(0.9 * digitHeight);
  const edge = outline ? ` stroke="${outline.colour}" stroke-width="${outline.width}"` : '';
  return (
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" rx="${Math.round(0.23 * height)}" fill="${colour}"${edge}/>` +
    drawNumber(number, left + width / 2, top + height / 2, digitHeight, '#ffffff')
  );
}

/** SVG of a cross in place of a picture that is not there. */
export function drawCross(left: number, top: number, side: number): string {
  const inset = Math.round(0.28 * side);
  const arm = side - 2 * inset;
  return `<path d="M${left + inset} ${top + inset}l${arm} ${arm}m0 ${-arm}l${-arm} ${arm}" stroke="${warningColour}" stroke-width="8" stroke-linecap="round"/>`;
}

/** Our own SVG goes through resvg: for sharp the SVG loader stays blocked, so that a stranger's SVG cannot reach it. */
export function rasterise(marks: string, width: number, height: number) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${marks}</svg>`;
  const drawn = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return {
    input: drawn.pixels,
    raw: { width: drawn.width, height: drawn.height, channels: 4 as const },
    premultiplied: true,
  };
}
