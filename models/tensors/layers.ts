/** @file The layers that all models are made of: they collect their parameters when constructed and compute when called. */
import type * as tf from '@tensorflow/tfjs';
import { conv2d, groupNorm, layerNorm, linear, type Padding } from './ops.js';
import type { Parameters } from './parameters.js';

/** [..., in] → [..., out] */
export class Linear {
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor | undefined;

  constructor(parameters: Parameters, inFeatures: number, outFeatures: number, options: { hasBias?: boolean } = {}) {
    this.weight = parameters.get('weight', [outFeatures, inFeatures]);
    this.bias = options.hasBias === false ? undefined : parameters.get('bias', [outFeatures]);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return linear(x, this.weight, this.bias);
  }
}

export interface Conv2dOptions {
  readonly kernelSize?: number;
  readonly stride?: number;
  /** Default: half of the kernel, which keeps the size at stride 1. */
  readonly padding?: Padding;
  readonly hasBias?: boolean;
}

/** [B, H, W, in] → [B, H', W', out] */
export class Conv2d {
  readonly #weight: tf.Tensor;
  readonly #bias: tf.Tensor | undefined;
  readonly #stride: number;
  readonly #padding: Padding;

  constructor(parameters: Parameters, inChannels: number, outChannels: number, options: Conv2dOptions = {}) {
    const { kernelSize = 3, stride = 1, padding = Math.floor(kernelSize / 2), hasBias = true } = options;
    this.#weight = parameters.get('weight', [outChannels, inChannels, kernelSize, kernelSize]);
    this.#bias = hasBias ? parameters.get('bias', [outChannels]) : undefined;
    this.#stride = stride;
    this.#padding = padding;
  }

  forward(x: tf.Tensor): tf.Tensor4D {
    return conv2d(x, this.#weight, this.#bias, { stride: this.#stride, padding: this.#padding });
  }
}

export interface GroupNormOptions {
  readonly groups: number;
  readonly epsilon: number;
}

/** [B, H, W, C] → the same */
export class GroupNorm {
  readonly #gamma: tf.Tensor;
  readonly #beta: tf.Tensor;
  readonly #options: GroupNormOptions;

  constructor(parameters: Parameters, channels: number, options: GroupNormOptions) {
    this.#gamma = parameters.get('weight', [channels]);
    this.#beta = parameters.get('bias', [channels]);
    this.#options = options;
  }

  forward(x: tf.Tensor): tf.Tensor4D {
    return groupNorm(x, this.#gamma, this.#beta, this.#options.groups, this.#options.epsilon);
  }
}

/** [..., C] → the same */
export class LayerNorm {
  readonly #gamma: tf.Tensor;
  readonly #beta: tf.Tensor;
  readonly #epsilon: number;

  constructor(parameters: Parameters, width: number, epsilon = 1e-5) {
    this.#gamma = parameters.get('weight', [width]);
    this.#beta = parameters.get('bias', [width]);
    this.#epsilon = epsilon;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return layerNorm(x, this.#gamma, this.#beta, this.#epsilon);
  }
}
