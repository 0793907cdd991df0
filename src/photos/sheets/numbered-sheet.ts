import { type Cell, composeCells, sheetGap, sheetWidth } from './compose-cells.js';

const maxColumns = 3;
/** A page of a ballot: as many as a telephone shows large enough to choose between. */
export const sheetCells = maxColumns ** 2;

/** Of a full sheet; a picture that is no larger need not be made smaller. */
export const cellSide = sideOf(maxColumns);

/** Numbered pictures in reading order, three a row. Where there are one or two they are larger. @returns a JPEG */
export async function drawNumberedSheet(cells: readonly Cell[]): Promise<Uint8Array> {
  if (cells.length === 0 || cells.length > sheetCells)
    throw new RangeError(`sheet: expected 1 to ${sheetCells} pictures, got ${cells.length}`);
  const columns = Math.min(maxColumns, Math.max(2, cells.length));
  const side = sideOf(columns);
  const step = side + sheetGap;
  const left = Math.round((sheetWidth - Math.min(columns, cells.length) * step + sheetGap) / 2);
  const placed = cells.map((cell, at) => ({
    ...cell,
    left: left + (at % columns) * step,
    top: sheetGap + Math.floor(at / columns) * step,
    side,
  }));
  return composeCells(placed, sheetGap + Math.ceil(cells.length / columns) * step);
}

function sideOf(columns: number): number {
  return Math.floor((sheetWidth - (columns + 1) * sheetGap) / columns);
}
