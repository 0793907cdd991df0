/**
 * @file Multi-head attention, where LoRA and attention control reach in as arguments.
 * Paper: Vaswani et al. 2017, eq. (1). Reference: diffusers models/attention_processor.py, Attention.
 */
import * as tf from '@tensorflow/tfjs';
import { type LoRALookup, linearWithLoRA } from '../lora/lora-layer.js';
import { Linear } from '../tensors/layers.js';
import { scaledDotProductAttention } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';

/** Where in the UNet attention happens. */
export interface AttentionSite {
  /** Checkpoint name, such as `up_blocks.1.attentions.0.transformer_blocks.0.attn2`. */
  readonly path: string;
  readonly place: 'down' | 'mid' | 'up';
  readonly kind: 'self' | 'cross';
  readonly resolution: readonly [height: number, width: number];
}

/** Steers attention layers, each known by its site. Only the layers that it asks for are computed map by map. */
export interface AttentionController {
  /** May exchange queries and keys between rows: a row with another's has the other's map, which need not be built for that. */
  beforeAttention?(queriesAndKeys: QueriesAndKeys, site: AttentionSite): QueriesAndKeys;
  /** Whether `attend` wants the map of this layer. */
  wantsMap(site: AttentionSite): boolean;
  /**
   * Sees, and may replace, softmax(QKᵀ/√d): M of Hertz et al. 2022, eq. (1).
   * @param probabilities [B, N, Q, L] @returns the same shape
   */
  attend(probabilities: tf.Tensor4D, site: AttentionSite): tf.Tensor4D;
}

export interface QueriesAndKeys {
  /** [B, N, Q, d] */
  readonly q: tf.Tensor4D;
  /** [B, N, L, d] */
  readonly k: tf.Tensor4D;
}

/** Steers what the residual blocks of the UNet give to its attention. */
export interface FeatureController {
  /** @param features [B, h, w, C] @param path of the block, such as `up_blocks.1.resnets.1` @returns the same shape */
  afterResnet(features: tf.Tensor, path: string): tf.Tensor;
}

/** What reaches every attention layer of a forward pass. */
export interface AttentionContext {
  readonly lora?: LoRALookup;
  readonly controller?: AttentionController;
  readonly features?: FeatureController;
}

export interface AttentionOptions {
  readonly width: number;
  readonly heads: number;
  /** Width of keys and values; default: `width`. */
  readonly contextWidth?: number;
  /** Biases of the q, k, v projections (autoencoder); the output always has one. */
  readonly hasBias?: boolean;
}

export class Attention {
  readonly path: string;
  readonly #heads: number;
  readonly #toQ: Linear;
  readonly #toK: Linear;
  readonly #toV: Linear;
  readonly #toOut: Linear;

  constructor(parameters: Parameters, { width, heads, contextWidth = width, hasBias = false }: AttentionOptions) {
    this.path = parameters.prefix;
    this.#heads = heads;
    this.#toQ = new Linear(parameters.at('to_q'), width, width, { hasBias });
    this.#toK = new Linear(parameters.at('to_k'), contextWidth, width, { hasBias });
    this.#toV = new Linear(parameters.at('to_v'), contextWidth, width, { hasBias });
    this.#toOut = new Linear(parameters.at('to_out.0'), width, width);
  }

  /**
   * @param x [B, Q, C] @param context [B, L, D]
   * @param loraPath path of this layer for `lora`, relative to the UNet
   */
  forward(
    x: tf.Tensor,
    context: tf.Tensor,
    options: AttentionContext & { loraPath?: string; site?: AttentionSite } = {},
  ): tf.Tensor {
    const { lora, controller, loraPath, site } = options;
    const project = (layer: Linear, name: string, input: tf.Tensor) =>
      linearWithLoRA(
        input,
        layer.weight,
        layer.bias,
        loraPath === undefined ? undefined : lora?.(`${loraPath}.${name}`),
      );
    const projected = {
      q: this.#splitHeads(project(this.#toQ, 'to_q', x)),
      k: this.#splitHeads(project(this.#toK, 'to_k', context)),
    };
    const v = this.#splitHeads(project(this.#toV, 'to_v', context));
    const { q, k } = (site && controller?.beforeAttention?.(projected, site)) ?? projected;
    const mixed =
      site && controller?.wantsMap(site)
        ? controlledAttention(q, k, v, controller, site)
        : scaledDotProductAttention(q, k, v);
    const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), x.shape); // [B, Q, C]
    return project(this.#toOut, 'to_out.0', joined);
  }

  /** [B, L, C] → [B, N, L, C/N] */
  #splitHeads(x: tf.Tensor): tf.Tensor4D {
    const [batch, length, width] = x.shape as [number, number, number];
    const heads = tf.reshape(x, [batch, length, this.#heads, width / this.#heads]);
    return tf.transpose(heads, [0, 2, 1, 3]) as tf.Tensor4D;
  }
}

function controlledAttention(
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  v: tf.Tensor4D,
  controller: AttentionController,
  site: AttentionSite,
): tf.Tensor {
  const scores = tf.matMul(tf.mul(q, 1 / Math.sqrt(q.shape[3])), k, false, true); // [B, N, Q, L]
  return tf.matMul(controller.attend(tf.softmax(scores) as tf.Tensor4D, site), v);
}
