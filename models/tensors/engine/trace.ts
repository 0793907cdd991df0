/** @file Runs a function once on the tracing backend and returns the ONNX model of what it did. */
import { parse, relative, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { findWeight, type WeightFiles } from '../files/weight-files.js';
import { type ParameterSource, Parameters } from '../parameters.js';
import type { Signature, TracedFunction } from './engine.js';
import { Graph, type GraphTensor } from './graph.js';
import { castTensor, elementwiseKernels } from './kernels/elementwise.js';
import { registerTracingKernels } from './kernels/kernel.js';
import { linearAlgebraKernels } from './kernels/linear-algebra.js';
import { normalizationKernels } from './kernels/normalization.js';
import { reductionKernels } from './kernels/reduction.js';
import { shapeKernels } from './kernels/shape.js';
import type { OnnxType } from './onnx-proto.js';
import { TRACING_BACKEND, TracingBackend, UnsupportedOpError } from './tracing-backend.js';

export interface Trace {
  /** Bytes of the ONNX ModelProto. */
  readonly model: Uint8Array;
  /** The model names its weight files relative to this folder. */
  readonly weightFolder: string;
  readonly weightBytes: number;
  readonly nodeCount: number;
  readonly constantBytes: number;
}

/** The runtime refuses paths that leave this folder, and weights may lie anywhere. */
const WEIGHT_FOLDER = parse(process.cwd()).root;

const STORED_TYPES: Readonly<Record<string, OnnxType>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

let backend: TracingBackend | undefined;

function tracingBackend(): TracingBackend {
  if (backend) return backend;
  backend = new TracingBackend();
  const instance = backend;
  tf.registerBackend(TRACING_BACKEND, () => instance);
  for (const kernels of [
    elementwiseKernels,
    shapeKernels,
    reductionKernels,
    linearAlgebraKernels,
    normalizationKernels,
  ]) {
    registerTracingKernels(kernels);
  }
  refuseOtherKernels();
  return backend;
}

/** Every kernel that TensorFlow.js has and tracing lacks says so with its shapes. */
function refuseOtherKernels(): void {
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (tf.getKernel(kernelName, TRACING_BACKEND)) continue;
    tf.registerKernel({
      kernelName,
      backendName: TRACING_BACKEND,
      kernelFunc: ({ inputs }) => {
        const given = Object.values(inputs).flat() as tf.TensorInfo[];
        throw new UnsupportedOpError(
          kernelName,
          given.filter((input) => input !== undefined && input !== null).map(({ shape }) => shape),
        );
      },
    });
  }
}

/** @throws UnsupportedOpError wrapped with the name of the function */
export function trace(name: string, fn: TracedFunction, signature: Signature, weights?: WeightFiles): Trace {
  const tracing = tracingBackend();
  const graph = new Graph(name);
  const previousBackend = tf.getBackend() || 'cpu';
  tf.setBackend(TRACING_BACKEND);
  try {
    return tracing.record(graph, () => {
      let outputs: Record<string, GraphTensor> = {};
      tf.tidy(() => {
        const inputs = Object.entries(signature).map(([key, spec]) => {
          const tensor = graph.input(key, spec.shape, spec.dtype);
          return [key, toTensor(tracing.wrap(tensor, spec.dtype))] as const;
        });
        const parameters = new Parameters(externalParameters(tracing, graph, weights));
        const results = fn(Object.fromEntries(inputs), parameters);
        outputs = Object.fromEntries(Object.entries(results).map(([key, value]) => [key, tracing.tensor(value)]));
      });
      return { ...graph.finish(outputs), weightFolder: WEIGHT_FOLDER, weightBytes: graph.externalBytes };
    });
  } catch (error) {
    throw explain(name, error);
  } finally {
    tf.setBackend(previousBackend);
  }
}

const toTensor = (info: tf.TensorInfo): tf.Tensor => tf.engine().makeTensorFromTensorInfo(info);

/** Parameters as initializers that point into the checkpoint's own files. */
function externalParameters(tracing: TracingBackend, graph: Graph, weights?: WeightFiles): ParameterSource {
  const known = new Map<string, tf.Tensor>();
  return {
    get(name, shape) {
      const seen = known.get(name);
      if (seen) return seen;
      if (!weights) throw new Error(`The function asks for the parameter ${name}, but no weights were given`);
      const { file, entry } = findWeight(weights, name, shape);
      const at = {
        file: relative(WEIGHT_FOLDER, resolve(file.path)),
        byteOffset: entry.byteOffset,
        byteLength: entry.byteLength,
      };
      const stored = graph.external(name, shape, STORED_TYPES[entry.dtype]!, at);
      const tensor = toTensor(tracing.wrap(castTensor(graph, stored, 'float32'), 'float32'));
      known.set(name, tensor);
      return tensor;
    },
  };
}

function explain(name: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`Cannot compile ${name}: ${reason}`, { cause: error });
}
