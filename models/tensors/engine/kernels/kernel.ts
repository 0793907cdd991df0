/** @file How a tracing kernel is written: tensors in, one recorded tensor out. */
import * as tf from '@tensorflow/tfjs';
import type { Graph } from '../graph.js';
import { TRACING_BACKEND, type TracingBackend } from '../tracing-backend.js';

export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  // biome-ignore lint/suspicious/noExplicitAny: tfjs leaves the attributes of a kernel untyped
  readonly attributes: Readonly<Record<string, any>>;
  readonly backend: TracingBackend;
  readonly graph: Graph;
}

export type TracingKernel = (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[];

export function registerTracingKernels(kernels: Readonly<Record<string, TracingKernel>>): void {
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    tf.registerKernel({
      kernelName,
      backendName: TRACING_BACKEND,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const tracing = backend as TracingBackend;
        const call = {
          inputs: inputs as Record<string, tf.TensorInfo>,
          attributes: attrs ?? {},
          backend: tracing,
          graph: tracing.graph,
        };
        const result = kernel(call);
        return Array.isArray(result) ? result.map(withoutIdentity) : withoutIdentity(result);
      },
    });
  }
}

/** A kernel that returns its input would make the tape see one tensor as its own result; the data alone is returned. */
const withoutIdentity = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => ({ dataId, shape, dtype });
