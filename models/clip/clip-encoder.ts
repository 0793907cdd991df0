/**
 * @file The transformer that CLIP's text and image towers share.
 * Paper: Radford et al. 2021, arXiv:2103.00020. Reference: transformers models/clip/modeling_clip.py, CLIPEncoder.
 */
import * as tf from '@tensorflow/tfjs';
import { LayerNorm, Linear } from '../tensors/layers.js';
import { geluErf, quickGelu, scaledDotProductAttention } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';

export interface CLIPEncoderConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly hiddenAct: 'quick_gelu' | 'gelu';
  readonly layerNormEps: number;
}

class CLIPEncoderLayer {
  readonly #config: CLIPEncoderConfig;
  readonly #layerNorm1: LayerNorm;
  readonly #layerNorm2: LayerNorm;
  readonly #projections: Record<'q' | 'k' | 'v' | 'out', Linear>;
  readonly #fc1: Linear;
  readonly #fc2: Linear;

  constructor(parameters: Parameters, config: CLIPEncoderConfig) {
    const { hiddenSize: width, intermediateSize, layerNormEps } = config;
    this.#config = config;
    const attention = (name: string) => new Linear(parameters.at(`self_attn.${name}_proj`), width, width);
    this.#layerNorm1 = new LayerNorm(parameters.at('layer_norm1'), width, layerNormEps);
    this.#projections = { q: attention('q'), k: attention('k'), v: attention('v'), out: attention('out') };
    this.#layerNorm2 = new LayerNorm(parameters.at('layer_norm2'), width, layerNormEps);
    this.#fc1 = new Linear(parameters.at('mlp.fc1'), width, intermediateSize);
    this.#fc2 = new Linear(parameters.at('mlp.fc2'), intermediateSize, width);
  }

  forward(x: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    const hidden = tf.add(x, this.#attend(this.#layerNorm1.forward(x), mask));
    const activation = this.#config.hiddenAct === 'quick_gelu' ? quickGelu : geluErf;
    return tf.add(hidden, this.#fc2.forward(activation(this.#fc1.forward(this.#layerNorm2.forward(hidden)))));
  }

  #attend(x: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    const [batch, length, width] = x.shape as [number, number, number];
    const heads = this.#config.numAttentionHeads;
    const { q, k, v, out } = this.#projections;
    const split = (layer: Linear) =>
      tf.transpose(tf.reshape(layer.forward(x), [batch, length, heads, width / heads]), [0, 2, 1, 3]); // [B, N, L, d]
    const mixed = scaledDotProductAttention(split(q), split(k), split(v), mask ? { mask } : {});
    return out.forward(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), x.shape));
  }
}

export class CLIPEncoder {
  readonly #layers: readonly CLIPEncoderLayer[];

  constructor(parameters: Parameters, config: CLIPEncoderConfig) {
    this.#layers = Array.from(
      { length: config.numHiddenLayers },
      (_, index) => new CLIPEncoderLayer(parameters.at(`layers.${index}`), config),
    );
  }

  /** @param x [B, L, D] @param mask additive, [L, L] @returns [B, L, D] */
  forward(x: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    return this.#layers.reduce((hidden, layer) => layer.forward(hidden, mask), x);
  }
}
