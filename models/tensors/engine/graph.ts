/**
 * @file The graph that a trace records. A transposition stays a *view* until an operator needs the elements in order, so
 * that the NHWC convention of TensorFlow.js costs nothing between NCHW convolutions.
 */
import {
  type Attribute,
  encodeOnnxModel,
  type OnnxInitializer,
  type OnnxNode,
  type OnnxType,
  type OnnxValue,
} from './onnx-proto.js';

/** A tensor of the graph. With `view` it stands for transpose(view.source, view.permutation) and has no name yet. */
export interface GraphTensor {
  readonly shape: readonly number[];
  readonly type: OnnxType;
  readonly view?: { readonly source: GraphTensor; readonly permutation: readonly number[] };
  readonly name: string;
}

export const elementCountOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
const isIdentity = (permutation: readonly number[]) => permutation.every((axis, index) => axis === index);
export const inversePermutation = (permutation: readonly number[]): number[] =>
  permutation.map((_, axis) => permutation.indexOf(axis));

export class Graph {
  readonly #name: string;
  readonly #nodes: OnnxNode[] = [];
  readonly #inputs: OnnxValue[] = [];
  readonly #initializers = new Map<string, OnnxInitializer>();
  readonly #memo = new Map<string, GraphTensor>();
  #counter = 0;

  constructor(name: string) {
    this.#name = name;
  }

  #newName(): string {
    return `t${this.#counter++}`;
  }

  input(name: string, shape: readonly number[], type: OnnxType): GraphTensor {
    const value = { name: `in.${name}`, shape, type };
    this.#inputs.push(value);
    return value;
  }

  /** A constant inside the model; equal small constants are stored once. */
  constant(bytes: Uint8Array, shape: readonly number[], type: OnnxType): GraphTensor {
    const key = bytes.length <= 64 ? `constant ${type} [${shape}] ${Buffer.from(bytes).toString('hex')}` : undefined;
    const known = key && this.#memo.get(key);
    if (known) return known;
    const tensor = { name: this.#newName(), shape, type };
    this.#initializers.set(tensor.name, { ...tensor, bytes });
    if (key) this.#memo.set(key, tensor);
    return tensor;
  }

  scalar(value: number, rank = 0): GraphTensor {
    return this.constant(new Uint8Array(new Float32Array([value]).buffer), Array(rank).fill(1), 'float32');
  }

  integers(values: readonly number[]): GraphTensor {
    return this.constant(new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer), [values.length], 'int64');
  }

  /** What the weights that stay in files take up in memory, where the runtime keeps all of them as float32. */
  get externalBytes(): number {
    return [...this.#initializers.values()].reduce(
      (sum, entry) => sum + ('file' in entry ? 4 * entry.shape.reduce((product, size) => product * size, 1) : 0),
      0,
    );
  }

  /** A weight whose bytes stay in `file`. */
  external(
    name: string,
    shape: readonly number[],
    type: OnnxType,
    at: { file: string; byteOffset: number; byteLength: number },
  ): GraphTensor {
    const tensor = { name: `weight.${name}`, shape, type };
    this.#initializers.set(tensor.name, { ...tensor, ...at });
    return tensor;
  }

  /** Appends an operator with one output. Inputs are materialised; '' leaves an optional input out. */
  emit(
    opType: string,
    inputs: readonly (GraphTensor | '')[],
    output: { shape: readonly number[]; type?: OnnxType },
    attributes: Record<string, Attribute> = {},
    domain = '',
  ): GraphTensor {
    return this.emitMany(opType, inputs, [output], attributes, domain)[0]!;
  }

  emitMany(
    opType: string,
    inputs: readonly (GraphTensor | '')[],
    outputs: readonly { shape: readonly number[]; type?: OnnxType }[],
    attributes: Record<string, Attribute> = {},
    domain = '',
  ): GraphTensor[] {
    const names = inputs.map((input) => (input === '' ? '' : this.inOrder(input).name));
    const defaultType = inputs.find((input) => input !== '')?.type ?? 'float32';
    const tensors = outputs.map(({ shape, type = defaultType }) => ({ name: this.#newName(), shape, type }));
    this.#nodes.push({ opType, domain, inputs: names, outputs: tensors.map(({ name }) => name), attributes });
    return tensors;
  }

  /** transpose(tensor, permutation) as a view: nothing is emitted, and opposite transpositions cancel. */
  transposed(tensor: GraphTensor, permutation: readonly number[]): GraphTensor {
    if (isIdentity(permutation)) return tensor;
    const source = tensor.view?.source ?? tensor;
    const composed = tensor.view ? permutation.map((axis) => tensor.view!.permutation[axis]!) : [...permutation];
    if (isIdentity(composed)) return source;
    const shape = composed.map((axis) => source.shape[axis]!);
    return { shape, type: tensor.type, view: { source, permutation: composed }, name: '' };
  }

  /** The tensor with its elements laid out in the order of its shape, by a Transpose where it was a view. */
  inOrder(tensor: GraphTensor): GraphTensor {
    if (!tensor.view) return tensor;
    const { source, permutation } = tensor.view;
    const moved = permutation.filter((axis) => source.shape[axis] !== 1);
    const keepsOrder = moved.every((axis, index) => index === 0 || axis > moved[index - 1]!);
    if (keepsOrder) return this.reshape(source, tensor.shape);
    return this.#once(`transpose ${source.name} [${permutation}]`, () =>
      this.emit('Transpose', [source], { shape: tensor.shape }, { perm: permutation }),
    );
  }

  reshape(tensor: GraphTensor, shape: readonly number[]): GraphTensor {
    const ordered = this.inOrder(tensor);
    if (ordered.shape.length === shape.length && ordered.shape.every((size, axis) => size === shape[axis]))
      return ordered;
    return this.#once(`reshape ${ordered.name} [${shape}]`, () =>
      this.emit('Reshape', [ordered, this.integers(shape)], { shape, type: ordered.type }, { allowzero: 1 }),
    );
  }

  /**
   * The tensor, but computed from no sooner than all `others` are there: an empty piece of each one's shape is joined to its own,
   * which costs nothing. Without it the runtime may compute anything as soon as its inputs are there, and keep it until it is needed.
   */
  after(tensor: GraphTensor, others: readonly GraphTensor[]): GraphTensor {
    const ordered = this.inOrder(tensor);
    if (others.length === 0) return tensor;
    const nothing = others.map((other) =>
      this.emit('Shape', [other.view?.source ?? other], { shape: [0], type: 'int64' }, { start: 0, end: 0 }),
    );
    const shape = this.emit(
      'Concat',
      [this.integers(ordered.shape), ...nothing],
      { shape: [ordered.shape.length] },
      { axis: 0 },
    );
    return this.emit('Reshape', [ordered, shape], { shape: ordered.shape, type: ordered.type }, { allowzero: 1 });
  }

  #once(key: string, make: () => GraphTensor): GraphTensor {
    const known = this.#memo.get(key);
    if (known) return known;
    const made = make();
    this.#memo.set(key, made);
    return made;
  }

  /**
   * Writes what the outputs depend on.
   * @returns the model's bytes, its inputs (all that were declared stay inputs) and sizes for the log
   */
  finish(outputs: Readonly<Record<string, GraphTensor>>): {
    model: Uint8Array;
    nodeCount: number;
    constantBytes: number;
  } {
    const results = Object.entries(outputs).map(([name, tensor]) => {
      const ordered = this.inOrder(tensor);
      const value = { name: `out.${name}`, shape: ordered.shape, type: ordered.type };
      this.#nodes.push({
        opType: 'Identity',
        domain: '',
        inputs: [ordered.name],
        outputs: [value.name],
        attributes: {},
      });
      return value;
    });
    const needed = new Set(results.map(({ name }) => name));
    const nodes: OnnxNode[] = [];
    for (const node of [...this.#nodes].reverse()) {
      if (!node.outputs.some((name) => needed.has(name))) continue;
      nodes.push(node);
      for (const input of node.inputs) needed.add(input);
    }
    const initializers = [...this.#initializers.values()].filter(({ name }) => needed.has(name));
    const constantBytes = initializers.reduce((sum, entry) => sum + ('bytes' in entry ? entry.bytes.length : 0), 0);
    const model = encodeOnnxModel({
      name: this.#name,
      nodes: nodes.reverse(),
      initializers,
      inputs: this.#inputs,
      outputs: results,
    });
    return { model, nodeCount: nodes.length, constantBytes };
  }
}
