/**
 * @file The UNet that predicts noise, given a timestep and a text.
 * Paper: Rombach et al. 2022, arXiv:2112.10752. Reference: diffusers models/unets/unet_2d_condition.py.
 */
import type * as tf from '@tensorflow/tfjs';
import { Conv2d, GroupNorm } from '../tensors/layers.js';
import { silu } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';
import type { AttentionContext } from '../transformers/attention-processor.js';
import { TimestepEmbedding, timestepEmbedding } from './embeddings.js';
import { DownBlock2D, type LevelOptions, UNetMidBlock2DCrossAttn, UpBlock2D } from './unet-2d-blocks.js';
import type { UNet2DConditionConfig } from './unet-2d-configuration.js';

export class UNet2DConditionModel {
  readonly config: UNet2DConditionConfig;
  readonly #timeEmbedding: TimestepEmbedding;
  readonly #convIn: Conv2d;
  readonly #downBlocks: readonly DownBlock2D[];
  readonly #midBlock: UNetMidBlock2DCrossAttn;
  readonly #upBlocks: readonly UpBlock2D[];
  readonly #normOut: GroupNorm;
  readonly #convOut: Conv2d;

  constructor(config: UNet2DConditionConfig, parameters: Parameters) {
    this.config = config;
    const { blockOutChannels: channels, layersPerBlock, crossAttentionDim, numHeads } = config;
    const norm = { groups: config.normNumGroups, epsilon: config.normEps };
    const first = channels[0]!;
    const last = channels.at(-1)!;
    const levels = channels.length;
    const timeEmbeddingWidth = 4 * first;
    const level = (path: string, place: LevelOptions['place'], index: number, hasAttention: boolean): LevelOptions => ({
      path,
      place,
      channels: channels[index]!,
      heads: hasAttention ? numHeads[index]! : undefined,
      contextWidth: crossAttentionDim,
      timeEmbeddingWidth,
      norm,
    });

    this.#timeEmbedding = new TimestepEmbedding(parameters.at('time_embedding'), first, timeEmbeddingWidth);
    this.#convIn = new Conv2d(parameters.at('conv_in'), config.inChannels, first);
    const skipChannels = [first];
    this.#downBlocks = channels.map((width, index) => {
      const path = `down_blocks.${index}`;
      const hasDownsampler = index < levels - 1;
      skipChannels.push(...Array<number>(layersPerBlock + (hasDownsampler ? 1 : 0)).fill(width));
      return new DownBlock2D(parameters.at(path), {
        ...level(path, 'down', index, config.downBlockTypes[index] === 'CrossAttnDownBlock2D'),
        inChannels: channels[index - 1] ?? first,
        layerCount: layersPerBlock,
        hasDownsampler,
      });
    });
    this.#midBlock = new UNetMidBlock2DCrossAttn(parameters.at('mid_block'), {
      ...level('mid_block', 'mid', levels - 1, true),
      heads: numHeads[levels - 1]!,
    });
    this.#upBlocks = channels.map((_, index) => {
      const path = `up_blocks.${index}`;
      const mirrored = levels - 1 - index;
      return new UpBlock2D(parameters.at(path), {
        ...level(path, 'up', mirrored, config.upBlockTypes[index] === 'CrossAttnUpBlock2D'),
        inChannels: channels[mirrored + 1] ?? last,
        skipChannels: skipChannels.splice(-(layersPerBlock + 1)).reverse(),
        hasUpsampler: index < levels - 1,
      });
    });
    this.#normOut = new GroupNorm(parameters.at('conv_norm_out'), first, norm);
    this.#convOut = new Conv2d(parameters.at('conv_out'), first, config.outChannels);
  }

  /**
   * @param sample noisy latents, [B, h, w, C] of any size
   * @param timesteps [B], 0…999 @param encoderHiddenStates [B, L, D]
   * @returns predicted noise (or velocity), [B, h, w, C]
   */
  forward(
    sample: tf.Tensor4D,
    timesteps: tf.Tensor1D,
    encoderHiddenStates: tf.Tensor3D,
    options: AttentionContext = {},
  ): tf.Tensor4D {
    // 1. time
    const width = this.config.blockOutChannels[0]!;
    const timeEmbedding = silu(this.#timeEmbedding.forward(timestepEmbedding(timesteps, width)));
    const inputs = { ...options, timeEmbedding, encoderHiddenStates };
    // 2. pre-process
    let hidden: tf.Tensor = this.#convIn.forward(sample);
    const skips = [hidden];
    // 3. down
    for (const block of this.#downBlocks) hidden = block.forward(hidden, inputs, skips);
    // 4. mid
    hidden = this.#midBlock.forward(hidden, inputs);
    // 5. up
    for (const block of this.#upBlocks) hidden = block.forward(hidden, inputs, skips);
    // 6. post-process
    return this.#convOut.forward(silu(this.#normOut.forward(hidden)));
  }
}
