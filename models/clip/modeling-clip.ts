/**
 * @file CLIP's text tower.
 * Paper: Radford et al. 2021, arXiv:2103.00020. Reference: transformers models/clip/modeling_clip.py, CLIPTextModel.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { type ConfigurationOptions, camelCaseKeys, parseConfiguration } from '../tensors/files/configuration.js';
import { LayerNorm } from '../tensors/layers.js';
import { embedding, linear } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';
import { checkHeads, encoderConfigOf, encoderFields, transformersFields } from './clip-configuration.js';
import { CLIPEncoder, type CLIPEncoderConfig } from './clip-encoder.js';

const tokenId = z.int().nonnegative().nullable();

const schema = z.strictObject({
  ...transformersFields,
  ...encoderFields({ hiddenSize: 512, intermediateSize: 2048, numHiddenLayers: 12, numAttentionHeads: 8 }),
  max_position_embeddings: z.int().positive().default(77),
  vocab_size: z.int().positive().default(49408),
  projection_dim: z.int().positive().default(512),
  pad_token_id: tokenId.optional(),
  bos_token_id: tokenId.optional(),
  eos_token_id: z.int().nonnegative().default(49407),
  model_type: z.literal('clip_text_model').optional(),
});

export interface CLIPTextConfig extends CLIPEncoderConfig {
  readonly maxPositionEmbeddings: number;
  readonly vocabSize: number;
  readonly projectionDim: number;
  /** Marks the end of a text; its hidden state stands for the text. */
  readonly eosTokenId: number;
}

/** @throws CheckpointError naming file, key, what is supported and what was found */
export function parseCLIPTextConfig(json: unknown, options: ConfigurationOptions = {}): CLIPTextConfig {
  const config = camelCaseKeys(parseConfiguration(schema.superRefine(checkHeads), json, options));
  const { maxPositionEmbeddings, vocabSize, projectionDim, eosTokenId } = config;
  return { ...encoderConfigOf(config), maxPositionEmbeddings, vocabSize, projectionDim, eosTokenId };
}

/** Large enough to vanish in softmax, small enough to stay finite in float32. */
const MASKED = -1e9;
/** Written by old releases of transformers whatever the vocabulary is; the highest id of a text is its end then. */
const LEGACY_EOS_TOKEN_ID = 2;

export class CLIPTextModel {
  readonly config: CLIPTextConfig;
  readonly #tokens: tf.Tensor;
  readonly #positions: tf.Tensor;
  readonly #encoder: CLIPEncoder;
  readonly #finalLayerNorm: LayerNorm;

  constructor(config: CLIPTextConfig, parameters: Parameters) {
    this.config = config;
    const scope = parameters.at('text_model');
    this.#tokens = scope.get('embeddings.token_embedding.weight', [config.vocabSize, config.hiddenSize]);
    this.#positions = scope.get('embeddings.position_embedding.weight', [
      config.maxPositionEmbeddings,
      config.hiddenSize,
    ]);
    this.#encoder = new CLIPEncoder(scope.at('encoder'), config);
    this.#finalLayerNorm = new LayerNorm(scope.at('final_layer_norm'), config.hiddenSize, config.layerNormEps);
  }

  /**
   * Padding is not masked: Stable Diffusion was trained so.
   * @param ids int32 [B, L] with L at most the number of positions @returns [B, L, D] after the final layer norm
   */
  forward(ids: tf.Tensor2D): tf.Tensor3D {
    const length = ids.shape[1];
    const { maxPositionEmbeddings } = this.config;
    if (length > maxPositionEmbeddings)
      throw new Error(`CLIPTextModel: ${length} tokens, at most ${maxPositionEmbeddings}`);
    const positions = tf.slice(this.#positions, [0, 0], [length, this.config.hiddenSize]);
    const hidden = this.#encoder.forward(tf.add(embedding(this.#tokens, ids), positions), causalMask(length));
    return this.#finalLayerNorm.forward(hidden) as tf.Tensor3D;
  }

  /** The hidden state at the first end-of-text token. @param hidden [B, L, D] @param ids [B, L] @returns [B, D] */
  pool(hidden: tf.Tensor3D, ids: tf.Tensor2D): tf.Tensor2D {
    const { eosTokenId } = this.config;
    const tokens = tf.cast(ids, 'float32');
    const end = eosTokenId === LEGACY_EOS_TOKEN_ID ? tf.max(tokens, 1, true) : tf.scalar(eosTokenId);
    const isEnd = tf.cast(tf.equal(tokens, end), 'float32');
    const endsBefore = tf.matMul(isEnd, aboveDiagonal(ids.shape[1], 1));
    const isFirstEnd = tf.mul(isEnd, tf.cast(tf.equal(endsBefore, 0), 'float32'));
    return tf.sum(tf.mul(hidden, tf.expandDims(isFirstEnd, 2)), 1);
  }
}

/** A token sees itself and what came before. [L, L] */
const causalMask = (length: number) => aboveDiagonal(length, MASKED);

/** `value` above the diagonal, 0 elsewhere. [L, L] */
function aboveDiagonal(length: number, value: number): tf.Tensor2D {
  const values = Float32Array.from({ length: length ** 2 }, (_, index) =>
    index % length > Math.floor(index / length) ? value : 0,
  );
  return tf.tensor2d(values, [length, length]);
}

/** The text tower with the projection into the space that it shares with pictures. */
export class CLIPTextModelWithProjection extends CLIPTextModel {
  readonly #projection: tf.Tensor;

  constructor(config: CLIPTextConfig, parameters: Parameters) {
    super(config, parameters);
    this.#projection = parameters.get('text_projection.weight', [config.projectionDim, config.hiddenSize]);
  }

  /** @param pooled hidden state at the end of each text, [B, D] @returns [B, P] */
  project(pooled: tf.Tensor2D): tf.Tensor2D {
    return linear(pooled, this.#projection) as tf.Tensor2D;
  }

  /** @param ids int32 [B, L] @returns [B, P], not normalised */
  embed(ids: tf.Tensor2D): tf.Tensor2D {
    return this.project(this.pool(this.forward(ids), ids));
  }
}

/** Newer releases of transformers write the names without their first part. */
export function clipTextAliases(name: string): readonly string[] {
  return name.startsWith('text_model.') ? [name.slice('text_model.'.length)] : [];
}

/** Constants that older files carry along. */
export const IGNORED_CLIP_TENSORS: readonly string[] = [
  'text_model.embeddings.position_ids',
  'embeddings.position_ids',
  'vision_model.embeddings.position_ids',
];
