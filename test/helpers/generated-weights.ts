import * as tf from '@tensorflow/tfjs';
import { elementCount } from '#models/tensors/engine/host-tensor.js';
import type { ParameterSource } from '#models/tensors/parameters.js';
import { createGenerator } from '#models/tensors/random.js';

/**
 * Weights that depend on their names alone, so that a golden needs no file of them: norm scales near 1, biases near 0,
 * everything else of variance 1 / fan-in. test/golden/make/pipeline.py makes the same ones.
 */
export function generatedWeight(name: string, shape: readonly number[]): Float32Array {
  const normals = createGenerator(0).fork(name).normals(elementCount(shape));
  if (name.endsWith('bias')) return normals.map((value) => value * 0.1);
  if (shape.length === 1) return normals.map((value) => 1 + value * 0.1);
  const deviation = 1 / Math.sqrt(elementCount(shape.slice(1)));
  return normals.map((value) => value * deviation);
}

/** A source of such weights for one folder of a checkpoint. Tensors live until `dispose`. */
export function generatedParameters(folder: string): ParameterSource & {
  /** Those that were asked for. */
  list(): tf.Tensor[];
  dispose(): void;
} {
  const tensors = new Map<string, tf.Tensor>();
  return {
    get(name, shape) {
      const tensor = tensors.get(name) ?? tf.keep(tf.tensor(generatedWeight(`${folder}/${name}`, shape), [...shape]));
      tensors.set(name, tensor);
      return tensor;
    },
    list: () => [...tensors.values()],
    dispose() {
      tf.dispose([...tensors.values()]);
      tensors.clear();
    },
  };
}
