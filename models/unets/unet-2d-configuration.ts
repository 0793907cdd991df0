/** @file config.json of a UNet2DConditionModel: what Stable Diffusion 1.x uses, and the defaults that diffusers writes beside it. */
import { z } from 'zod';
import {
  type ConfigurationOptions,
  camelCaseKeys,
  diffusersFields,
  parseConfiguration,
} from '../tensors/files/configuration.js';

const sizes = z.array(z.int().positive()).min(1).max(8);
/** Fields that diffusers writes with these values for Stable Diffusion 1.x; another value means another architecture. */
const only = <Value extends z.core.util.Literal>(...values: Value[]) => z.literal(values).optional();

const schema = z.strictObject({
  ...diffusersFields('UNet2DConditionModel'),
  sample_size: z.int().positive().default(64),
  in_channels: z.int().positive().default(4),
  out_channels: z.int().positive().default(4),
  down_block_types: z
    .array(z.enum(['CrossAttnDownBlock2D', 'DownBlock2D']))
    .default(['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D']),
  up_block_types: z
    .array(z.enum(['UpBlock2D', 'CrossAttnUpBlock2D']))
    .default(['UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D']),
  mid_block_type: only('UNetMidBlock2DCrossAttn'),
  block_out_channels: sizes.default([320, 640, 1280, 1280]),
  layers_per_block: z.int().positive().default(2),
  cross_attention_dim: z.int().positive().default(1280),
  attention_head_dim: z.union([z.int().positive(), sizes]).default(8),
  norm_num_groups: z.int().positive().default(32),
  norm_eps: z.number().positive().default(1e-5),
  act_fn: only('silu', 'swish'),
  center_input_sample: only(false),
  flip_sin_to_cos: only(true),
  freq_shift: only(0),
  downsample_padding: only(1),
  mid_block_scale_factor: only(1),
  only_cross_attention: only(false),
  use_linear_projection: only(false),
  dual_cross_attention: only(false),
  upcast_attention: only(false, null),
  resnet_time_scale_shift: only('default'),
  resnet_skip_time_act: only(false),
  resnet_out_scale_factor: only(1),
  conv_in_kernel: only(3),
  conv_out_kernel: only(3),
  dropout: only(0),
  transformer_layers_per_block: only(1),
  reverse_transformer_layers_per_block: only(null),
  num_attention_heads: only(null),
  num_class_embeds: only(null),
  class_embed_type: only(null),
  class_embeddings_concat: only(false),
  encoder_hid_dim: only(null),
  encoder_hid_dim_type: only(null),
  addition_embed_type: only(null),
  addition_embed_type_num_heads: only(64),
  addition_time_embed_dim: only(null),
  projection_class_embeddings_input_dim: only(null),
  time_embedding_type: only('positional'),
  time_embedding_dim: only(null),
  time_embedding_act_fn: only(null),
  timestep_post_act: only(null),
  time_cond_proj_dim: only(null),
  cross_attention_norm: only(null),
  attention_type: only('default'),
  mid_block_only_cross_attention: only(null),
});

export interface UNet2DConditionConfig {
  /** Side of the latents that it was trained on. */
  readonly sampleSize: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly downBlockTypes: readonly ('CrossAttnDownBlock2D' | 'DownBlock2D')[];
  readonly upBlockTypes: readonly ('UpBlock2D' | 'CrossAttnUpBlock2D')[];
  readonly blockOutChannels: readonly number[];
  readonly layersPerBlock: number;
  readonly crossAttentionDim: number;
  /** Heads of each level. The file calls it `attention_head_dim`, which is a misnomer that diffusers keeps. */
  readonly numHeads: readonly number[];
  readonly normNumGroups: number;
  readonly normEps: number;
}

/** @throws CheckpointError naming file, key, what is supported and what was found */
export function parseUNet2DConditionConfig(json: unknown, options: ConfigurationOptions = {}): UNet2DConditionConfig {
  const fitting = schema.superRefine((fields, context) => {
    const { block_out_channels, attention_head_dim, norm_num_groups } = fields;
    const levels = block_out_channels.length;
    const perLevel = {
      down_block_types: fields.down_block_types,
      up_block_types: fields.up_block_types,
      attention_head_dim,
    };
    for (const [key, list] of Object.entries(perLevel)) {
      if (!Array.isArray(list) || list.length === levels) continue;
      context.addIssue({ code: 'custom', path: [key], message: `${levels} entries, as many as block_out_channels` });
    }
    const divisorOf = (key: string, divides: (width: number, level: number) => boolean) => {
      if (block_out_channels.every(divides)) return;
      context.addIssue({ code: 'custom', path: [key], message: `a divisor of [${block_out_channels.join(', ')}]` });
    };
    divisorOf('norm_num_groups', (width) => width % norm_num_groups === 0);
    divisorOf('attention_head_dim', (width, level) => {
      const heads = typeof attention_head_dim === 'number' ? attention_head_dim : (attention_head_dim[level] ?? 1);
      return width % heads === 0;
    });
  });
  const { attentionHeadDim, ...config } = camelCaseKeys(parseConfiguration(fitting, json, options));
  const numHeads =
    typeof attentionHeadDim === 'number' ? config.blockOutChannels.map(() => attentionHeadDim) : attentionHeadDim;
  const {
    sampleSize,
    inChannels,
    outChannels,
    downBlockTypes,
    upBlockTypes,
    blockOutChannels,
    layersPerBlock,
    crossAttentionDim,
    normNumGroups,
    normEps,
  } = config;
  return {
    sampleSize,
    inChannels,
    outChannels,
    downBlockTypes,
    upBlockTypes,
    blockOutChannels,
    layersPerBlock,
    crossAttentionDim,
    numHeads,
    normNumGroups,
    normEps,
  };
}
