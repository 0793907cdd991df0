/**
 * @file The down, mid and up blocks of the UNet, with and without attention.
 * Reference: diffusers models/unets/unet_2d_blocks.py.
 */
import * as tf from '@tensorflow/tfjs';
import type { Parameters } from '../tensors/parameters.js';
import type { AttentionContext, AttentionSite } from '../transformers/attention-processor.js';
import { Transformer2DModel } from '../transformers/transformer-2d.js';
import { Downsample2D } from './downsampling.js';
import { ResnetBlock2D } from './resnet.js';
import { Upsample2D } from './upsampling.js';

/** What all layers of one level share. */
export interface LevelOptions {
  readonly channels: number;
  /** Heads of the transformers; without it the level has none. */
  readonly heads: number | undefined;
  readonly contextWidth: number;
  readonly timeEmbeddingWidth: number;
  readonly norm: { readonly groups: number; readonly epsilon: number };
  readonly place: AttentionSite['place'];
  /** Of the block, relative to the UNet, such as `down_blocks.0`. */
  readonly path: string;
}

/** What a forward pass hands to every block. */
export interface BlockInputs extends AttentionContext {
  /** SiLU of the timestep embedding, [B, D]. */
  readonly timeEmbedding: tf.Tensor;
  /** [B, L, D] */
  readonly encoderHiddenStates: tf.Tensor;
}

function createResnet(parameters: Parameters, index: number, inChannels: number, options: LevelOptions): ResnetBlock2D {
  const { channels, norm, timeEmbeddingWidth } = options;
  return new ResnetBlock2D(parameters.at(`resnets.${index}`), {
    inChannels,
    outChannels: channels,
    norm,
    timeEmbeddingWidth,
  });
}

function createTransformer(
  parameters: Parameters,
  index: number,
  options: LevelOptions,
): Transformer2DModel | undefined {
  const { channels, heads, contextWidth, norm, place, path } = options;
  if (heads === undefined) return undefined;
  const name = `attentions.${index}`;
  return new Transformer2DModel(parameters.at(name), {
    channels,
    heads,
    contextWidth,
    normGroups: norm.groups,
    place,
    path: `${path}.${name}`,
  });
}

interface Layer {
  /** Of the resnet, relative to the UNet. */
  readonly path: string;
  readonly resnet: ResnetBlock2D;
  readonly transformer: Transformer2DModel | undefined;
}

function forwardLayer({ path, resnet, transformer }: Layer, x: tf.Tensor, inputs: BlockInputs): tf.Tensor {
  const features = resnet.forward(x, inputs.timeEmbedding);
  const hidden = inputs.features?.afterResnet(features, path) ?? features;
  return transformer ? transformer.forward(hidden, inputs.encoderHiddenStates, inputs) : hidden;
}

/** CrossAttnDownBlock2D, or DownBlock2D without heads. */
export class DownBlock2D {
  readonly #layers: readonly Layer[];
  readonly #downsampler: Downsample2D | undefined;

  constructor(
    parameters: Parameters,
    options: LevelOptions & { inChannels: number; layerCount: number; hasDownsampler: boolean },
  ) {
    const { inChannels, layerCount, channels, hasDownsampler } = options;
    this.#layers = Array.from({ length: layerCount }, (_, index) => ({
      path: `${options.path}.resnets.${index}`,
      resnet: createResnet(parameters, index, index === 0 ? inChannels : channels, options),
      transformer: createTransformer(parameters, index, options),
    }));
    this.#downsampler = hasDownsampler ? new Downsample2D(parameters.at('downsamplers.0'), channels, 1) : undefined;
  }

  /** @param skips receives the output of every layer and of the downsampler */
  forward(x: tf.Tensor, inputs: BlockInputs, skips: tf.Tensor[]): tf.Tensor {
    let hidden = x;
    for (const layer of this.#layers) {
      hidden = forwardLayer(layer, hidden, inputs);
      skips.push(hidden);
    }
    if (!this.#downsampler) return hidden;
    hidden = this.#downsampler.forward(hidden);
    skips.push(hidden);
    return hidden;
  }
}

export class UNetMidBlock2DCrossAttn {
  readonly #first: Layer;
  readonly #last: ResnetBlock2D;

  constructor(parameters: Parameters, options: LevelOptions & { heads: number }) {
    const { channels } = options;
    this.#first = {
      path: `${options.path}.resnets.0`,
      resnet: createResnet(parameters, 0, channels, options),
      transformer: createTransformer(parameters, 0, options),
    };
    this.#last = createResnet(parameters, 1, channels, options);
  }

  forward(x: tf.Tensor, inputs: BlockInputs): tf.Tensor {
    return this.#last.forward(forwardLayer(this.#first, x, inputs), inputs.timeEmbedding);
  }
}

/** CrossAttnUpBlock2D, or UpBlock2D without heads. */
export class UpBlock2D {
  readonly #layers: readonly Layer[];
  readonly #upsampler: Upsample2D | undefined;

  /** @param options.skipChannels channels of the skips in the order in which they are taken */
  constructor(
    parameters: Parameters,
    options: LevelOptions & { inChannels: number; skipChannels: readonly number[]; hasUpsampler: boolean },
  ) {
    const { inChannels, skipChannels, channels, hasUpsampler } = options;
    this.#layers = skipChannels.map((skip, index) => ({
      path: `${options.path}.resnets.${index}`,
      resnet: createResnet(parameters, index, (index === 0 ? inChannels : channels) + skip, options),
      transformer: createTransformer(parameters, index, options),
    }));
    this.#upsampler = hasUpsampler ? new Upsample2D(parameters.at('upsamplers.0'), channels) : undefined;
  }

  /** @param skips the last ones are taken; the upsampler then fits the next one, whose sides may be odd */
  forward(x: tf.Tensor, inputs: BlockInputs, skips: tf.Tensor[]): tf.Tensor {
    let hidden = x;
    for (const layer of this.#layers) hidden = forwardLayer(layer, tf.concat([hidden, skips.pop()!], 3), inputs);
    if (!this.#upsampler) return hidden;
    const [, height, width] = skips.at(-1)!.shape as [number, number, number];
    return this.#upsampler.forward(hidden, [height, width]);
  }
}
