/**
 * @file Encoder and decoder of the autoencoder.
 * Reference: diffusers models/autoencoders/vae.py, Encoder and Decoder.
 */
import * as tf from '@tensorflow/tfjs';
import { Conv2d, GroupNorm, type GroupNormOptions } from '../tensors/layers.js';
import { silu } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';
import { Attention } from '../transformers/attention-processor.js';
import { Downsample2D } from '../unets/downsampling.js';
import { ResnetBlock2D } from '../unets/resnet.js';
import { Upsample2D } from '../unets/upsampling.js';

export interface CoderOptions {
  /** Channels of pixels. */
  readonly pixelChannels: number;
  /** Channels on the other side: moments out of the encoder, latents into the decoder. */
  readonly latentChannels: number;
  readonly blockOutChannels: readonly number[];
  readonly layersPerBlock: number;
  readonly normGroups: number;
}

const NORM_EPSILON = 1e-6; // everywhere in the autoencoder, unlike the UNet's 1e-5

type Layer = (x: tf.Tensor) => tf.Tensor;

function createResnet(parameters: Parameters, inChannels: number, outChannels: number, norm: GroupNormOptions): Layer {
  const resnet = new ResnetBlock2D(parameters, { inChannels, outChannels, norm });
  return (x) => resnet.forward(x);
}

/** Resnet, single-head self-attention over all places, resnet. */
function createMidBlock(parameters: Parameters, channels: number, norm: GroupNormOptions): Layer {
  const first = createResnet(parameters.at('resnets.0'), channels, channels, norm);
  const scope = parameters.at('attentions.0');
  const groupNorm = new GroupNorm(scope.at('group_norm'), channels, norm);
  const attention = new Attention(scope, { width: channels, heads: 1, hasBias: true });
  const last = createResnet(parameters.at('resnets.1'), channels, channels, norm);
  return (x) => {
    const hidden = first(x);
    const [batch, height, width] = hidden.shape as [number, number, number];
    const tokens = tf.reshape(groupNorm.forward(hidden), [batch, height * width, channels]);
    return last(tf.add(hidden, tf.reshape(attention.forward(tokens, tokens), hidden.shape)));
  };
}

export class Encoder {
  readonly #convIn: Conv2d;
  readonly #layers: readonly Layer[];
  readonly #normOut: GroupNorm;
  readonly #convOut: Conv2d;

  constructor(parameters: Parameters, options: CoderOptions) {
    const { pixelChannels, latentChannels, blockOutChannels: channels, layersPerBlock, normGroups } = options;
    const norm = { groups: normGroups, epsilon: NORM_EPSILON };
    const last = channels.at(-1)!;
    this.#convIn = new Conv2d(parameters.at('conv_in'), pixelChannels, channels[0]!);
    const layers: Layer[] = [];
    for (const [index, width] of channels.entries()) {
      const block = parameters.at(`down_blocks.${index}`);
      for (let j = 0; j < layersPerBlock; j++) {
        const from = j === 0 ? (channels[index - 1] ?? channels[0]!) : width;
        layers.push(createResnet(block.at(`resnets.${j}`), from, width, norm));
      }
      if (index === channels.length - 1) continue;
      // The reference pads right and bottom only, then convolves without padding.
      const downsampler = new Downsample2D(block.at('downsamplers.0'), width, [0, 1, 0, 1]);
      layers.push((x) => downsampler.forward(x));
    }
    layers.push(createMidBlock(parameters.at('mid_block'), last, norm));
    this.#layers = layers;
    this.#normOut = new GroupNorm(parameters.at('conv_norm_out'), last, norm);
    this.#convOut = new Conv2d(parameters.at('conv_out'), last, latentChannels);
  }

  /** @param x [B, H, W, 3] @returns [B, H/f, W/f, latentChannels] */
  forward(x: tf.Tensor): tf.Tensor {
    const hidden = this.#layers.reduce((value, layer) => layer(value), this.#convIn.forward(x) as tf.Tensor);
    return this.#convOut.forward(silu(this.#normOut.forward(hidden)));
  }
}

export class Decoder {
  readonly #convIn: Conv2d;
  readonly #layers: readonly Layer[];
  readonly #normOut: GroupNorm;
  readonly #convOut: Conv2d;

  constructor(parameters: Parameters, options: CoderOptions) {
    const { pixelChannels, latentChannels, blockOutChannels, layersPerBlock, normGroups } = options;
    const norm = { groups: normGroups, epsilon: NORM_EPSILON };
    const channels = [...blockOutChannels].reverse();
    const first = channels[0]!;
    this.#convIn = new Conv2d(parameters.at('conv_in'), latentChannels, first);
    const layers: Layer[] = [createMidBlock(parameters.at('mid_block'), first, norm)];
    for (const [index, width] of channels.entries()) {
      const block = parameters.at(`up_blocks.${index}`);
      for (let j = 0; j <= layersPerBlock; j++) {
        const from = j === 0 ? (channels[index - 1] ?? first) : width;
        layers.push(createResnet(block.at(`resnets.${j}`), from, width, norm));
      }
      if (index === channels.length - 1) continue;
      const upsampler = new Upsample2D(block.at('upsamplers.0'), width);
      layers.push((x) => upsampler.forward(x));
    }
    this.#layers = layers;
    this.#normOut = new GroupNorm(parameters.at('conv_norm_out'), channels.at(-1)!, norm);
    this.#convOut = new Conv2d(parameters.at('conv_out'), channels.at(-1)!, pixelChannels);
  }

  /** @param z [B, h, w, C] @returns [B, h·f, w·f, 3] */
  forward(z: tf.Tensor): tf.Tensor4D {
    const hidden = this.#layers.reduce((value, layer) => layer(value), this.#convIn.forward(z) as tf.Tensor);
    return this.#convOut.forward(silu(this.#normOut.forward(hidden)));
  }
}
