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
