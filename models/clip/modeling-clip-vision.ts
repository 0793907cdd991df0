/**
 * @file CLIP's image tower, for metrics and for finding out what a picture shows.
 * Paper: Radford et al. 2021, arXiv:2103.00020. Reference: transformers models/clip/modeling_clip.py, CLIPVisionModelWithProjection.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { type ConfigurationOptions, camelCaseKeys, parseConfiguration } from '../tensors/files/configuration.js';
import { Conv2d, LayerNorm } from '../tensors/layers.js';
import { linear } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';
import { checkHeads, encoderConfigOf, encoderFields, transformersFields } from './clip-configuration.js';
import { CLIPEncoder, type CLIPEncoderConfig } from './clip-encoder.js';

const schema = z.strictObject({
  ...transformersFields,
  ...encoderFields({ hiddenSize: 768, intermediateSize: 3072, numHiddenLayers: 12, numAttentionHeads: 12 }),
  num_channels: z.int().positive().default(3),
  image_size: z.int().positive().default(224),
  patch_size: z.int().positive().default(32),
  projection_dim: z.int().positive().default(512),
  model_type: z.literal('clip_vision_model').optional(),
});

export interface CLIPVisionConfig extends CLIPEncoderConfig {
  readonly numChannels: number;
  readonly imageSize: number;
  readonly patchSize: number;
  readonly projectionDim: number;
}

/** @throws CheckpointError naming file, key, what is supported and what was found */
export function parseCLIPVisionConfig(json: unknown, options: ConfigurationOptions = {}): CLIPVisionConfig {
  const config = camelCaseKeys(parseConfiguration(schema.superRefine(checkHeads), json, options));
  const { numChannels, imageSize, patchSize, projectionDim } = config;
  return { ...encoderConfigOf(config), numChannels, imageSize, patchSize, projectionDim };
}

/** A side that the patches do not fill is cut off, as the strided convolution does. */
const patchCount = ({ imageSize, patchSize }: CLIPVisionConfig) => Math.floor(imageSize / patchSize) ** 2;

export class CLIPVisionModelWithProjection {
  readonly #config: CLIPVisionConfig;
  readonly #patches: Conv2d;
  readonly #classEmbedding: tf.Tensor;
  readonly #positions: tf.Tensor;
  readonly #preNorm: LayerNorm;
  readonly #encoder: CLIPEncoder;
  readonly #postNorm: LayerNorm;
  readonly #projection: tf.Tensor;

  constructor(config: CLIPVisionConfig, parameters: Parameters) {
    this.#config = config;
    const { hiddenSize: width, patchSize, layerNormEps } = config;
    const scope = parameters.at('vision_model');
    const embeddings = scope.at('embeddings');
    this.#classEmbedding = embeddings.get('class_embedding', [width]);
    this.#patches = new Conv2d(embeddings.at('patch_embedding'), config.numChannels, width, {
      kernelSize: patchSize,
      stride: patchSize,
      padding: 0,
      hasBias: false,
    });
    this.#positions = embeddings.get('position_embedding.weight', [patchCount(config) + 1, width]);
    this.#preNorm = new LayerNorm(scope.at('pre_layrnorm'), width, layerNormEps); // the reference's spelling
    this.#encoder = new CLIPEncoder(scope.at('encoder'), config);
    this.#postNorm = new LayerNorm(scope.at('post_layernorm'), width, layerNormEps);
    this.#projection = parameters.get('visual_projection.weight', [config.projectionDim, width]);
  }

  /** @param pixels [B, S, S, 3], normalised as the checkpoint expects @returns [B, P], not normalised */
  forward(pixels: tf.Tensor4D): tf.Tensor2D {
    const [batch] = pixels.shape;
    const { hiddenSize: width } = this.#config;
    const patches = tf.reshape(this.#patches.forward(pixels), [batch, patchCount(this.#config), width]);
    const first = tf.add(tf.zeros([batch, 1, width]), tf.reshape(this.#classEmbedding, [1, 1, width]));
    const tokens = tf.add(tf.concat([first, patches], 1), this.#positions);
    const hidden = this.#encoder.forward(this.#preNorm.forward(tokens));
    const pooled = tf.reshape(tf.slice(hidden, [0, 0, 0], [batch, 1, width]), [batch, width]);
    return linear(this.#postNorm.forward(pooled), this.#projection) as tf.Tensor2D;
  }
}
