/** @file Matrix products, convolutions with both of their gradients, pooling and resizing. */
import * as tf from '@tensorflow/tfjs';
import { elementCountOf, type Graph, type GraphTensor } from '../graph.js';
import { CONTRIB_DOMAIN } from '../onnx-proto.js';
import { UnsupportedOpError } from '../tracing-backend.js';
import { mapThroughView } from './elementwise.js';
import type { KernelCall, TracingKernel } from './kernel.js';

const NHWC_TO_NCHW = [0, 3, 1, 2];
const NCHW_TO_NHWC = [0, 2, 3, 1];
const HWIO_TO_OIHW = [3, 2, 0, 1];

const swapLastTwo = (rank: number) => [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2];

const batchMatMul: TracingKernel = ({ inputs, attributes, backend, graph }) => {
  const { a, b } = inputs;
  const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean };
  const rank = Math.max(a!.shape.length, b!.shape.length);
  const rows = a!.shape.at(transposeA ? -1 : -2)!;
  const columns = b!.shape.at(transposeB ? -2 : -1)!;
  const left = backend.tensor(a!);
  const right = backend.tensor(b!);
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
  if (batch.every((size) => size === 1)) {
    const product = gemm(graph, flatten(graph, left), flatten(graph, right), transposeA, transposeB);
    return backend.wrap(graph.reshape(product, [...Array(rank - 2).fill(1), rows, columns]));
  }
  const ordered = (tensor: GraphTensor, isTransposed: boolean) =>
    isTransposed ? graph.transposed(tensor, swapLastTwo(tensor.shape.length)) : tensor;
  const shape = [...batch, rows, columns];
  return backend.wrap(graph.emit('MatMul', [ordered(left, transposeA), ordered(right, transposeB)], { shape }));
};

/** A batch of one matrix as a plain matrix, still a view where it was one. */
function flatten(graph: Graph, tensor: GraphTensor): GraphTensor {
  if (tensor.shape.length === 2) return tensor;
  return graph.reshape(tensor, tensor.shape.slice(-2));
}

/** Transposed operands stay as stored: Gemm reads them either way. */
export function gemm(
  graph: Graph,
  a: GraphTensor,
  b: GraphTensor,
  transposeA: boolean,
  transposeB: boolean,
): GraphTensor {
  const [left, transA] = a.view ? [a.view.source, !transposeA] : [a, transposeA];
  const [right, transB] = b.view ? [b.view.source, !transposeB] : [b, transposeB];
  const shape = [left.shape[transA ? 1 : 0]!, right.shape[transB ? 0 : 1]!];
  return graph.emit('Gemm', [left, right], { shape }, { transA: transA ? 1 : 0, transB: transB ? 1 : 0 });
}

interface ConvolutionGeometry {
  readonly strides: [number, number];
  /** [top, left, bottom, right], the order of ONNX. */
  readonly pads: [number, number, number, number];
  readonly kernel: [number, number];
}

function geometryOf(
  attributes: KernelCall['attributes'],
  input: readonly number[],
  filter: readonly number[],
): ConvolutionGeometry {
  if ((attributes.dataFormat ?? 'NHWC') !== 'NHWC')
    throw new UnsupportedOpError('convolution in NCHW', [input, filter]);
  const { padInfo, strideHeight, strideWidth, dilationHeight, dilationWidth } = tf.backend_util.computeConv2DInfo(
    input as [number, number, number, number],
    filter as [number, number, number, number],
    attributes.strides,
    attributes.dilations ?? 1,
    attributes.pad,
    attributes.dimRoundingMode,
  );
  if (dilationHeight !== 1 || dilationWidth !== 1) throw new UnsupportedOpError('dilated convolution', [input, filter]);
  return {
    strides: [strideHeight, strideWidth],
    pads: [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right],
    kernel: [filter[0]!, filter[1]!],
  };
}

const outputSize = (size: number, kernel: number, before: number, after: number, stride: number) =>
  Math.floor((size + before + after - kernel) / stride) + 1;

const convolution: TracingKernel = (call) => {
  const { inputs, backend, graph } = call;
  return convolve(call, graph.transposed(backend.tensor(inputs.filter!), HWIO_TO_OIHW), 1);
};

/** A filter of [H, W, in, m] gives each input channel m output channels of its own: as many groups as there are inputs. */
const depthwiseConvolution: TracingKernel = (call) => {
  const { inputs, backend, graph } = call;
  const [height, width, channels, multiplier] = inputs.filter!.shape as [number, number, number, number];
  const perChannel = graph.reshape(backend.tensor(inputs.filter!), [height, width, 1, channels * multiplier]);
  return convolve(call, graph.transposed(perChannel, HWIO_TO_OIHW), channels);
};

const fusedConvolution: TracingKernel = (call) => {
  if (!call.inputs.bias) return activated(call, convolution(call));
  const channels = call.inputs.bias.shape.at(-1)!;
  const bias = call.graph.reshape(call.backend.tensor(call.inputs.bias), [channels]);
  const oihw = call.graph.transposed(call.backend.tensor(call.inputs.filter!), HWIO_TO_OIHW);
  return activated(call, convolve(call, oihw, 1, bias));
};

const fusedMatMul: TracingKernel = (call) => {
  const { inputs, backend, graph } = call;
  const product = batchMatMul(call) as tf.TensorInfo;
  if (!inputs.bias) return activated(call, product);
  const sum = graph.emit('Add', [backend.tensor(product), backend.tensor(inputs.bias)], { shape: product.shape });
  return activated(call, backend.wrap(sum));
};

/** The activation that TensorFlow.js has joined with an operator. */
function activated({ attributes, backend, graph }: KernelCall, info: tf.TensorInfo | tf.TensorInfo[]): tf.TensorInfo {
  const activation = (attributes.activation ?? 'linear') as string;
  const value = info as tf.TensorInfo;
  if (activation === 'linear') return value;
  if (activation !== 'relu') throw new UnsupportedOpError(`activation ${activation}`, [value.shape]);
  return backend.wrap(mapThroughView(graph, backend.tensor(value), (x) => graph.emit('Relu', [x], { shape: x.shape })));
}

/** @param oihw the filter, with the input channels of one group @param bias [out] */
function convolve(
  { inputs, attributes, backend, graph }: KernelCall,
  oihw: GraphTensor,
  groups: number,
  bias?: GraphTensor,
): tf.TensorInfo {
  const { x, filter } = inputs;
  const { strides, pads, kernel } = geometryOf(attributes, x!.shape, filter!.shape);
  const [batch, height, width] = x!.shape as [number, number, number, number];
  const shape = [
    batch,
    oihw.shape[0]!,
    outputSize(height, kernel[0], pads[0], pads[2], strides[0]),
    outputSize(width, kernel[1], pads[1], pads[3], strides[1]),
  ];
  const y = graph.emit(
    'Conv',
    [graph.transposed(backend.tensor(x!), NHWC_TO_NCHW), oihw, ...(bias ? [bias] : [])],
    { shape },
    { strides, pads, kernel_shape: kernel, group: groups },
  );
  return backend.wrap(graph.transposed(y, NCHW_TO_NHWC));
}

/** The filter turned by 180°, OIHW. */
function mirroredFilter(graph: Graph, oihw: GraphTensor, kernel: readonly [number, number]): GraphTensor {
  if (kernel[0] === 1 && kernel[1] === 1) return oihw;
  const first = -(2 ** 31); // "as far as the first element", ONNX Slice with a negative step
  return graph.emit(
    'Slice',
    [oihw, graph.integers([-1, -1]), graph.integers([first, first]), graph.integers([2, 3]), graph.integers([-1, -1])],
    { shape: oihw.shape },
  );
}

/** Smaller filters of a checkpoint are mirrored once for all steps; the large ones of Stable Diffusion would take up 2 GiB so. */
const MIRRORED_WHEN_NEEDED_FROM = 2 ** 20;

/**
 * At stride 1 the input gradient is the convolution of dy with the mirrored filter, which the runtime does twice as fast
 * as the equivalent ConvTranspose.
 */
const convolutionInputGradient: TracingKernel = ({ inputs, attributes, backend, graph }) => {
  const { dy, filter } = inputs;
  const inputShape = attributes.inputShape as [number, number, number, number];
  const { strides, pads, kernel } = geometryOf(attributes, inputShape, filter!.shape);
  const [batch, height, width, channels] = inputShape;
  const isDense = strides.every((stride) => stride === 1) && pads.every((amount, index) => amount < kernel[index % 2]!);
  if (isDense) {
    const oihw = graph.transposed(backend.tensor(filter!), HWIO_TO_OIHW);
    const isLarge = elementCountOf(oihw.shape) >= MIRRORED_WHEN_NEEDED_FROM;
    const needed = isLarge ? graph.after(oihw, [backend.tensor(dy!)]) : oihw;
    const mirrored = mirroredFilter(graph, needed, kernel);
    const dx = graph.emit(
      'Conv',
      [graph.transposed(backend.tensor(dy!), NHWC_TO_NCHW), graph.transposed(mirrored, [1, 0, 2, 3])],
      { shape: [batch, channels, height, width] },
      { strides, pads: pads.map((amount, index) => kernel[index % 2]! - 1 - amount), kernel_shape: kernel },
    );
    return backend.wrap(graph.transposed(dx, NCHW_TO_NHWC));
  }
  const missing = [height, width].map((size, axis) => {
    const covered = (dy!.shape[1 + axis]! - 1) * strides[axis]! + kernel[axis]! - pads[axis]! - pads[axis + 2]!;
    return size - covered;
  });
  const dx = graph.emit(
    'ConvTranspose',
    [graph.transposed(backend.tensor(dy!), NHWC_TO_NCHW), graph.transposed(backend.tensor(filter!), HWIO_TO_OIHW)],
    { shape: [batch, channels, height, width] },
    { strides, pads, kernel_shape: kernel, output_padding: missing },
  );
  return backend.wrap(graph.transposed(dx, NCHW_TO_NHWC));
};

interface FilterGradient {
  readonly graph: Graph;
  /** NHWC, possibly a view. */
  readonly x: GraphTensor;
  readonly dy: GraphTensor;
  readonly geometry: ConvolutionGeometry;
}

/** The input padded and shifted by each filter tap, in the layout whose spatial axes are `axes`. */
function shiftedInputs(
  { graph, dy, geometry }: FilterGradient,
  input: GraphTensor,
  axes: readonly [number, number],
): GraphTensor[] {
  const { strides, pads, kernel } = geometry;
  const [, outHeight, outWidth] = dy.shape as [number, number, number, number];
  if (kernel.every((size) => size === 1) && strides.every((stride) => stride === 1)) return [input];
  const before = input.shape.map((_, axis) => (axis === axes[0] ? pads[0] : axis === axes[1] ? pads[1] : 0));
  const after = input.shape.map((_, axis) => (axis === axes[0] ? pads[2] : axis === axes[1] ? pads[3] : 0));
  const padded = graph.emit('Pad', [input, graph.integers([...before, ...after]), graph.scalar(0)], {
    shape: input.shape.map((size, axis) => size + before[axis]! + after[axis]!),
  });
  const shape = input.shape.map((size, axis) => (axis === axes[0] ? outHeight : axis === axes[1] ? outWidth : size));
  return Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => {
    const begin = [Math.floor(tap / kernel[1]), tap % kernel[1]] as const;
    const end = [begin[0] + (outHeight - 1) * strides[0] + 1, begin[1] + (outWidth - 1) * strides[1] + 1];
    const bounds = [begin, end, axes, strides].map((values) => graph.integers(values));
    return graph.emit('Slice', [padded, ...bounds], { shape });
  });
}

/** For large pictures: dW = Σ_b dy_b · patches_bᵀ. Everything stays NCHW, so that slices copy whole rows. @returns OHWI */
function filterGradientByPatches(call: FilterGradient): GraphTensor {
  const { graph, x, dy, geometry } = call;
  const [batch, outHeight, outWidth, outChannels] = dy.shape as [number, number, number, number];
  const [height, width] = geometry.kernel;
  const channels = x.shape[3]!;
  const patchShape = [batch, height * width * channels, outHeight * outWidth];
  const taps = shiftedInputs(call, graph.inOrder(graph.transposed(x, NHWC_TO_NCHW)), [2, 3]);
  const patches =
    taps.length === 1
      ? taps[0]!
      : graph.emit('Concat', taps, { shape: [batch, patchShape[1]!, outHeight, outWidth] }, { axis: 1 });
  const gradient = graph.reshape(graph.transposed(dy, NHWC_TO_NCHW), [batch, outChannels, patchShape[2]!]);
  const operands = [gradient, graph.reshape(patches, patchShape)];
  const products = graph.emit(
    'FusedMatMul',
    operands,
    { shape: [batch, outChannels, patchShape[1]!] },
    { transB: 1 },
    CONTRIB_DOMAIN,
  );
  const summed = graph.emit(
    'ReduceSum',
    [products, graph.integers([0])],
    { shape: [outChannels, patchShape[1]!] },
    { keepdims: 0 },
  );
  return graph.reshape(summed, [outChannels, height, width, channels]);
}

/** For small pictures: one matrix product over all pixels of the batch per tap. @returns HWIO */
function filterGradientByTaps(call: FilterGradient): GraphTensor {
  const { graph, x, dy, geometry } = call;
  const [batch, outHeight, outWidth, outChannels] = dy.shape as [number, number, number, number];
  const channels = x.shape[3]!;
  const pixels = batch * outHeight * outWidth;
  const gradient = graph.reshape(dy, [pixels, outChannels]);
  const taps = shiftedInputs(call, graph.inOrder(x), [1, 2]).map((shifted) =>
    gemm(graph, graph.reshape(shifted, [pixels, channels]), gradient, true, false),
  );
  const joined =
    taps.length === 1
      ? taps[0]!
      : graph.emit('Concat', taps, { shape: [taps.length * channels, outChannels] }, { axis: 0 });
  return graph.reshape(joined, [...geometry.kernel, channels, outChannels]);
}

/** From this many pixels on, patches beat taps; measured on 2 cores over the shapes of the toy checkpoint. */
const PATCHES_FROM_PIXELS = 1024;

/**
 * Both ways are several times faster than the equivalent single convolution, whose "kernel" would be all of dy.
 */
const convolutionFilterGradient: TracingKernel = ({ inputs, attributes, backend, graph }) => {
  const { x, dy } = inputs;
  const geometry = geometryOf(attributes, x!.shape, attributes.filterShape);
  const call = { graph, x: backend.tensor(x!), dy: backend.tensor(dy!), geometry };
  const pixels = dy!.shape[1]! * dy!.shape[2]!;
  const hwio =
    pixels >= PATCHES_FROM_PIXELS
      ? graph.transposed(filterGradientByPatches(call), [1, 2, 3, 0])
      : filterGradientByTaps(call);
  return backend.wrap(hwio);
};

const averagePool: TracingKernel = ({ inputs, attributes, backend, graph }) => {
  const { x } = inputs;
  const [size] = [attributes.filterSize].flat() as number[];
  const [stride] = [attributes.strides].flat() as number[];
  const [batch, height, width, channels] = x!.shape as [number, number, number, number];
  if (size !== stride || attributes.pad !== 'valid')
    throw new UnsupportedOpError('AvgPool with overlap or padding', [x!.shape]);
  const shape = [batch, channels, Math.floor(height / stride!), Math.floor(width / stride!)];
  const source = graph.transposed(backend.tensor(x!), NHWC_TO_NCHW);
  const pooled = graph.emit(
    'AveragePool',
    [source],
    { shape },
    { kernel_shape: [size!, size!], strides: [stride!, stride!] },
  );
  return backend.wrap(graph.transposed(pooled, NCHW_TO_NHWC));
};

const resizeNearest: TracingKernel = ({ inputs, attributes, backend, graph }) => {
  const { images } = inputs;
  const [height, width] = attributes.size as [number, number];
  const [batch, fromHeight, fromWidth, channels] = images!.shape as [number, number, number, number];
  const isWhole = height % fromHeight === 0 && width % fromWidth === 0;
  if (!isWhole || attributes.alignCorners || attributes.halfPixelCenters) {
    throw new UnsupportedOpError('ResizeNearestNeighbor by a broken factor or with aligned corners', [images!.shape]);
  }
  const source = graph.transposed(backend.tensor(images!), NHWC_TO_NCHW);
  const sizes = [batch, channels, height, width];
  const resized = graph.emit(
    'Resize',
    [source, '', '', graph.integers(sizes)],
    { shape: sizes },
    {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    },
  );
  return backend.wrap(graph.transposed(resized, NCHW_TO_NHWC));
};

export const linearAlgebraKernels: Record<string, TracingKernel> = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  Conv2D: convolution,
  FusedConv2D: fusedConvolution,
  DepthwiseConv2dNative: depthwiseConvolution,
  Conv2DBackpropInput: convolutionInputGradient,
  Conv2DBackpropFilter: convolutionFilterGradient,
  AvgPool: averagePool,
  ResizeNearestNeighbor: resizeNearest,
};
