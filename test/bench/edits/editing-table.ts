/** @file The results as tables in Markdown. */
import { EDIT_METHODS } from '#models/pipelines/edit-options.js';
import { EDIT_KINDS } from '#models/pretraining/toy-world/edit-cases.js';
import type { MeasuredEdit } from './measure-edit.js';
import type { ResultLine } from './results.js';
import { CONTROLLERS, DEFAULT_VARIANT } from './variants.js';

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

export function editingTables(lines: readonly ResultLine[]): string {
  const measuredWhere = (isWanted: (line: ResultLine) => boolean) =>
    lines.filter(isWanted).flatMap(({ measured }) => measured ?? []);
  const isDefault = (line: ResultLine) =>
    line.method === DEFAULT_VARIANT.method && line.controller === DEFAULT_VARIANT.controller;
  const variants = EDIT_METHODS.flatMap((method) =>
    CONTROLLERS.flatMap((controller) => {
      const measured = measuredWhere((line) => line.method === method && line.controller === controller);
      return measured.length === 0 ? [] : [row([method, controller, ...cellsOf(measured)])];
    }),
  );
  const kinds = EDIT_KINDS.flatMap((kind) => {
    const measured = measuredWhere((line) => isDefault(line) && line.kind === kind);
    return measured.length === 0 ? [] : [row([kind, ...cellsOf(measured)])];
  });
  const subset = new Set(
    lines.filter(({ method }) => method === 'null-text').map(({ kind, index }) => `${kind} ${index}`),
  );
  const onSubset = measuredWhere((line) => isDefault(line) && subset.has(`${line.kind} ${line.index}`));
  const same = [
    ...(onSubset.length === 0 ? [] : [row([DEFAULT_VARIANT.method, DEFAULT_VARIANT.controller, ...cellsOf(onSubset)])]),
    ...CONTROLLERS.flatMap((controller) => {
      const measured = measuredWhere((line) => line.method === 'null-text' && line.controller === controller);
      return measured.length === 0 ? [] : [row(['null-text', controller, ...cellsOf(measured)])];
    }),
  ];
  return [
    '### Inversions and controllers',
    '',
    ...header(['inversion', 'controller']),
    ...variants,
    '',
    '### The default and null-text optimisation on the same cases',
    '',
    ...header(['inversion', 'controller']),
    ...same,
    '',
    '### The default, by kind of edit',
    '',
    ...header(['edit']),
    ...kinds,
    '',
  ].join('\n');
}
