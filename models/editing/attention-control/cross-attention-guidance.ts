/**
 * @file pix2pix-zero: before each step the target's latents take one step down the distance between its cross-attention
 * and the source's, so that attention keeps the layout without being replaced.
 * Paper: Parmar et al. 2023, arXiv:2302.03027, section 3.2. Reference: pix2pixzero/pix2pix-zero, edit_pipeline.py.
 *
 * Differs: the direction comes from two prompts instead of two sets of sentences, so tokens are compared with their
 * counterparts of the alignment and new ones are free; and the gradient is that of the row with the prompt alone, where the
 * reference averages over both rows of guidance and moves by the unconditional one's.
 */
import * as tf from '@tensorflow/tfjs';
import type { LoRALookup } from '../../lora/lora-layer.js';
import type { AttentionController, AttentionSite } from '../../transformers/attention-processor.js';
import type { UNet2DConditionModel } from '../../unets/unet-2d-condition.js';
import type { ControlWeights } from './control-schedule.js';

/** λ_xa: what the gradient is multiplied with. */
export const CROSS_ATTENTION_GUIDANCE = 0.1;

/** Weights of one step, inputs of the graph. */
export interface GuidanceWeights {
  /** [L, L], source token × target token. */
  readonly mapper: Float32Array;
  /** [L]: 1 where a target token's map is guided. */
  readonly guided: Float32Array;
  /** [L]: the factor of the source's map there. */
  readonly sourceGain: Float32Array;
}

/** Guides towards what Prompt-to-Prompt would put in place: tokens of which nothing would be left are guided. */
export function guidanceWeights({ mapper, sourceGain, targetGain }: ControlWeights): GuidanceWeights {
  return { mapper, sourceGain, guided: targetGain.map((gain) => (gain === 0 ? 1 : 0)) };
}

/** What is left of the control where guidance takes the place of replacing: factors of tokens that are not guided. */
export function withoutReplacement({ targetGain, ...weights }: ControlWeights): ControlWeights {
  return {
    ...weights,
    sourceGain: new Float32Array(targetGain.length),
    targetGain: targetGain.map((gain) => (gain === 0 ? 1 : gain)),
  };
}

class CrossAttentionRecorder implements AttentionController {
  readonly maps: tf.Tensor4D[] = [];

  wantsMap(site: AttentionSite): boolean {
    return site.kind === 'cross';
  }

  attend(probabilities: tf.Tensor4D): tf.Tensor4D {
    this.maps.push(probabilities);
    return probabilities;
  }
}

/**
 * Σ over layers, places and tokens, mean over heads, of (guided · M_target − sourceGain · M_source · mapper)².
 *
 * @param inputs `source`, `target` [1, h, w, C]; `timesteps` [1]; `source_embedding`, `target_embedding` [1, L, D];
 * `mapper` [L, L]; `guided`, `source_gain` [L] @param lora of the target
 * @returns `loss`, a scalar, and `gradient` with respect to `target`, [1, h, w, C]
 */
export function crossAttentionGradient(
  inputs: Readonly<Record<string, tf.Tensor>>,
  unet: Pick<UNet2DConditionModel, 'forward'>,
  lora?: LoRALookup,
): { loss: tf.Tensor; gradient: tf.Tensor } {
  const input = (name: string): tf.Tensor => inputs[name]!;
  const mapsOf = (sample: tf.Tensor, embedding: tf.Tensor, more: { lora?: LoRALookup } = {}) => {
    const controller = new CrossAttentionRecorder();
    const timesteps = input('timesteps') as tf.Tensor1D;
    unet.forward(sample as tf.Tensor4D, timesteps, embedding as tf.Tensor3D, { controller, ...more });
    return controller.maps;
  };
  const expected = mapsOf(input('source'), input('source_embedding')).map((map) => {
    const [, heads, queries, length] = map.shape;
    const mapped = tf.matMul(tf.reshape(map, [heads * queries, length]), input('mapper') as tf.Tensor2D);
    return tf.mul(tf.reshape(mapped, map.shape), input('source_gain'));
  });
  const lossOf = (target: tf.Tensor): tf.Scalar => {
    const distances = mapsOf(target, input('target_embedding'), lora ? { lora } : {}).map((map, layer) => {
      const squares = tf.square(tf.sub(tf.mul(map, input('guided')), expected[layer]!));
      return tf.div(tf.sum(squares), map.shape[1]);
    });
    return tf.addN(distances) as tf.Scalar;
  };
  const { value: loss, grad: gradient } = tf.valueAndGrad(lossOf)(input('target'));
  return { loss, gradient };
}
