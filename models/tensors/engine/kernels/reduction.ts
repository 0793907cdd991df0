/** @file Operators that reduce axes, and softmax. */
import * as tf from '@tensorflow/tfjs';
import type { Graph, GraphTensor } from '../graph.js';
import { castTensor } from './elementwise.js';
import type { KernelCall, TracingKernel } from './kernel.js';

/** Reduces below a view, so that a transposed tensor is not copied first. */
function reduceTensor(
  graph: Graph,
  opType: string,
  tensor: GraphTensor,
  axes: readonly number[],
  keepDims: boolean,
): GraphTensor {
  const source = tensor.view?.source ?? tensor;
  const permutation = tensor.view?.permutation ?? source.shape.map((_, axis) => axis);
  const sourceAxes = axes.map((axis) => permutation[axis]!).sort((a, b) => a - b);
  const shape = keepDims
    ? source.shape.map((size, axis) => (sourceAxes.includes(axis) ? 1 : size))
    : source.shape.filter((_, axis) => !sourceAxes.includes(axis));
  const reduced = reduceInOrder(graph, opType, source, sourceAxes, shape, keepDims);
  if (keepDims) return graph.transposed(reduced, permutation);
  const kept = permutation.filter((axis) => !sourceAxes.includes(axis));
  const ranks = [...kept].sort((a, b) => a - b);
  return graph.transposed(
    reduced,
    kept.map((axis) => ranks.indexOf(axis)),
  );
}

/** The contiguous last axes first, then the others: the runtime has no fast way for both at once. */
function reduceInOrder(
  graph: Graph,
  opType: string,
  source: GraphTensor,
  axes: readonly number[],
  shape: readonly number[],
  keepDims: boolean,
): GraphTensor {
  const emit = (input: GraphTensor, some: readonly number[], result: readonly number[], keep: boolean) =>
    graph.emit(opType, [input, graph.integers(some)], { shape: result, type: source.type }, { keepdims: keep ? 1 : 0 });
  const rank = source.shape.length;
  const last = axes.filter((axis, index) => axis === rank - axes.length + index);
  if (last.length === 0 || last.length === axes.length) return emit(source, axes, shape, keepDims);
  const inner = emit(
    source,
    last,
    source.shape.map((size, axis) => (last.includes(axis) ? 1 : size)),
    true,
  );
  return emit(inner, axes, shape, keepDims);
}

function reduction(opType: string, resultOf?: (call: KernelCall) => tf.DataType): TracingKernel {
  return (call) => {
    const { inputs, attributes, backend, graph } = call;
    const info = inputs.x!;
    const axes = tf.util.parseAxisParam(attributes.axis ?? attributes.reductionIndices, info.shape);
    const dtype = resultOf?.(call) ?? info.dtype;
    const tensor = backend.tensor(info);
    const typed = info.dtype === 'bool' ? castTensor(graph, graph.inOrder(tensor), 'int32') : tensor;
    if (axes.length === 0) return backend.wrap(typed, dtype);
    return backend.wrap(reduceTensor(graph, opType, typed, axes, Boolean(attributes.keepDims)), dtype);
  };
}

const softmax: TracingKernel = ({ inputs, backend, graph }) => {
  const logits = graph.inOrder(backend.tensor(inputs.logits!));
  return backend.wrap(graph.emit('Softmax', [logits], { shape: logits.shape }, { axis: -1 }));
};

export const reductionKernels: Record<string, TracingKernel> = {
  Sum: reduction('ReduceSum', ({ inputs }) => (inputs.x!.dtype === 'bool' ? 'int32' : inputs.x!.dtype)),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Softmax: softmax,
};
