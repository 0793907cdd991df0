/** @file Compares a file of weights with what a model wants, from the header alone. */
import { CheckpointError, formatShape } from './checkpoint-error.js';
import type { SafetensorsFile } from './safetensors.js';
import { createWeightFiles, findWeight } from './weight-files.js';

export interface WeightRules {
  /** Other names that a file may use for a parameter. */
  readonly aliases?: (name: string) => readonly string[];
  /** Names that a file may hold without being used. */
  readonly ignored?: readonly string[];
}

/**
 * @param wanted names and shapes (see `recordParameters`)
 * @throws CheckpointError for the first tensor that is missing, of another shape or type, or not used
 */
export function checkWeights(
  file: SafetensorsFile,
  wanted: ReadonlyMap<string, readonly number[]>,
  rules: WeightRules = {},
): void {
  const { aliases, ignored = [] } = rules;
  const weights = createWeightFiles([{ file, aliases }]);
  const used = new Set<string>(ignored);
  for (const [name, shape] of wanted) used.add(findWeight(weights, name, shape, file.path).tensorName);
  for (const [name, { shape }] of file.entries) {
    if (used.has(name)) continue;
    throw new CheckpointError({ file: file.path, key: name, expected: 'no such tensor', found: formatShape(shape) });
  }
}
