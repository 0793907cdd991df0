/**
 * @file The residual block of UNet and autoencoder.
 * Reference: diffusers models/resnet.py, ResnetBlock2D.
 */
import * as tf from '@tensorflow/tfjs';
import { Conv2d, GroupNorm, type GroupNormOptions, Linear } from '../tensors/layers.js';
import { silu } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';

export interface ResnetBlock2DOptions {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly norm: GroupNormOptions;
  /** Width of the timestep embedding; without it (autoencoder) the block takes none. */
  readonly timeEmbeddingWidth?: number;
}

export class ResnetBlock2D {
  readonly #norm1: GroupNorm;
  readonly #conv1: Conv2d;
  readonly #timeProjection: Linear | undefined;
  readonly #norm2: GroupNorm;
  readonly #conv2: Conv2d;
  readonly #shortcut: Conv2d | undefined;
  readonly #outChannels: number;

  constructor(parameters: Parameters, options: ResnetBlock2DOptions) {
    const { inChannels, outChannels, norm, timeEmbeddingWidth } = options;
    this.#outChannels = outChannels;
    this.#norm1 = new GroupNorm(parameters.at('norm1'), inChannels, norm);
    this.#conv1 = new Conv2d(parameters.at('conv1'), inChannels, outChannels);
    this.#timeProjection =
      timeEmbeddingWidth === undefined
        ? undefined
        : new Linear(parameters.at('time_emb_proj'), timeEmbeddingWidth, outChannels);
    this.#norm2 = new GroupNorm(parameters.at('norm2'), outChannels, norm);
    this.#conv2 = new Conv2d(parameters.at('conv2'), outChannels, outChannels);
    this.#shortcut =
      inChannels === outChannels
        ? undefined
        : new Conv2d(parameters.at('conv_shortcut'), inChannels, outChannels, { kernelSize: 1 });
  }

  /** @param x [B, H, W, in] @param timeEmbedding SiLU of the embedding, [B, D] @returns [B, H, W, out] */
  forward(x: tf.Tensor, timeEmbedding?: tf.Tensor): tf.Tensor {
    let hidden: tf.Tensor = this.#conv1.forward(silu(this.#norm1.forward(x)));
    if (this.#timeProjection && timeEmbedding) {
      const shift = this.#timeProjection.forward(timeEmbedding);
      hidden = tf.add(hidden, tf.reshape(shift, [x.shape[0]!, 1, 1, this.#outChannels]));
    }
    hidden = this.#conv2.forward(silu(this.#norm2.forward(hidden)));
    return tf.add(this.#shortcut ? this.#shortcut.forward(x) : x, hidden);
  }
}
