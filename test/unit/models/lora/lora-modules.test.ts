import { describe, expect, it } from 'vitest';
import { createLoRALayout } from '#models/lora/lora-layout.js';
import { attentionProjections } from '#models/lora/lora-modules.js';
import { recordParameters } from '#models/tensors/files/weight-files.js';
import { Parameters } from '#models/tensors/parameters.js';
import { UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { parseUNet2DConditionConfig } from '#models/unets/unet-2d-configuration.js';

const shapes = new Map<string, readonly number[]>([
  ['up_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.weight', [8, 12]],
  ['down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0.weight', [8, 8]],
  ['down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0.bias', [8]],
  ['down_blocks.0.attentions.0.transformer_blocks.0.ff.net.2.weight', [8, 32]],
  ['down_blocks.0.attentions.0.proj_in.weight', [8, 8, 1, 1]],
]);

describe('attentionProjections', () => {
  it('finds projections of self- and cross-attention only, in the order of their paths', () => {
    expect(attentionProjections(shapes)).toEqual([
      { path: 'down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0', inFeatures: 8, outFeatures: 8 },
      { path: 'up_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k', inFeatures: 12, outFeatures: 8 },
    ]);
  });

  it('finds the 128 layers and 797 184 numbers at rank 4 that diffusers trains in Stable Diffusion 1.x', () => {
    const config = parseUNet2DConditionConfig({
      _class_name: 'UNet2DConditionModel',
      sample_size: 64,
      block_out_channels: [320, 640, 1280, 1280],
      down_block_types: [...Array(3).fill('CrossAttnDownBlock2D'), 'DownBlock2D'],
      up_block_types: ['UpBlock2D', ...Array(3).fill('CrossAttnUpBlock2D')],
      layers_per_block: 2,
      attention_head_dim: 8,
      cross_attention_dim: 768,
    });
    const modules = attentionProjections(
      recordParameters((source) => new UNet2DConditionModel(config, new Parameters(source))),
    );
    expect(modules).toHaveLength(128);
    expect(createLoRALayout(modules, 4).size).toBe(797_184);
  });

  it('leaves the prefix of the UNet out of the paths', () => {
    const prefixed = new Map([...shapes].map(([name, shape]) => [`unet.${name}`, shape]));
    prefixed.set('vae.mid_block.attentions.0.attn1.to_q.weight', [8, 8]);
    expect(attentionProjections(prefixed, 'unet')).toEqual(attentionProjections(shapes));
  });
});
