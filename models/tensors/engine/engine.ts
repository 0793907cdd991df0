/** @file What an engine is: it turns a function over TensorFlow.js tensors into one that runs fast, many times. */
import type * as tf from '@tensorflow/tfjs';
import type { WeightFiles } from '../files/weight-files.js';
import type { Parameters } from '../parameters.js';
import type { HostTensor } from './host-tensor.js';

export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

/** The inputs of a compiled function, by name. */
export type Signature = Readonly<Record<string, TensorSpec>>;

/**
 * A function of tensors, run once to be traced or every time by an eager engine. It must not read values, and its
 * control flow may depend on shapes only.
 */
export type TracedFunction = (
  inputs: Readonly<Record<string, tf.Tensor>>,
  parameters: Parameters,
) => Record<string, tf.Tensor>;

export type HostTensors = Readonly<Record<string, HostTensor>>;

export interface CompiledFunction {
  readonly name: string;
  /** Runs with inputs that fit the signature. The outputs belong to the caller. */
  run(inputs: HostTensors): Promise<Record<string, HostTensor>>;
  dispose(): Promise<void>;
}

export interface CompileOptions {
  /** Takes longer in less memory, where weights are large. */
  readonly savesMemory?: boolean;
  /** Large copies of weights in other sessions are closed before each run: for what runs many times before they are needed again. */
  readonly closesCopies?: boolean;
}

export interface Engine {
  /** For people and logs, e.g. `onnx (cpu)`. */
  readonly name: string;
  /**
   * @param name of the function, unique with its signature: it keys the session and appears in errors
   * @param weights the checkpoint that `parameters` reads; without it `parameters` is empty
   */
  compile(
    name: string,
    fn: TracedFunction,
    signature: Signature,
    weights?: WeightFiles,
    options?: CompileOptions,
  ): Promise<CompiledFunction>;
  dispose(): Promise<void>;
}

/** Sizes and times of a session, for the debug log. */
export interface SessionReport {
  readonly name: string;
  readonly nodeCount: number;
  readonly modelBytes: number;
  readonly constantBytes: number;
  /** Of the checkpoint's files, which are mapped, not copied. */
  readonly weightBytes: number;
  readonly buildMs: number;
}

/** What these inputs fit. */
export function signatureOf(inputs: HostTensors): Signature {
  return Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]));
}

/** @throws if inputs are missing, superfluous or of another shape or type than the signature's */
export function checkInputs(name: string, signature: Signature, inputs: HostTensors): void {
  for (const key of Object.keys(inputs)) {
    if (!signature[key]) throw new Error(`${name}: unexpected input "${key}"`);
  }
  for (const [key, spec] of Object.entries(signature)) {
    const input = inputs[key];
    if (!input) throw new Error(`${name}: input "${key}" is missing`);
    const fits = input.dtype === spec.dtype && input.shape.length === spec.shape.length;
    if (!fits || !spec.shape.every((size, axis) => size === input.shape[axis])) {
      throw new Error(
        `${name}: input "${key}" expected ${spec.dtype} [${spec.shape}], got ${input.dtype} [${input.shape}]`,
      );
    }
  }
}
