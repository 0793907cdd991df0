export type CsvCell = string | number | boolean | Date | undefined;

const byteOrderMark = '\uFEFF';
/** A spreadsheet would take it for a formula. Tabs and line ends first of all are passed over by some; the wide forms are Japan's. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/** A table as RFC 4180 has it, in UTF-8 that says so. Pieces of it, one a row. */
export function* csvOf(header: readonly string[], rows: Iterable<readonly CsvCell[]>): Generator<string, void> {
  yield byteOrderMark + lineOf(header);
  for (const row of rows) yield lineOf(row);
}

function lineOf(cells: readonly CsvCell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(cell: CsvCell): string {
  if (cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'string') return String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
