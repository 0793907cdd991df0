/** @file Kernels that only some backends have: the tracing backend turns a whole normalisation into one graph pattern. */
import * as tf from '@tensorflow/tfjs';

/** Runs the kernel `name` where the active backend registered one, and `compose()` elsewhere. Callers supply the gradient. */
export function runKernelOr<T extends tf.Tensor | tf.Tensor[]>(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: Record<string, number>,
  compose: () => T,
): T {
  if (!tf.getKernel(name, tf.getBackend())) return compose();
  return tf.engine().runKernel(name, inputs, attributes) as T;
}

/**
 * The tensor `x`; in a graph, what is computed from it is computed no sooner than `others`. What the backward pass rebuilds would
 * otherwise be what the forward pass had, kept until then. Has no gradient.
 */
export function computedAfter(x: tf.Tensor, others: readonly tf.Tensor[]): tf.Tensor {
  const inputs = Object.fromEntries(others.map((other, index) => [`other${index}`, other]));
  return runKernelOr('After', { x, ...inputs }, {}, () => x);
}
