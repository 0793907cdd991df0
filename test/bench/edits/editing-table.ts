/** @file The results as tables in Markdown. */

import { EDIT_METHODS } from '#models/loaders/recommendations.js';
import { EDIT_KINDS } from '#models/toy-world/edit-cases.js';
import type { MeasuredEdit } from './measure-edit.js';
import type { ResultLine } from './results.js';
import { CASES_PER_KIND, CONTROLLERS, isDefault } from './variants.js';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (values: readonly boolean[]) => `${((100 * values.filter(Boolean).length) / values.length).toFixed(1)} %`;

function cellsOf(measured: readonly MeasuredEdit[]): string[] {
  const backgrounds = measured.flatMap(({ background }) => background ?? []);
  const average = (of: (edit: MeasuredEdit) => number) => mean(measured.map(of));
  const backward = average(({ evaluations }) => evaluations.backward);
  return [
    String(measured.length),
    mean(backgrounds.map(({ psnr }) => psnr)).toFixed(1),
    mean(backgrounds.map(({ ssim }) => ssim)).toFixed(3),
    mean(backgrounds.map(({ distance }) => distance)).toFixed(3),
    share(measured.map(({ isDone }) => isDone)),
    share(measured.map(({ isRestKept }) => isRestKept)),
    `${average(({ evaluations }) => evaluations.inversion).toFixed(0)} + ${average(({ evaluations }) => evaluations.editing).toFixed(0)}${backward > 0 ? `, ${backward.toFixed(0)} backward` : ''}`,
    `${average(({ inversionSeconds }) => inversionSeconds).toFixed(1)} + ${average(({ editSeconds }) => editSeconds).toFixed(1)}`,
  ];
}

const columns = ['cases', 'PSNR, dB', 'SSIM', 'distance', 'done', 'rest kept', 'evaluations', 'seconds'];
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const header = (first: readonly string[]) => [
  row([...first, ...columns]),
  row([...first.map(() => '---'), ...columns.map(() => '---:')]),
];

/** Rows of a table, one for each variant that was measured. */
const rowsOf = (lines: readonly ResultLine[]): string[] =>
  EDIT_METHODS.flatMap((method) =>
    CONTROLLERS.flatMap((controller) => {
      const measured = lines
        .filter((line) => line.method === method && line.controller === controller)
        .flatMap((line) => line.measured ?? []);
      return measured.length === 0 ? [] : [row([method, controller, ...cellsOf(measured)])];
    }),
  );

export function editingTables(lines: readonly ResultLine[]): string {
  const compared = lines.filter(({ index }) => index < CASES_PER_KIND.compared);
  const shared = lines.filter(
    (line) => line.index < CASES_PER_KIND.nullText && (line.method === 'null-text' || isDefault(line)),
  );
  const ofDefault = lines.filter(isDefault);
  const kinds = EDIT_KINDS.flatMap((kind) => {
    const measured = ofDefault.filter((line) => line.kind === kind).flatMap((line) => line.measured ?? []);
    return measured.length === 0 ? [] : [row([kind, ...cellsOf(measured)])];
  });
  const all = ofDefault.flatMap(({ measured }) => measured ?? []);
  return [
    '### The default, by kind of edit',
    '',
    ...header(['edit']),
    ...kinds,
    ...(all.length === 0 ? [] : [row(['**all**', ...cellsOf(all)])]),
    '',
    '### The default and null-text optimisation on the same cases',
    '',
    ...header(['inversion', 'controller']),
    ...rowsOf(shared),
    '',
    '### Inversions and controllers on the same cases',
    '',
    ...header(['inversion', 'controller']),
    ...rowsOf(compared),
    '',
  ].join('\n');
}

/** Edits whose captions were read from the picture, and whether people were told of those that missed. */
export function readCaptionsTable(lines: readonly ResultLine[]): string {
  const rowOf = (name: string, measured: readonly MeasuredEdit[]) => {
    const told = (edits: readonly MeasuredEdit[]) =>
      `${edits.filter((edit) => edit.isToldMissed).length} of ${edits.length}`;
    return row([
      name,
      String(measured.length),
      share(measured.map(({ isDone }) => isDone)),
      share(measured.map(({ isRestKept }) => isRestKept)),
      told(measured.filter(({ isDone }) => !isDone)),
      told(measured.filter(({ isDone }) => isDone)),
    ]);
  };
  const kinds = EDIT_KINDS.flatMap((kind) => {
    const measured = lines.filter((line) => line.kind === kind).flatMap((line) => line.measured ?? []);
    return measured.length === 0 ? [] : [rowOf(kind, measured)];
  });
  return [
    '### The default, with captions that were read from the picture',
    '',
    row(['edit', 'cases', 'done', 'rest kept', 'missed and told so', 'done and told it missed']),
    row(['---', '---:', '---:', '---:', '---:', '---:']),
    ...kinds,
    rowOf(
      '**all**',
      lines.flatMap(({ measured }) => measured ?? []),
    ),
    '',
  ].join('\n');
}
