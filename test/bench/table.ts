import type { Row } from './run.js';

/** Three significant digits, never in powers of ten. */
const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** @returns columns of one width, numbers to the right */
function align(lines: readonly (readonly string[])[]): string[] {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((cells) => [...cells[column]!].length)));
  const isNumber = (cell: string) => /^[<≤]? ?[\d.]+$/.test(cell);
  return lines.map((cells) =>
    cells
      .map((cell, column) => {
        const room = ' '.repeat(widths[column]! - [...cell].length);
        return isNumber(cell) ? room + cell : cell + room;
      })
      .join('  ')
      .trimEnd(),
  );
}

export function printTable(machine: Readonly<Record<string, string | number>>, rows: readonly Row[]): void {
  const lines = [['topic', 'what', 'value', 'unit', 'promise', '', 'more']];
  for (const row of rows) {
    if ('failure' in row) {
      lines.push([row.topic, row.name, 'n/a', '', '', '', row.failure.split('\n')[0]!]);
      continue;
    }
    const { topic, name, value, unit, budget, details = {}, runs } = row;
    const more = Object.entries(details).map(([detail, figure]) => `${detail} ${number(figure)}`);
    lines.push([
      topic,
      name,
      number(value),
      unit,
      budget === undefined ? '' : `≤ ${budget}`,
      budget === undefined ? '' : value <= budget ? 'kept' : 'MISSED',
      [`${runs} runs`, ...more].join(', '),
    ]);
  }
  const about = Object.entries(machine).map(([name, value]) => `${name}: ${value}`);
  process.stdout.write(`\n${about.join(' · ')}\n\n${align(lines).join('\n')}\n`);
}
