/**
 * @file A transformer over the places of a feature map.
 * Reference: diffusers models/transformers/transformer_2d.py, Transformer2DModel with convolutional projections.
 */
import * as tf from '@tensorflow/tfjs';
import { Conv2d, GroupNorm } from '../tensors/layers.js';
import type { Parameters } from '../tensors/parameters.js';
import { BasicTransformerBlock } from './attention.js';
import type { AttentionContext, AttentionSite } from './attention-processor.js';

export interface Transformer2DOptions {
  readonly channels: number;
  readonly heads: number;
  readonly contextWidth: number;
  readonly normGroups: number;
  readonly place: AttentionSite['place'];
  /** Of this module, relative to the UNet. */
  readonly path: string;
}

/** Differs from the resnets' 1e-5; fixed in Transformer2DModel. */
const NORM_EPSILON = 1e-6;

export class Transformer2DModel {
  readonly #path: string;
  readonly #norm: GroupNorm;
  readonly #projIn: Conv2d;
  readonly #block: BasicTransformerBlock;
  readonly #projOut: Conv2d;

  constructor(parameters: Parameters, options: Transformer2DOptions) {
    const { channels, heads, contextWidth, normGroups, place, path } = options;
    this.#path = `${path}.transformer_blocks.0`;
    this.#norm = new GroupNorm(parameters.at('norm'), channels, { groups: normGroups, epsilon: NORM_EPSILON });
    this.#projIn = new Conv2d(parameters.at('proj_in'), channels, channels, { kernelSize: 1 });
    this.#block = new BasicTransformerBlock(parameters.at('transformer_blocks.0'), {
      width: channels,
      heads,
      contextWidth,
      place,
    });
    this.#projOut = new Conv2d(parameters.at('proj_out'), channels, channels, { kernelSize: 1 });
  }

  /** @param x [B, h, w, C] @param encoderHiddenStates [B, L, D] @returns [B, h, w, C] */
  forward(x: tf.Tensor, encoderHiddenStates: tf.Tensor, options: AttentionContext = {}): tf.Tensor {
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const tokens = tf.reshape(this.#projIn.forward(this.#norm.forward(x)), [batch, height * width, channels]);
    const mixed = this.#block.forward(tokens, encoderHiddenStates, {
      ...options,
      path: this.#path,
      resolution: [height, width],
    });
    return tf.add(x, this.#projOut.forward(tf.reshape(mixed, [batch, height, width, channels])));
  }
}
