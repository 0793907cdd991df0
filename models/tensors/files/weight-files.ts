/** @file Where each parameter of a model lies on disk, and parameters read from there into tensors. */
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import type { ParameterSource } from '../parameters.js';
import { CheckpointError, formatShape } from './checkpoint-error.js';
import type { SafetensorsEntry, SafetensorsFile } from './safetensors.js';

export interface WeightLocation {
  readonly file: SafetensorsFile;
  /** Name inside the file; differs from the parameter's name where the file has a prefix or older names. */
  readonly tensorName: string;
}

/** Finds parameters in files. */
export interface WeightFiles {
  /** Changes when any of the files does. */
  readonly key: string;
  lookup(name: string): WeightLocation | undefined;
}

/** Some part of a model and the file that holds it. */
export interface WeightPart {
  readonly file: SafetensorsFile;
  /** Parameters below this path are looked up in the file without it; empty by default. */
  readonly prefix?: string;
  /** Other names that a file may use for a parameter. */
  readonly aliases?: (name: string) => readonly string[];
}

/** Joins files, such as `{ prefix: 'unet', file }`; a name is looked up in the parts in order. */
export function createWeightFiles(parts: readonly WeightPart[]): WeightFiles {
  const hash = createHash('sha256');
  for (const { file, prefix = '' } of parts) {
    hash.update(JSON.stringify([prefix, file.path, file.byteLength, file.modifiedAtMs, [...file.entries]]));
  }
  return {
    key: hash.digest('hex'),
    lookup(name) {
      for (const { file, prefix = '', aliases } of parts) {
        if (prefix !== '' && !name.startsWith(`${prefix}.`)) continue;
        const local = prefix === '' ? name : name.slice(prefix.length + 1);
        const tensorName = [local, ...(aliases?.(local) ?? [])].find((candidate) => file.entries.has(candidate));
        if (tensorName !== undefined) return { file, tensorName };
      }
      return undefined;
    },
  };
}

/**
 * The location of a parameter, with its shape checked.
 * @throws CheckpointError where it is missing or has another shape
 */
export function findWeight(
  weights: WeightFiles,
  name: string,
  shape: readonly number[],
  source = 'checkpoint',
): WeightLocation & { readonly entry: SafetensorsEntry } {
  const location = weights.lookup(name);
  if (!location) {
    throw new CheckpointError({ file: source, key: name, expected: formatShape(shape), found: 'no such tensor' });
  }
  const entry = location.file.entries.get(location.tensorName)!;
  if (!shapesFit(entry.shape, shape)) {
    const { path } = location.file;
    throw new CheckpointError({
      file: path,
      key: location.tensorName,
      expected: formatShape(shape),
      found: formatShape(entry.shape),
    });
  }
  if (!FLOAT_DTYPES.has(entry.dtype)) {
    const { path } = location.file;
    throw new CheckpointError({
      file: path,
      key: location.tensorName,
      expected: 'F32, F16 or BF16',
      found: entry.dtype,
    });
  }
  return { ...location, entry };
}

const FLOAT_DTYPES: ReadonlySet<string> = new Set(['F32', 'F16', 'BF16']);

/** Equal, or a linear layer stored as a 1×1 convolution, which has the same bytes. */
export function shapesFit(found: readonly number[], expected: readonly number[]): boolean {
  const sizes =
    expected.length === 2 && found.length === 4 && found[2] === 1 && found[3] === 1 ? found.slice(0, 2) : found;
  return sizes.length === expected.length && sizes.every((size, axis) => size === expected[axis]);
}

/** Parameters held as tensors; `dispose` frees them. */
export interface LoadedParameters extends ParameterSource {
  dispose(): void;
}

/**
 * Reads parameters into tensors of the active backend.
 * @param shapes the names and shapes that a model wants (see `recordParameters`)
 */
export async function loadParameters(
  weights: WeightFiles,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<LoadedParameters> {
  const tensors = new Map<string, tf.Tensor>();
  for (const [name, shape] of shapes) {
    const { file, tensorName } = findWeight(weights, name, shape);
    tensors.set(name, tf.tensor(await file.readFloat32(tensorName), [...shape], 'float32'));
  }
  return tensorParameters(tensors);
}

/** Serves tensors by name, with their shapes checked. The tensors stay the caller's until `dispose`. */
export function tensorParameters(tensors: ReadonlyMap<string, tf.Tensor>): LoadedParameters {
  return {
    get(name, shape) {
      const tensor = tensors.get(name);
      if (!tensor || !shapesFit(tensor.shape, shape)) {
        const found = tensor ? formatShape(tensor.shape) : 'no such tensor';
        throw new CheckpointError({ file: 'parameters', key: name, expected: formatShape(shape), found });
      }
      return tensor;
    },
    dispose: () => tf.dispose([...tensors.values()]),
  };
}

/** Names and shapes of what `build` collects; no value is read and nothing may be computed. */
export function recordParameters(build: (source: ParameterSource) => unknown): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  tf.tidy(() => {
    const placeholder = tf.scalar(0);
    build({
      get(name, shape) {
        const earlier = shapes.get(name);
        if (earlier && !shapesFit(earlier, shape)) {
          throw new Error(`${name} is asked for as ${formatShape(earlier)} and as ${formatShape(shape)}`);
        }
        shapes.set(name, [...shape]);
        return placeholder;
      },
    });
  });
  return shapes;
}
