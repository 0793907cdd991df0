/** @file Operators that move elements: reshape, transpose, slice, pad, concat, gather. */
import * as tf from '@tensorflow/tfjs';
import { UnsupportedOpError } from '../tracing-backend.js';
import { castTensor } from './elementwise.js';
import type { TracingKernel } from './kernel.js';

const int64Axis = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

const pad: TracingKernel = ({ inputs, attributes, backend, graph }) => {
  const paddings = attributes.paddings as [number, number][];
  const shape = inputs.x!.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
  const tensor = backend.tensor(inputs.x!);
  const source = tensor.view?.source ?? tensor;
  const permutation = tensor.view?.permutation ?? shape.map((_, axis) => axis);
  const order = source.shape.map((_, axis) => permutation.indexOf(axis));
  const amounts = [...order.map((axis) => paddings[axis]![0]), ...order.map((axis) => paddings[axis]![1])];
  const padded = graph.emit(
    'Pad',
    [source, graph.integers(amounts), graph.scalar(attributes.constantValue ?? 0)],
    { shape: order.map((axis) => shape[axis]!), type: tensor.type },
    { mode: 'constant' },
  );
  return backend.wrap(graph.transposed(padded, permutation), inputs.x!.dtype);
};

/** See `computedAfter`. */
const after: TracingKernel = ({ inputs: { x, ...others }, backend, graph }) =>
  backend.wrap(
    graph.after(
      backend.tensor(x!),
      Object.values(others).map((other) => backend.tensor(other)),
    ),
    x!.dtype,
  );

export const shapeKernels: Record<string, TracingKernel> = {
  After: after,
  Reshape: ({ inputs, attributes, backend }) => {
    const { x } = inputs;
    const shape = tf.util.inferFromImplicitShape(attributes.shape, tf.util.sizeFromShape(x!.shape));
    return backend.reshaped(x!, shape);
  },
  ExpandDims: ({ inputs, attributes, backend }) => {
    const shape = [...inputs.input!.shape];
    shape.splice(attributes.dim < 0 ? shape.length + attributes.dim + 1 : attributes.dim, 0, 1);
    return backend.reshaped(inputs.input!, shape);
  },
  Transpose: ({ inputs, attributes, backend, graph }) =>
    backend.wrap(graph.transposed(backend.tensor(inputs.x!), attributes.perm), inputs.x!.dtype),
  Slice: ({ inputs, attributes, backend, graph }) => {
    const [begin, size] = tf.slice_util.parseSliceParams(inputs.x as tf.Tensor, attributes.begin, attributes.size) as [
      number[],
      number[],
    ];
    const tensor = backend.tensor(inputs.x!);
    if (size.every((length, axis) => length === tensor.shape[axis])) return backend.wrap(tensor, inputs.x!.dtype);
    const axes = size.map((_, axis) => axis).filter((axis) => size[axis] !== tensor.shape[axis]);
    const source = tensor.view?.source ?? tensor;
    const permutation = tensor.view?.permutation ?? size.map((_, axis) => axis);
    const shape = source.shape.map((_, axis) => size[permutation.indexOf(axis)]!);
    const sliced = graph.emit(
      'Slice',
      [
        source,
        graph.integers(axes.map((axis) => begin[axis]!)),
        graph.integers(axes.map((axis) => begin[axis]! + size[axis]!)),
        graph.integers(axes.map((axis) => permutation[axis]!)),
      ],
      { shape },
    );
    return backend.wrap(graph.transposed(sliced, permutation), inputs.x!.dtype);
  },
  Concat: ({ inputs, attributes, backend, graph }) => {
    const infos = (Object.values(inputs) as tf.TensorInfo[]).filter((info) => tf.util.sizeFromShape(info.shape) > 0);
    const tensors = infos.map((info) => backend.tensor(info));
    const rank = infos[0]!.shape.length;
    const axis = int64Axis(attributes.axis, rank);
    const shape = [...infos[0]!.shape];
    shape[axis] = infos.reduce((sum, info) => sum + info.shape[axis]!, 0);
    const permutation = tensors.find((tensor) => tensor.view)?.view?.permutation ?? shape.map((_, index) => index);
    const order = permutation.map((_, index) => permutation.indexOf(index));
    const parts = tensors.map((tensor) => graph.transposed(tensor, order));
    const joined = graph.emit(
      'Concat',
      parts,
      { shape: order.map((index) => shape[index]!) },
      { axis: order.indexOf(axis) },
    );
    return backend.wrap(graph.transposed(joined, permutation), infos[0]!.dtype);
  },
  Pack: ({ inputs, attributes, backend, graph }) => {
    const infos = Object.values(inputs) as tf.TensorInfo[];
    const shape = [...infos[0]!.shape];
    const axis = int64Axis(attributes.axis, shape.length + 1);
    shape.splice(axis, 0, 1);
    const parts = infos.map((info) => graph.reshape(backend.tensor(info), shape));
    shape[axis] = infos.length;
    return backend.wrap(graph.emit('Concat', parts, { shape }, { axis }), infos[0]!.dtype);
  },
  Unpack: ({ inputs, attributes, backend, graph }) => {
    const { value } = inputs;
    const axis = int64Axis(attributes.axis, value!.shape.length);
    const count = value!.shape[axis]!;
    const shape = value!.shape.map((size, index) => (index === axis ? 1 : size));
    const outputs = Array.from({ length: count }, () => ({ shape }));
    const parts = graph.emitMany('Split', [backend.tensor(value!)], outputs, { axis, num_outputs: count });
    const squeezed = shape.filter((_, index) => index !== axis);
    return parts.map((part) => backend.wrap(graph.reshape(part, squeezed), value!.dtype));
  },
  SplitV: ({ inputs, attributes, backend, graph }) => {
    const { x } = inputs;
    const axis = int64Axis(attributes.axis, x!.shape.length);
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attributes.numOrSizeSplits, axis);
    const outputs = sizes.map((size) => ({ shape: x!.shape.map((full, index) => (index === axis ? size : full)) }));
    const parts = graph.emitMany('Split', [backend.tensor(x!), graph.integers(sizes)], outputs, { axis });
    return parts.map((part) => backend.wrap(part, x!.dtype));
  },
  Tile: ({ inputs, attributes, backend, graph }) => {
    const shape = inputs.x!.shape.map((size, axis) => size * attributes.reps[axis]);
    return backend.wrap(
      graph.emit('Tile', [backend.tensor(inputs.x!), graph.integers(attributes.reps)], { shape }),
      inputs.x!.dtype,
    );
  },
  PadV2: pad,
  GatherV2: ({ inputs, attributes, backend, graph }) => {
    const { x, indices } = inputs;
    if (attributes.batchDims) throw new UnsupportedOpError('GatherV2 with batchDims', [x!.shape, indices!.shape]);
    const axis = int64Axis(attributes.axis, x!.shape.length);
    const shape = [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)];
    const ids = backend.tensor(indices!);
    return backend.wrap(graph.emit('Gather', [backend.tensor(x!), ids], { shape }, { axis }), x!.dtype);
  },
  OneHot: ({ inputs, attributes, backend, graph }) => {
    // ONNX Runtime implements OneHot for int64 indices with int64 depth only.
    const indices = castTensor(graph, graph.inOrder(backend.tensor(inputs.indices!)), 'int64');
    const bounds = graph.constant(
      new Uint8Array(new Float32Array([attributes.offValue, attributes.onValue]).buffer),
      [2],
      'float32',
    );
    const shape = [...inputs.indices!.shape, attributes.depth];
    const hot = graph.emit(
      'OneHot',
      [indices, graph.integers([attributes.depth]), bounds],
      { shape, type: 'float32' },
      { axis: -1 },
    );
    const dtype = (attributes.dtype ?? 'float32') as 'float32' | 'int32';
    return backend.wrap(castTensor(graph, hot, dtype), dtype);
  },
  Range: ({ attributes, backend }) => {
    const { start, stop, step, dtype } = attributes as {
      start: number;
      stop: number;
      step: number;
      dtype: tf.DataType;
    };
    const values = Array.from(
      { length: Math.max(0, Math.ceil((stop - start) / step)) },
      (_, index) => start + index * step,
    );
    return { dataId: backend.write(values as never, [values.length], dtype), shape: [values.length], dtype };
  },
  ZerosLike: ({ inputs, backend }) => backend.uniform(0, inputs.x!.shape, inputs.x!.dtype),
  OnesLike: ({ inputs, backend }) => backend.uniform(1, inputs.x!.shape, inputs.x!.dtype),
  Fill: ({ attributes, backend }) => backend.uniform(attributes.value, attributes.shape, attributes.dtype ?? 'float32'),
};
