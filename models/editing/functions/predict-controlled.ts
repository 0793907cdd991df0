import type * as tf from '@tensorflow/tfjs';
import type { ActiveLoRA } from '../../lora/active-lora.js';
import { loraLookup } from '../../lora/lora-lookup.js';
import type { CompiledCheckpoint } from '../../pipelines/compiled-checkpoint.js';
import type { HostTensors } from '../../tensors/engine/engine.js';
import { hostScalar, hostTensor } from '../../tensors/engine/host-tensor.js';
import type { ControlWeights } from '../attention-control/control-schedule.js';
import type { CrossMaps } from '../attention-control/local-blend.js';
import { PlugAndPlayController } from '../attention-control/plug-and-play-controller.js';
import { PromptToPromptController, type RowRoles } from '../attention-control/prompt-to-prompt-controller.js';

export interface ControlledPredictionInput {
  /** [rows, h, w, C] */
  readonly latents: Float32Array;
  /** The same for all rows, 0…999. */
  readonly timestep: number;
  /** [rows, L, D] */
  readonly embeddings: Float32Array;
  readonly rows: RowRoles;
  /** Plug-and-Play instead of Prompt-to-Prompt: 1 in steps that take the source's features, 0 in others. */
  readonly featureReplace?: number;
  readonly weights: ControlWeights;
  /** Share of the LoRA in each row: 0 for the untouched checkpoint. */
  readonly loraScales: readonly number[];
}

export interface ControlledPrediction {
  /** [rows, h, w, C] */
  readonly noise: Float32Array;
  readonly crossMaps: CrossMaps;
}

/** One pass through the UNet with attention under control. LoRA factors are inputs, their share one of each row. */
export async function predictControlled(
  model: CompiledCheckpoint,
  lora: ActiveLoRA | undefined,
  { latents, timestep, embeddings, rows, weights, loraScales, featureReplace }: ControlledPredictionInput,
): Promise<ControlledPrediction> {
  const { latentShape, embeddingShape } = model;
  const { blendLevel } = model.checkpoint.recommendations.editing;
  const [length] = embeddingShape;
  const levels = weights.selfReplace.length;
  const layout = lora?.layout;
  const inputs: HostTensors = {
    sample: hostTensor([rows.count, ...latentShape], latents),
    timesteps: hostTensor([rows.count], new Float32Array(rows.count).fill(timestep)),
    embeddings: hostTensor([rows.count, ...embeddingShape], embeddings),
    mapper: hostTensor([length, length], weights.mapper),
    source_gain: hostTensor([length], weights.sourceGain),
    target_gain: hostTensor([length], weights.targetGain),
    self_replace: hostTensor([levels], weights.selfReplace),
    ...(featureReplace === undefined ? {} : { feature_replace: hostScalar(featureReplace) }),
    ...(lora
      ? {
          lora: hostTensor([lora.layout.size], lora.values),
          lora_scales: hostTensor(
            [rows.count, 1, 1],
            Float32Array.from(loraScales, (share) => share * lora.scale),
          ),
        }
      : {}),
  };
  const method = featureReplace === undefined ? 'prompt-to-prompt' : 'plug-and-play';
  const name = `${method} unet, source ${rows.source}, target ${rows.target}${layout ? `, lora rank ${layout.rank}` : ''}, ${rows.count} rows`;
  const outputs = await model.run(name, inputs, (given, parameters) => {
    const options = {
      rows,
      latentHeight: latentShape[0],
      blendLevel,
      mapper: given.mapper as tf.Tensor2D,
      sourceGain: given.source_gain as tf.Tensor1D,
      targetGain: given.target_gain as tf.Tensor1D,
      selfReplace: given.self_replace as tf.Tensor1D,
    };
    const features = given.feature_replace
      ? new PlugAndPlayController({ ...options, featureReplace: given.feature_replace })
      : undefined;
    const controller = features ?? new PromptToPromptController(options);
    const noise = model
      .unet(parameters)
      .forward(given.sample as tf.Tensor4D, given.timesteps as tf.Tensor1D, given.embeddings as tf.Tensor3D, {
        controller,
        ...(features ? { features } : {}),
        ...(layout ? { lora: loraLookup(given.lora!, layout, given.lora_scales!) } : {}),
      });
    return { noise, cross_maps: controller.crossMaps() };
  });
  const maps = outputs.cross_maps!;
  const [, height, width, tokens] = maps.shape as [number, number, number, number];
  return {
    noise: outputs.noise!.data as Float32Array,
    crossMaps: { height, width, tokens, values: maps.data as Float32Array },
  };
}
