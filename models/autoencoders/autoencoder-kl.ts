/**
 * @file Pixels ↔ latents with a normal distribution in between.
 * Paper: Rombach et al. 2022, arXiv:2112.10752, 3.1. Reference: diffusers models/autoencoders/autoencoder_kl.py.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import {
  type ConfigurationOptions,
  camelCaseKeys,
  diffusersFields,
  parseConfiguration,
} from '../tensors/files/configuration.js';
import { Conv2d } from '../tensors/layers.js';
import type { Parameters } from '../tensors/parameters.js';
import { Decoder, Encoder } from './vae.js';

const schema = z.strictObject({
  ...diffusersFields('AutoencoderKL'),
  in_channels: z.int().positive().default(3),
  out_channels: z.int().positive().default(3),
  down_block_types: z.array(z.literal('DownEncoderBlock2D')).default(['DownEncoderBlock2D']),
  up_block_types: z.array(z.literal('UpDecoderBlock2D')).default(['UpDecoderBlock2D']),
  block_out_channels: z.array(z.int().positive()).min(1).max(8).default([64]),
  layers_per_block: z.int().positive().default(1),
  latent_channels: z.int().positive().default(4),
  norm_num_groups: z.int().positive().default(32),
  sample_size: z.int().positive().default(32),
  scaling_factor: z.number().positive().default(0.18215), // of Stable Diffusion 1.x, whose config.json leaves it out
  act_fn: z.literal(['silu', 'swish']).optional(),
  shift_factor: z.literal(null).optional(),
  latents_mean: z.literal(null).optional(),
  latents_std: z.literal(null).optional(),
  force_upcast: z.boolean().optional(),
  use_quant_conv: z.literal(true).optional(),
  use_post_quant_conv: z.literal(true).optional(),
  mid_block_add_attention: z.literal(true).optional(),
});

export interface AutoencoderKLConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly blockOutChannels: readonly number[];
  readonly layersPerBlock: number;
  readonly latentChannels: number;
  readonly normNumGroups: number;
  /** Latents of unit variance = latents · scalingFactor. */
  readonly scalingFactor: number;
}

/** @throws CheckpointError naming file, key, what is supported and what was found */
export function parseAutoencoderKLConfig(json: unknown, options: ConfigurationOptions = {}): AutoencoderKLConfig {
  const fitting = schema.superRefine((config, context) => {
    for (const key of ['down_block_types', 'up_block_types'] as const) {
      if (config[key].length !== config.block_out_channels.length) {
        const message = `${config.block_out_channels.length} entries, as many as block_out_channels`;
        context.addIssue({ code: 'custom', path: [key], message });
      }
    }
    if (config.block_out_channels.some((width) => width % config.norm_num_groups !== 0)) {
      const message = `a divisor of [${config.block_out_channels.join(', ')}]`;
      context.addIssue({ code: 'custom', path: ['norm_num_groups'], message });
    }
  });
  return camelCaseKeys(parseConfiguration(fitting, json, options));
}

/** N(mean, std²) per latent element, each [B, h, w, C], not yet multiplied by the scaling factor. */
export interface DiagonalGaussian {
  readonly mean: tf.Tensor4D;
  readonly logVariance: tf.Tensor4D;
  readonly std: tf.Tensor4D;
}

/** Names of the mid block's attention before diffusers 0.17, and the LDM names before that. */
const OLD_ATTENTION_NAMES: readonly (readonly [string, string])[] = [
  ['.to_q.', '.query.'],
  ['.to_k.', '.key.'],
  ['.to_v.', '.value.'],
  ['.to_out.0.', '.proj_attn.'],
];

/** Names under which older files keep a parameter. */
export function autoencoderAliases(name: string): readonly string[] {
  if (!name.includes('.attentions.')) return [];
  return OLD_ATTENTION_NAMES.filter(([current]) => name.includes(current)).map(([current, old]) =>
    name.replace(current, old),
  );
}

export class AutoencoderKL {
  readonly config: AutoencoderKLConfig;
  readonly #encoder: Encoder;
  readonly #quantConv: Conv2d;
  readonly #postQuantConv: Conv2d;
  readonly #decoder: Decoder;

  constructor(config: AutoencoderKLConfig, parameters: Parameters) {
    this.config = config;
    const { blockOutChannels, layersPerBlock, latentChannels, normNumGroups: normGroups } = config;
    const shared = { blockOutChannels, layersPerBlock, normGroups };
    const moments = 2 * latentChannels;
    this.#encoder = new Encoder(parameters.at('encoder'), {
      ...shared,
      pixelChannels: config.inChannels,
      latentChannels: moments,
    });
    this.#quantConv = new Conv2d(parameters.at('quant_conv'), moments, moments, { kernelSize: 1 });
    this.#postQuantConv = new Conv2d(parameters.at('post_quant_conv'), latentChannels, latentChannels, {
      kernelSize: 1,
    });
    this.#decoder = new Decoder(parameters.at('decoder'), {
      ...shared,
      pixelChannels: config.outChannels,
      latentChannels,
    });
  }

  /** @param pixels [B, H, W, 3] in [-1, 1] */
  encode(pixels: tf.Tensor4D): DiagonalGaussian {
    const moments = this.#quantConv.forward(this.#encoder.forward(pixels));
    const [mean, raw] = tf.split(moments, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
    const logVariance = tf.clipByValue(raw, -30, 20); // DiagonalGaussianDistribution of the reference
    return { mean, logVariance, std: tf.exp(tf.mul(logVariance, 0.5)) };
  }

  /** @param latents [B, h, w, C], not scaled @returns [B, H, W, 3] in about [-1, 1] */
  decode(latents: tf.Tensor4D): tf.Tensor4D {
    return this.#decoder.forward(this.#postQuantConv.forward(latents));
  }
}
