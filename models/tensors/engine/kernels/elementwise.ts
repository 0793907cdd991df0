/** @file Operators that act element by element, with broadcasting. They look through transposition views. */
import type * as tf from '@tensorflow/tfjs';
import { type Graph, type GraphTensor, inversePermutation } from '../graph.js';
import { CONTRIB_DOMAIN, type OnnxType } from '../onnx-proto.js';
import { onnxTypeOf } from '../tracing-backend.js';
import type { KernelCall, TracingKernel } from './kernel.js';

type Emit = (graph: Graph, inputs: GraphTensor[], output: { shape: readonly number[]; type?: OnnxType }) => GraphTensor;

function unary(emit: Emit): TracingKernel {
  return ({ inputs, backend, graph }) => {
    const tensor = backend.tensor(inputs.x!);
    return backend.wrap(mapThroughView(graph, tensor, (x) => emit(graph, [x], { shape: x.shape })));
  };
}

/** Applies an elementwise function below a view, and puts the view back on top. */
export function mapThroughView(
  graph: Graph,
  tensor: GraphTensor,
  apply: (ordered: GraphTensor) => GraphTensor,
): GraphTensor {
  if (!tensor.view) return apply(tensor);
  return graph.transposed(apply(tensor.view.source), tensor.view.permutation);
}

const operator =
  (opType: string): Emit =>
  (graph, inputs, output) =>
    graph.emit(opType, inputs, output);

export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    return left === 1 ? right : left;
  });
}

/** Brings a tensor to `rank` axes and lays it out like a view with `permutation`. */
function laidOutLike(graph: Graph, tensor: GraphTensor, permutation: readonly number[]): GraphTensor {
  const rank = permutation.length;
  const shape = [...Array(rank - tensor.shape.length).fill(1), ...tensor.shape];
  return graph.inOrder(graph.transposed(lifted(graph, tensor, shape), inversePermutation(permutation)));
}

const lifted = (graph: Graph, tensor: GraphTensor, shape: readonly number[]) =>
  shape.length === tensor.shape.length ? tensor : graph.reshape(tensor, shape);

/** A tensor operand; a uniform constant becomes one broadcast value. */
function operand({ inputs, backend, graph }: KernelCall, name: string): GraphTensor {
  const info = inputs[name]!;
  const value = backend.uniformValue(info);
  if (value === undefined || info.dtype === 'bool') return backend.tensor(info);
  return graph.constant(bytesOfScalar(value, info.dtype), [], onnxTypeOf(info.dtype));
}

function bytesOfScalar(value: number, dtype: string): Uint8Array {
  return new Uint8Array((dtype === 'int32' ? new Int32Array([value]) : new Float32Array([value])).buffer);
}

export function binaryTensors(
  graph: Graph,
  operands: readonly GraphTensor[],
  fullShape: readonly number[],
  emit: (operands: GraphTensor[], shape: readonly number[]) => GraphTensor,
): GraphTensor {
  const rank = fullShape.length;
  const isFull = (tensor: GraphTensor) =>
    tensor.shape.length === rank && tensor.shape.every((size, axis) => size === fullShape[axis]);
  const leader = operands.find((tensor) => tensor.view && isFull(tensor));
  const permutation = leader?.view?.permutation;
  const ordered = permutation
    ? operands.map((tensor) => laidOutLike(graph, tensor, permutation))
    : operands.map((tensor) => graph.inOrder(tensor));
  const shape = permutation ? inversePermutation(permutation).map((axis) => fullShape[axis]!) : fullShape;
  const produced = ordered.map(({ shape: operandShape }) => operandShape).reduce(broadcastShape);
  let result = emit(ordered, produced);
  if (produced.length !== shape.length || produced.some((size, axis) => size !== shape[axis])) {
    result = graph.emit('Expand', [result, graph.integers(shape)], { shape });
  }
  return permutation ? graph.transposed(result, permutation) : result;
}

function binary(emit: Emit, resultType?: 'bool'): TracingKernel {
  return (call) => {
    const { backend, graph, inputs } = call;
    const shape = broadcastShape(inputs.a!.shape, inputs.b!.shape);
    const result = binaryTensors(graph, [operand(call, 'a'), operand(call, 'b')], shape, (operands, produced) =>
      emit(graph, operands, { shape: produced, type: resultType }),
    );
    return backend.wrap(result, resultType ?? inputs.a!.dtype);
  };
}

/** Multiplication by a constant 1 and addition of a constant 0 are left out: gradients of sums and means are full of them. */
function withNeutral(neutral: number, kernel: TracingKernel, sides: readonly ('a' | 'b')[]): TracingKernel {
  return (call) => {
    const { inputs, backend } = call;
    const shape = broadcastShape(inputs.a!.shape, inputs.b!.shape);
    for (const side of sides) {
      const other = inputs[side === 'a' ? 'b' : 'a']!;
      const fits = other.shape.length === shape.length && other.shape.every((size, axis) => size === shape[axis]);
      if (fits && backend.uniformValue(inputs[side]!) === neutral) return other;
    }
    return kernel(call);
  };
}

const cast: TracingKernel = ({ inputs, attributes, backend, graph }) => {
  const target = attributes.dtype as tf.DataType;
  const value = backend.uniformValue(inputs.x!);
  if (value !== undefined) return backend.uniform(value, inputs.x!.shape, target);
  const type = onnxTypeOf(target);
  const source = backend.tensor(inputs.x!);
  if (source.type === type) return backend.wrap(source, target);
  return backend.wrap(
    mapThroughView(graph, source, (x) => castTensor(graph, x, type)),
    target,
  );
};

export function castTensor(graph: Graph, tensor: GraphTensor, type: OnnxType): GraphTensor {
  if (tensor.type === type) return tensor;
  const onnxType = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10, bfloat16: 16 }[type];
  return graph.emit('Cast', [tensor], { shape: tensor.shape, type }, { to: onnxType });
}

const reciprocal = (graph: Graph, x: GraphTensor) => graph.emit('Reciprocal', [x], { shape: x.shape });

export const elementwiseKernels: Record<string, TracingKernel> = {
  Add: withNeutral(0, binary(operator('Add')), ['a', 'b']),
  Sub: withNeutral(0, binary(operator('Sub')), ['b']),
  Multiply: withNeutral(1, binary(operator('Mul')), ['a', 'b']),
  RealDiv: withNeutral(1, binary(operator('Div')), ['b']),
  Maximum: binary(operator('Max')),
  Minimum: binary(operator('Min')),
  Pow: binary(operator('Pow')),
  SquaredDifference: binary((graph, inputs, output) => {
    const difference = graph.emit('Sub', inputs, output);
    return graph.emit('Mul', [difference, difference], output);
  }),
  Greater: binary(operator('Greater'), 'bool'),
  GreaterEqual: binary(operator('GreaterOrEqual'), 'bool'),
  Less: binary(operator('Less'), 'bool'),
  LessEqual: binary(operator('LessOrEqual'), 'bool'),
  Equal: binary(operator('Equal'), 'bool'),
  LogicalAnd: binary(operator('And'), 'bool'),
  Neg: unary(operator('Neg')),
  Abs: unary(operator('Abs')),
  Exp: unary(operator('Exp')),
  Log: unary(operator('Log')),
  Sqrt: unary(operator('Sqrt')),
  Rsqrt: unary((graph, [x], output) => reciprocal(graph, graph.emit('Sqrt', [x!], output))),
  Reciprocal: unary((graph, [x]) => reciprocal(graph, x!)),
  Square: unary((graph, [x], output) => graph.emit('Mul', [x!, x!], output)),
  Sigmoid: unary(operator('Sigmoid')),
  Tanh: unary(operator('Tanh')),
  Relu: unary(operator('Relu')),
  Erf: unary(operator('Erf')),
  Sin: unary(operator('Sin')),
  Cos: unary(operator('Cos')),
  Sign: unary(operator('Sign')),
  Softplus: unary(operator('Softplus')),
  LogicalNot: unary(operator('Not')),
  QuickGelu: (call) =>
    unary((graph, inputs, output) =>
      graph.emit('QuickGelu', inputs, output, { alpha: { float: call.attributes.alpha } }, CONTRIB_DOMAIN),
    )(call),
  Step: (call) =>
    unary((graph, [x]) => {
      const isPositive = graph.emit('Greater', [x!, graph.scalar(0)], { shape: x!.shape, type: 'bool' });
      const values = [graph.scalar(1), graph.scalar(call.attributes.alpha ?? 0)];
      return graph.emit('Where', [isPositive, ...values], { shape: x!.shape, type: 'float32' });
    })(call),
  ClipByValue: ({ inputs, attributes, backend, graph }) =>
    backend.wrap(
      mapThroughView(graph, backend.tensor(inputs.x!), (x) =>
        graph.emit('Clip', [x, graph.scalar(attributes.clipValueMin), graph.scalar(attributes.clipValueMax)], {
          shape: x.shape,
        }),
      ),
    ),
  Select: ({ inputs, backend, graph }) => {
    const tensors = [inputs.condition!, inputs.t!, inputs.e!].map((info) => graph.inOrder(backend.tensor(info)));
    const missing = inputs.t!.shape.length - inputs.condition!.shape.length;
    const condition = graph.reshape(tensors[0]!, [...inputs.condition!.shape, ...Array(missing).fill(1)]);
    const shape = inputs.t!.shape;
    return backend.wrap(
      graph.emit('Where', [condition, tensors[1]!, tensors[2]!], { shape, type: tensors[1]!.type }),
      inputs.t!.dtype,
    );
  },
  AddN: ({ inputs, backend, graph }) => {
    const tensors = Object.values(inputs).map((info) => backend.tensor(info));
    const shape = tensors[0]!.shape;
    return backend.wrap(
      binaryTensors(graph, tensors, shape, (operands, produced) => graph.emit('Sum', operands, { shape: produced })),
    );
  },
  Cast: cast,
  Identity: ({ inputs }) => inputs.x!,
};
