/**
 * @file Halves a feature map with a strided convolution.
 * Reference: diffusers models/downsampling.py, Downsample2D with use_conv.
 */
import type * as tf from '@tensorflow/tfjs';
import { Conv2d } from '../tensors/layers.js';
import type { Padding } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';

/** [B, H, W, C] → [B, ⌈H/2⌉, ⌈W/2⌉, C] with padding 1 (UNet), [B, ⌊H/2⌋, ⌊W/2⌋, C] with [0, 1, 0, 1] (autoencoder) */
export class Downsample2D {
  readonly #conv: Conv2d;

  constructor(parameters: Parameters, channels: number, padding: Padding) {
    this.#conv = new Conv2d(parameters.at('conv'), channels, channels, { stride: 2, padding });
  }

  forward(x: tf.Tensor): tf.Tensor4D {
    return this.#conv.forward(x);
  }
}
