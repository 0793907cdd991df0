/** @file Normalisations as whole patterns, laid out for the runtime: reductions over the last, contiguous axis. */
import type * as tf from '@tensorflow/tfjs';
import type { GraphTensor } from '../graph.js';
import { UnsupportedOpError } from '../tracing-backend.js';
import type { KernelCall, TracingKernel } from './kernel.js';

const NHWC_TO_NCHW = [0, 3, 1, 2];
const NCHW_TO_NHWC = [0, 2, 3, 1];

interface Grouped {
  /** [batch, groups, channels per group, pixels] */
  readonly shape: readonly [number, number, number, number];
  /** x − mean in that shape */
  readonly centred: GraphTensor;
  /** 1/σ, [batch, groups, 1, 1] */
  readonly inverseDeviation: GraphTensor;
}

/** The statistics of each group. Forward and backward emit the same operators; the runtime merges them. */
function groupStatistics({ inputs, attributes, backend, graph }: KernelCall): Grouped {
  const [batch, height, width, channels] = inputs.x!.shape as [number, number, number, number];
  const { groups, epsilon } = attributes as { groups: number; epsilon: number };
  const pixels = height * width;
  const x = graph.inOrder(graph.transposed(backend.tensor(inputs.x!), NHWC_TO_NCHW));
  const grouped = graph.reshape(x, [batch, groups, (channels / groups) * pixels]);
  const perGroup = { shape: [batch, groups, 1] };
  const mean = graph.emit('ReduceMean', [grouped, graph.integers([2])], perGroup, { keepdims: 1 });
  const centred = graph.emit('Sub', [grouped, mean], { shape: grouped.shape });
  const squared = graph.emit('Mul', [centred, centred], { shape: grouped.shape });
  const variance = graph.emit('ReduceMean', [squared, graph.integers([2])], perGroup, { keepdims: 1 });
  const deviation = graph.emit('Sqrt', [graph.emit('Add', [variance, graph.scalar(epsilon)], perGroup)], perGroup);
  const inverse = graph.emit('Reciprocal', [deviation], perGroup);
  const shape = [batch, groups, channels / groups, pixels] as const;
  return {
    shape,
    centred: graph.reshape(centred, shape),
    inverseDeviation: graph.reshape(inverse, [batch, groups, 1, 1]),
  };
}

/** A vector over channels as [1, groups, channels per group, 1]. */
const byChannel = ({ backend, graph }: KernelCall, info: tf.TensorInfo, [, groups, perGroup]: Grouped['shape']) =>
  graph.reshape(backend.tensor(info), [1, groups, perGroup, 1]);

function toNHWC({ inputs, backend, graph }: KernelCall, grouped: GraphTensor): tf.TensorInfo {
  const [batch, height, width, channels] = inputs.x!.shape as [number, number, number, number];
  return backend.wrap(graph.transposed(graph.reshape(grouped, [batch, channels, height, width]), NCHW_TO_NHWC));
}

/** y = (x − mean)/σ·γ + β. γ/σ per channel is tiny; folding it first leaves one product and one sum per element. */
const groupNorm: TracingKernel = (call) => {
  const { inputs, graph } = call;
  const { shape, centred, inverseDeviation } = groupStatistics(call);
  const [batch, groups, perGroup] = shape;
  const gamma = byChannel(call, inputs.gamma!, shape);
  const scale = graph.emit('Mul', [inverseDeviation, gamma], { shape: [batch, groups, perGroup, 1] });
  const scaled = graph.emit('Mul', [centred, scale], { shape });
  return toNHWC(call, graph.emit('Add', [scaled, byChannel(call, inputs.beta!, shape)], { shape }));
};

/**
 * Gradients of group norm with n elements a group, c = x − mean, r = 1/σ:
 * dγ = Σ dy·c·r, dβ = Σ dy, dx = dy·γ·r − c·r³·Σ(dy·γ·c)/n − r·Σ(dy·γ)/n.
 * Sums over pixels come first; what is left is small, except for two products and two sums per element.
 */
const groupNormGradient: TracingKernel = (call) => {
  const { inputs, backend, graph } = call;
  const { shape, centred, inverseDeviation } = groupStatistics(call);
  const [batch, groups, perGroup, pixels] = shape;
  const channelShape = [batch, groups, perGroup, 1];
  const groupShape = [batch, groups, 1, 1];
  const dy = graph.reshape(graph.transposed(backend.tensor(inputs.dy!), NHWC_TO_NCHW), shape);
  const gamma = byChannel(call, inputs.gamma!, shape);

  const overPixels = (tensor: GraphTensor) =>
    graph.emit('ReduceSum', [tensor, graph.integers([3])], { shape: channelShape }, { keepdims: 1 });
  const overGroup = (tensor: GraphTensor) =>
    graph.emit('ReduceSum', [tensor, graph.integers([2])], { shape: groupShape }, { keepdims: 1 });
  const overBatch = (tensor: GraphTensor) =>
    graph.reshape(
      graph.emit('ReduceSum', [tensor, graph.integers([0])], { shape: [1, groups, perGroup, 1] }, { keepdims: 1 }),
      [groups * perGroup],
    );
  const product = (a: GraphTensor, b: GraphTensor, resultShape: readonly number[]) =>
    graph.emit('Mul', [a, b], { shape: resultShape });

  const sum = overPixels(dy);
  const moment = overPixels(product(dy, centred, shape));
  const perElement = graph.scalar(-1 / (perGroup * pixels));
  const meanTerm = product(
    product(overGroup(product(sum, gamma, channelShape)), inverseDeviation, groupShape),
    perElement,
    groupShape,
  );
  const cube = product(product(inverseDeviation, inverseDeviation, groupShape), inverseDeviation, groupShape);
  const momentTerm = product(
    product(overGroup(product(moment, gamma, channelShape)), cube, groupShape),
    perElement,
    groupShape,
  );
  const direct = product(dy, product(gamma, inverseDeviation, channelShape), shape);
  const projected = graph.emit('Add', [product(centred, momentTerm, shape), meanTerm], { shape });
  return [
    toNHWC(call, graph.emit('Add', [direct, projected], { shape })),
    backend.wrap(overBatch(product(moment, inverseDeviation, channelShape))),
    backend.wrap(overBatch(sum)),
  ];
};

const layerNorm: TracingKernel = ({ inputs, attributes, backend, graph }) => {
  const x = graph.inOrder(backend.tensor(inputs.x!));
  const operands = [x, backend.tensor(inputs.gamma!), backend.tensor(inputs.beta!)];
  const normalised = graph.emit(
    'LayerNormalization',
    operands,
    { shape: x.shape },
    { axis: -1, epsilon: { float: attributes.epsilon } },
  );
  return backend.wrap(normalised);
};

/** With statistics that were learnt; the runtime puts it into the convolution before it. */
const batchNorm: TracingKernel = ({ inputs, attributes, backend, graph }) => {
  const { x, scale, offset, mean, variance } = inputs;
  if (!scale || !offset) throw new UnsupportedOpError('FusedBatchNorm without scale and offset', [x!.shape]);
  const source = graph.inOrder(graph.transposed(backend.tensor(x!), NHWC_TO_NCHW));
  const normalised = graph.emit(
    'BatchNormalization',
    [source, ...[scale, offset, mean!, variance!].map((info) => backend.tensor(info))],
    { shape: source.shape },
    { epsilon: { float: attributes.varianceEpsilon } },
  );
  return backend.wrap(graph.transposed(normalised, NCHW_TO_NHWC));
};

export const normalizationKernels: Record<string, TracingKernel> = {
  GroupNorm: groupNorm,
  GroupNormGradient: groupNormGradient,
  LayerNorm: layerNorm,
  FusedBatchNorm: batchNorm,
};
