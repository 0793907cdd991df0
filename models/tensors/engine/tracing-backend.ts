/**
 * @file A TensorFlow.js backend that computes nothing: its kernels record what they would do into a `Graph`.
 * Same idea as `jax.jit`: the function runs once per signature, the graph from then on.
 */
import * as tf from '@tensorflow/tfjs';
import { elementCountOf, type Graph, type GraphTensor } from './graph.js';
import type { OnnxType } from './onnx-proto.js';

/** tfjs splits "backend_kernel" keys at underscores, so the name has none. */
export const TRACING_BACKEND = 'onnxtrace';

type Values = Float32Array | Int32Array | Uint8Array;
/** What a data id stands for: values known now, or a tensor of the graph. A uniform constant keeps one value. */
type Entry =
  | { readonly kind: 'constant'; readonly values: Values; readonly isUniform: boolean }
  | { readonly kind: 'symbol'; readonly tensor: GraphTensor };

export const onnxTypeOf = (dtype: string): OnnxType => {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new UnsupportedOpError(`element type ${dtype}`, []);
};

/** An operator, or a use of one, that the tracing backend cannot record. */
export class UnsupportedOpError extends Error {
  override readonly name = 'UnsupportedOpError';
  constructor(op: string, shapes: readonly (readonly number[])[]) {
    super(`The tracing engine does not support ${op}(${shapes.map((shape) => `[${shape}]`).join(', ')})`);
  }
}

export class TracingBackend extends tf.KernelBackend {
  readonly #entries = new Map<object, Entry>();
  #graph: Graph | undefined;

  /** Records `run` into `graph`. Traces do not nest. */
  record<T>(graph: Graph, run: () => T): T {
    if (this.#graph) throw new Error('A trace is already under way');
    this.#graph = graph;
    try {
      return run();
    } finally {
      this.#graph = undefined;
      this.#entries.clear();
    }
  }

  get graph(): Graph {
    if (!this.#graph) throw new Error('An operator ran on the tracing backend outside a trace');
    return this.#graph;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.#storeConstant(dataId, values, shape, dtype);
    return dataId;
  }

  override move(dataId: object, values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.#storeConstant(dataId, values, shape, dtype);
  }

  #storeConstant(dataId: object, values: tf.backend_util.BackendValues, shape: readonly number[], dtype: string): void {
    const typed = toTyped(values as unknown as ArrayLike<number>, dtype);
    const isUniform = elementCountOf(shape) > 1 && typed.every((value) => value === typed[0]);
    this.#entries.set(dataId, { kind: 'constant', values: isUniform ? typed.slice(0, 1) : typed, isUniform });
  }

  /** A tensor info for a graph tensor, as kernels return it. */
  wrap(tensor: GraphTensor, dtype: tf.DataType = tensor.type as tf.DataType): tf.TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { kind: 'symbol', tensor });
    return { dataId, shape: [...tensor.shape], dtype };
  }

  uniform(value: number, shape: readonly number[], dtype: tf.DataType): tf.TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, {
      kind: 'constant',
      values: toTyped([value], dtype),
      isUniform: elementCountOf(shape) > 1,
    });
    return { dataId, shape: [...shape], dtype };
  }

  #entry(info: tf.TensorInfo): Entry {
    const entry = this.#entries.get(info.dataId);
    if (!entry) throw new Error('A tensor from outside the traced function was used inside it');
    return entry;
  }

  /** The graph tensor of an input; constants become initializers, uniform ones an Expand of one value. */
  tensor(info: tf.TensorInfo): GraphTensor {
    const entry = this.#entry(info);
    if (entry.kind === 'symbol') return entry.tensor;
    const type = onnxTypeOf(info.dtype);
    if (!entry.isUniform) return this.graph.constant(bytesOf(entry.values), info.shape, type);
    const one = this.graph.constant(bytesOf(entry.values), [1], type);
    return this.graph.emit('Expand', [one, this.graph.integers(info.shape)], { shape: info.shape, type });
  }

  /** The one value of a uniform constant or a scalar constant; undefined for anything else. */
  uniformValue(info: tf.TensorInfo): number | undefined {
    const entry = this.#entry(info);
    return entry.kind === 'constant' && entry.values.length === 1 ? entry.values[0] : undefined;
  }

  constantValues(info: tf.TensorInfo): Values | undefined {
    const entry = this.#entry(info);
    if (entry.kind !== 'constant') return undefined;
    return entry.isUniform ? expand(entry.values, info.shape) : entry.values;
  }

  /** The same data under another shape: constants stay constants. */
  reshaped(info: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
    const entry = this.#entry(info);
    if (entry.kind === 'symbol') return this.wrap(this.graph.reshape(entry.tensor, shape), info.dtype);
    const dataId = {};
    this.#entries.set(dataId, entry);
    return { dataId, shape: [...shape], dtype: info.dtype };
  }

  override readSync(): never {
    throw new Error('A traced function tried to read the value of a tensor; only shapes are known while tracing');
  }
  override read(): never {
    return this.readSync();
  }
  override numDataIds(): number {
    return this.#entries.size;
  }
  override disposeData(): boolean {
    return true;
  }
  override incRef(): void {}
  decRef(): void {}
  override refCount(): number {
    return 1;
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7; // what tfjs uses for 32-bit backends
  }
  override timerAvailable(): boolean {
    return false;
  }
  override dispose(): void {}
}

function expand(values: Values, shape: readonly number[]): Values {
  return new (values.constructor as Float32ArrayConstructor)(elementCountOf(shape)).fill(values[0]!);
}

function toTyped(values: ArrayLike<number>, dtype: string): Values {
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values);
  if (dtype === 'bool') return values instanceof Uint8Array ? values : Uint8Array.from(values);
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  throw new UnsupportedOpError(`element type ${dtype}`, []);
}

const bytesOf = (values: Values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
