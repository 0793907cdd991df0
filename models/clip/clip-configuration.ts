/** @file config.json of both CLIP towers: fields that shape the model, and those that transformers writes beside them. */
import { z } from 'zod';
import type { CLIPEncoderConfig } from './clip-encoder.js';

/** Fields of every transformers config that do not change what a tower computes when it is not being trained. */
export const transformersFields = {
  _name_or_path: z.string().optional(),
  _attn_implementation_autoset: z.boolean().optional(),
  _commit_hash: z.string().nullable().optional(),
  architectures: z.array(z.string()).nullable().optional(),
  attention_dropout: z.number().optional(),
  dropout: z.number().optional(),
  dtype: z.string().nullable().optional(),
  torch_dtype: z.string().nullable().optional(),
  initializer_factor: z.number().optional(),
  initializer_range: z.number().optional(),
  transformers_version: z.string().nullable().optional(),
  output_attentions: z.boolean().optional(),
  output_hidden_states: z.boolean().optional(),
  return_dict: z.boolean().optional(),
  use_cache: z.boolean().optional(),
} as const;

/** Fields that shape the encoder of a tower; without them it is as large as `usual`. */
export const encoderFields = (
  usual: Pick<CLIPEncoderConfig, 'hiddenSize' | 'intermediateSize' | 'numHiddenLayers' | 'numAttentionHeads'>,
) => ({
  hidden_size: z.int().positive().default(usual.hiddenSize),
  intermediate_size: z.int().positive().default(usual.intermediateSize),
  num_hidden_layers: z.int().positive().default(usual.numHiddenLayers),
  num_attention_heads: z.int().positive().default(usual.numAttentionHeads),
  hidden_act: z.enum(['quick_gelu', 'gelu']).default('quick_gelu'),
  layer_norm_eps: z.number().positive().default(1e-5),
});

/** Of a tower's configuration, what its encoder reads. */
export const encoderConfigOf = ({
  hiddenSize,
  intermediateSize,
  numHiddenLayers,
  numAttentionHeads,
  hiddenAct,
  layerNormEps,
}: CLIPEncoderConfig): CLIPEncoderConfig => ({
  hiddenSize,
  intermediateSize,
  numHiddenLayers,
  numAttentionHeads,
  hiddenAct,
  layerNormEps,
});

/** Heads split the width evenly. */
export function checkHeads(
  config: { readonly hidden_size: number; readonly num_attention_heads: number },
  context: z.RefinementCtx,
): void {
  if (config.hidden_size % config.num_attention_heads === 0) return;
  context.addIssue({ code: 'custom', path: ['num_attention_heads'], message: `a divisor of ${config.hidden_size}` });
}
