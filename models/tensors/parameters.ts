/** @file Named parameters of a model: a scope over a source that knows them by their checkpoint names. */
import type * as tf from '@tensorflow/tfjs';

/** Where parameters come from: a checkpoint, graph inputs that are trained, or a recorder of names and shapes. */
export interface ParameterSource {
  /**
   * @param name full checkpoint name, such as `down_blocks.0.resnets.0.conv1.weight`
   * @param shape shape that the model needs, in PyTorch layout (convolutions OIHW, linear layers [out, in])
   */
  get(name: string, shape: readonly number[]): tf.Tensor;
}

/**
 * A scope of parameter names. Constructors of layers collect their parameters through it and compute nothing, so a model
 * can be built against a recorder to learn which names and shapes it wants.
 */
export class Parameters {
  readonly prefix: string;
  readonly #source: ParameterSource;

  /** @param prefix path without a trailing dot; empty at the root */
  constructor(source: ParameterSource, prefix = '') {
    this.#source = source;
    this.prefix = prefix;
  }

  /** The scope of a submodule, such as `scope.at('attn2.to_q')`. */
  at(path: string): Parameters {
    return new Parameters(this.#source, this.path(path));
  }

  /** The parameter `name` of this scope, such as `scope.get('weight', [out, in])`. */
  get(name: string, shape: readonly number[]): tf.Tensor {
    return this.#source.get(this.path(name), shape);
  }

  /** Full name of something inside this scope. */
  path(name: string): string {
    return this.prefix === '' ? name : `${this.prefix}.${name}`;
  }
}
