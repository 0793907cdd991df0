/**
 * @file The transformer block inside the UNet: self-attention, cross-attention, feed-forward.
 * Reference: diffusers models/attention.py, BasicTransformerBlock and FeedForward with GEGLU.
 */
import * as tf from '@tensorflow/tfjs';
import { LayerNorm, Linear } from '../tensors/layers.js';
import { geluErf } from '../tensors/ops.js';
import type { Parameters } from '../tensors/parameters.js';
import { Attention, type AttentionContext, type AttentionSite } from './attention-processor.js';

/** Value · GELU(gate), then back to the width. Paper: Shazeer 2020, arXiv:2002.05202. */
class FeedForward {
  readonly #proj: Linear;
  readonly #out: Linear;

  constructor(parameters: Parameters, width: number) {
    const inner = 4 * width;
    this.#proj = new Linear(parameters.at('net.0.proj'), width, 2 * inner);
    this.#out = new Linear(parameters.at('net.2'), inner, width);
  }

  forward(x: tf.Tensor): tf.Tensor {
    const [value, gate] = tf.split(this.#proj.forward(x), 2, 2);
    return this.#out.forward(tf.mul(value!, geluErf(gate!)));
  }
}

export interface BasicTransformerBlockOptions {
  readonly width: number;
  readonly heads: number;
  readonly contextWidth: number;
  readonly place: AttentionSite['place'];
}

export class BasicTransformerBlock {
  readonly #norm1: LayerNorm;
  readonly #attn1: Attention;
  readonly #norm2: LayerNorm;
  readonly #attn2: Attention;
  readonly #norm3: LayerNorm;
  readonly #ff: FeedForward;
  readonly #place: AttentionSite['place'];

  constructor(parameters: Parameters, { width, heads, contextWidth, place }: BasicTransformerBlockOptions) {
    this.#place = place;
    this.#norm1 = new LayerNorm(parameters.at('norm1'), width);
    this.#attn1 = new Attention(parameters.at('attn1'), { width, heads });
    this.#norm2 = new LayerNorm(parameters.at('norm2'), width);
    this.#attn2 = new Attention(parameters.at('attn2'), { width, heads, contextWidth });
    this.#norm3 = new LayerNorm(parameters.at('norm3'), width);
    this.#ff = new FeedForward(parameters.at('ff'), width);
  }

  /**
   * @param x [B, h·w, C] @param encoderHiddenStates [B, L, D] @param path of this block, relative to the UNet
   * @returns [B, h·w, C]
   */
  forward(
    x: tf.Tensor,
    encoderHiddenStates: tf.Tensor,
    options: AttentionContext & { path: string; resolution: readonly [number, number] },
  ): tf.Tensor {
    const at = (name: 'attn1' | 'attn2', kind: AttentionSite['kind']) => {
      const path = `${options.path}.${name}`;
      return { ...options, loraPath: path, site: { path, kind, place: this.#place, resolution: options.resolution } };
    };
    const normed = this.#norm1.forward(x);
    let hidden = tf.add(x, this.#attn1.forward(normed, normed, at('attn1', 'self')));
    hidden = tf.add(
      hidden,
      this.#attn2.forward(this.#norm2.forward(hidden), encoderHiddenStates, at('attn2', 'cross')),
    );
    return tf.add(hidden, this.#ff.forward(this.#norm3.forward(hidden)));
  }
}
