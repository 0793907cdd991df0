/** @file Runs one function on the oracle (tfjs `cpu`) and on the ONNX engine. */
import * as tf from '@tensorflow/tfjs';
import { createEagerEngine } from '#models/tensors/engine/eager-engine.js';
import type { Signature, TracedFunction } from '#models/tensors/engine/engine.js';
import { elementCount, type HostTensor, hostTensor } from '#models/tensors/engine/host-tensor.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';

const eager = createEagerEngine('cpu');
export const onnx = createOnnxEngine();

/** Deterministic inputs in about [-2, 2], away from zero's neighbourhood often enough to be interesting. */
export function waves(shape: readonly number[], seed: number): HostTensor {
  const data = Float32Array.from(
    { length: elementCount(shape) },
    (_, index) => 2 * Math.sin(12.9898 * (index + 1) + 78.233 * seed),
  );
  return hostTensor(shape, data);
}

/** The largest |a − b| over the largest |b|, over all outputs. */
export function largestDifference(a: Record<string, HostTensor>, b: Record<string, HostTensor>): number {
  let worst = 0;
  for (const [key, expected] of Object.entries(b)) {
    const actual = a[key];
    if (!actual || actual.shape.join() !== expected.shape.join()) return Number.POSITIVE_INFINITY;
    let scale = 0;
    let difference = 0;
    for (let index = 0; index < expected.data.length; index++) {
      scale = Math.max(scale, Math.abs(expected.data[index]!));
      const gap = Math.abs(actual.data[index]! - expected.data[index]!);
      difference = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(difference, gap);
    }
    worst = Math.max(worst, difference / (scale || 1));
  }
  return worst;
}

/** Runs `fn` on both engines with the same inputs. @returns the largest relative difference */
export async function compareEngines(
  name: string,
  inputs: Record<string, HostTensor>,
  fn: TracedFunction,
): Promise<number> {
  const signature: Signature = Object.fromEntries(
    Object.entries(inputs).map(([key, { shape, dtype }]) => [key, { shape, dtype }]),
  );
  const reference = await eager.compile(name, fn, signature);
  const compiled = await onnx.compile(name, fn, signature);
  const result = largestDifference(await compiled.run(inputs), await reference.run(inputs));
  await compiled.dispose();
  return result;
}

/** Value of `op` and the gradients of Σ op·w with respect to every input, w being fixed waves. */
export function withGradients(op: (...inputs: tf.Tensor[]) => tf.Tensor): TracedFunction {
  return (inputs) => {
    const tensors = Object.values(inputs);
    const value = op(...tensors);
    const weights = tf.tensor(waves(value.shape, 7).data, value.shape);
    const gradients = tf.grads((...args: tf.Tensor[]) => tf.sum(tf.mul(op(...args), weights)))(tensors);
    return { value, ...Object.fromEntries(gradients.map((gradient, index) => [`gradient${index}`, gradient])) };
  };
}
