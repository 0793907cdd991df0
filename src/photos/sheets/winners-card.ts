import { type Cell, composeCells, type PlacedCell, sheetGap, sheetWidth } from './compose-cells.js';
import { drawNumber } from './digits.js';
import { sheetCells } from './numbered-sheet.js';

export interface Winner extends Cell {
  /** From 1; equal ones share it, and look alike. */
  readonly rank: number;
}

type Box = Pick<PlacedCell, 'left' | 'top' | 'side'>;

const inner = sheetWidth - 2 * sheetGap;
/** Beside it two smaller ones fit, one above the other. */
const largeSide = Math.floor((2 * inner - sheetGap) / 3);
const smallSide = (largeSide - sheetGap) / 2;

const metals = [
  { light: '#ffe48a', dark: '#d99a12', rim: '#8f5d00' },
  { light: '#f4f6f8', dark: '#a7b0b8', rim: '#5b646c' },
  { light: '#f3b98a', dark: '#b3672f', rim: '#6d3712' },
] as const;

/** Pictures on the podium, in the order of their ranks: size and medal say the rank, and a number on it besides. @returns a JPEG */
export async function drawWinnersCard(winners: readonly Winner[]): Promise<Uint8Array> {
  if (winners.length === 0 || winners.length > sheetCells)
    throw new RangeError(`winners' card: expected 1 to ${sheetCells} pictures, got ${winners.length}`);
  const { boxes, height } = layOut(winners.filter(({ rank }) => rank === winners[0]!.rank).length, winners.length);
  const placed = winners.map((winner, at) => ({ ...winner, ...boxes[at]! }));
  return composeCells(placed, height, definitions() + placed.map(drawMedal).join(''));
}

/** @param firsts how many of them share the first rank */
function layOut(firsts: number, count: number): { readonly boxes: readonly Box[]; readonly height: number } {
  if (firsts === 1 && count === 3) {
    const left = 2 * sheetGap + largeSide;
    return {
      boxes: [
        { left: sheetGap, top: sheetGap, side: largeSide },
        { left, top: sheetGap, side: Math.floor(smallSide) },
        { left, top: sheetGap + largeSide - Math.floor(smallSide), side: Math.floor(smallSide) },
      ],
      height: largeSide + 2 * sheetGap,
    };
  }
  if (firsts === 1 && count === 2) {
    const side = Math.floor(0.6 * inner);
    const second = inner - sheetGap - side;
    return {
      boxes: [
        { left: sheetGap, top: sheetGap, side },
        { left: 2 * sheetGap + side, top: sheetGap + side - second, side: second },
      ],
      height: side + 2 * sheetGap,
    };
  }
  const columnsOfFirsts = firsts === 4 ? 2 : Math.min(firsts, 3);
  const first = rowsOf(firsts, columnsOfFirsts, sheetGap, largeSide);
  const others = rowsOf(count - firsts, 3, first.bottom, largeSide / 2);
  return { boxes: [...first.boxes, ...others.boxes], height: others.bottom };
}

/** Rows of equal squares, each in the middle. @param maxSide a single one is no larger */
function rowsOf(count: number, columns: number, top: number, maxSide: number) {
  const side = Math.floor(Math.min(maxSide, (inner - (columns - 1) * sheetGap) / columns));
  const step = side + sheetGap;
  const boxes = Array.from({ length: count }, (_, at): Box => {
    const row = Math.floor(at / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = Math.round((sheetWidth - inRow * step + sheetGap) / 2);
    return { left: left + (at % columns) * step, top: top + row * step, side };
  });
  return { boxes, bottom: top + Math.ceil(count / columns) * step };
}

function definitions(): string {
  const gradients = metals.map(
    ({ light, dark }, at) =>
      `<linearGradient id="metal${at}" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></linearGradient>`,
  );
  return `<defs>${gradients.join('')}</defs>`;
}

/** On the lower right corner, away from the number; from the fourth rank on there is none. */
function drawMedal({ rank, left, top, side }: Winner & Box): string {
  const metal = metals[rank - 1];
  if (!metal) return '';
  const radius = Math.round(Math.min(72, Math.max(46, 0.11 * side)));
  const x = left + side - radius - 14;
  const y = top + side - radius - 14;
  const [width, lean, length] = [0.52 * radius, 0.44 * radius, 1.35 * radius];
  const ribbon = (towards: number, colour: string) =>
    `<path d="M${x} ${y - 0.5 * radius}l${towards * lean} ${-length}h${towards * width}l${-towards * lean} ${length}z" fill="${colour}" stroke="#ffffff" stroke-width="2"/>`;
  return (
    ribbon(-1, '#b3263b') +
    ribbon(1, '#d83a52') +
    `<circle cx="${x}" cy="${y}" r="${radius + 3}" fill="#ffffff"/>` +
    `<circle cx="${x}" cy="${y}" r="${radius}" fill="url(#metal${rank - 1})"/>` +
    `<circle cx="${x}" cy="${y}" r="${0.8 * radius}" fill="none" stroke="${metal.rim}" stroke-width="2.5" stroke-opacity="0.55"/>` +
    drawNumber(rank, x, y, radius, metal.rim)
  );
}
