/**
 * @file Plug-and-Play inside the UNet: the target takes the source's features after one block and its self-attention on the
 * way up, in its guided and its unconditional row alike. Words are free.
 * Paper: Tumanyan et al. 2022, arXiv:2211.12572, section 4. Reference: MichalGeyer/pnp-diffusers, pnp.py.
 */
import * as tf from '@tensorflow/tfjs';
import type { AttentionSite, FeatureController, QueriesAndKeys } from '../../transformers/attention-processor.js';
import { PromptToPromptController, type PromptToPromptControllerOptions } from './prompt-to-prompt-controller.js';

/** Share of the steps that take the source's self-attention: τ_A. */
export const PLUG_AND_PLAY_SELF_STEPS = 0.5;
/** Share of the steps that take the source's features: τ_f. */
export const PLUG_AND_PLAY_FEATURE_STEPS = 0.8;
/** Layer 4 of the decoder. */
const FEATURE_PATH = 'up_blocks.1.resnets.1';
/** Layers 4 to 11 of the decoder: of Stable Diffusion's on the way up, all self-attention but the first. */
const isInjected = ({ place, path }: AttentionSite) => place === 'up' && !path.startsWith('up_blocks.1.attentions.0.');

export interface PlugAndPlayControllerOptions extends PromptToPromptControllerOptions {
  /** 1 in steps that take the source's features, 0 in others; a scalar. */
  readonly featureReplace: tf.Tensor;
}

export class PlugAndPlayController extends PromptToPromptController implements FeatureController {
  readonly #options: PlugAndPlayControllerOptions;

  constructor(options: PlugAndPlayControllerOptions) {
    super(options);
    this.#options = options;
  }

  override beforeAttention({ q, k }: QueriesAndKeys, site: AttentionSite): QueriesAndKeys {
    if (site.kind !== 'self' || !isInjected(site)) return { q, k };
    const weight = this.selfWeight(site);
    return { q: this.#withSource(q, weight) as tf.Tensor4D, k: this.#withSource(k, weight) as tf.Tensor4D };
  }

  afterResnet(features: tf.Tensor, path: string): tf.Tensor {
    return path === FEATURE_PATH ? this.#withSource(features, this.#options.featureReplace) : features;
  }

  /** Every row but the source's moved to it by a weight of 0 or 1. */
  #withSource(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
    const [, ...rest] = x.shape;
    const source = tf.slice(x, [this.#options.rows.source, ...rest.map(() => 0)], [1, ...rest]);
    return tf.add(x, tf.mul(tf.sub(source, x), weight));
  }
}
