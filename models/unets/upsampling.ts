/**
 * @file Doubles a feature map: nearest neighbour, then a convolution.
 * Reference: diffusers models/upsampling.py, Upsample2D with use_conv.
 */
import * as tf from '@tensorflow/tfjs';
import { Conv2d } from '../tensors/layers.js';
import { upsampleNearest2x } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';

export class Upsample2D {
  readonly #conv: Conv2d;

  constructor(parameters: Parameters, channels: number) {
    this.#conv = new Conv2d(parameters.at('conv'), channels, channels);
  }

  /**
   * @param x [B, H, W, C]
   * @param size [2H − 1 or 2H, 2W − 1 or 2W]; default: both doubled. The last row or column is cut off before the
   *   convolution, which is what nearest-neighbour resizing to an odd size gives.
   */
  forward(x: tf.Tensor, size?: readonly [height: number, width: number]): tf.Tensor4D {
    const doubled = upsampleNearest2x(x);
    const [batch, height, width, channels] = doubled.shape;
    if (!size || (size[0] === height && size[1] === width)) return this.#conv.forward(doubled);
    return this.#conv.forward(tf.slice(doubled, [0, 0, 0, 0], [batch, ...size, channels]));
  }
}
