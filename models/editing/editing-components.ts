/** @file What the editing pipeline is made of, and how a checkpoint on an engine provides it. */
import type * as tf from '@tensorflow/tfjs';
import type { CLIPTokenizer } from '../clip/tokenization-clip.js';
import type { Recommendations } from '../loaders/recommendations.js';
import { loraLookup } from '../lora/lora-layout.js';
import type { StableDiffusionComponents } from '../pipelines/stable-diffusion-components.js';
import type { ActiveLoRA, StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
import type { Signature } from '../tensors/engine/engine.js';
import { hostScalar, hostTensor } from '../tensors/engine/host-tensor.js';
import type { ControlWeights } from './attention-control/control-schedule.js';
import { crossAttentionGradient, guidanceWeights } from './attention-control/cross-attention-guidance.js';
import type { CrossMaps } from './attention-control/local-blend.js';
import { PlugAndPlayController } from './attention-control/plug-and-play-controller.js';
import { PromptToPromptController, type RowRoles } from './attention-control/prompt-to-prompt-controller.js';
import { nullTextGradient } from './inversion/null-text-gradient.js';

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

export interface LossAndGradient {
  readonly loss: number;
  readonly gradient: Float32Array;
}

export interface NullTextInput {
  /** z_t, [h, w, C] */
  readonly latents: Float32Array;
  readonly timestep: number;
  /** The unconditional embedding, [L, D]. */
  readonly embedding: Float32Array;
  /** The prediction for the prompt, [h, w, C]. */
  readonly conditional: Float32Array;
  /** Where the step shall lead, [h, w, C]. */
  readonly expected: Float32Array;
  readonly guidanceScale: number;
  /** The step is fromSample · z + fromOutput · prediction. */
  readonly step: { readonly fromSample: number; readonly fromOutput: number };
}

export interface CrossAttentionInput {
  /** Of both rows, [h, w, C] each. */
  readonly latents: { readonly source: Float32Array; readonly target: Float32Array };
  readonly timestep: number;
  /** Of the prompts, [L, D] each. */
  readonly embeddings: { readonly source: Float32Array; readonly target: Float32Array };
  readonly weights: ControlWeights;
  /** Share of the LoRA in the target's row. */
  readonly loraScale: number;
}

/** `predictNoise` is that of the checkpoint without a LoRA; only `predictControlled` and `crossAttentionGradient` know one. */
export interface EditingComponents extends StableDiffusionComponents {
  readonly tokenizer: Pick<CLIPTokenizer, 'encodePadded' | 'encodeWithSpans' | 'maxLength' | 'startId' | 'endId'>;
  readonly recommendations: Recommendations['editing'];
  /** Levels of the UNet. */
  readonly levels: number;
  readonly hasLoRA: boolean;
  /** [H, W, 3] in [−1, 1] → the posterior's mean, [h, w, C], not scaled */
  encodeImage(pixels: Float32Array): Promise<Float32Array>;
  predictControlled(input: ControlledPredictionInput): Promise<ControlledPrediction>;
  /** Mean squared error of the step's result and its gradient with respect to the unconditional embedding, [L, D]. */
  nullTextGradient(input: NullTextInput): Promise<LossAndGradient>;
  /** Distance between the cross-attention of both rows and its gradient with respect to the target's latents, [h, w, C]. */
  crossAttentionGradient(input: CrossAttentionInput): Promise<LossAndGradient>;
  /** Absent where the checkpoint cannot compare texts and pictures. Points are not normalised. */
  readonly compare?: {
    embedText(text: string): Promise<Float32Array>;
    /** @param pixels [H, W, 3] in [−1, 1] */
    embedPicture(pixels: Float32Array): Promise<Float32Array>;
  };
}

/** @param lora of the target rows */
export function editingComponents(model: StableDiffusionModel, lora?: ActiveLoRA): EditingComponents {
  const { unet } = model.checkpoint.configs;
  const recommendations = model.checkpoint.recommendations.editing;
  return {
    ...model.components(),
    tokenizer: model.checkpoint.tokenizer,
    recommendations,
    levels: unet.blockOutChannels.length,
    hasLoRA: lora !== undefined,
    encodeImage: async (pixels) => (await model.encodeImage(pixels)).mean,
    predictControlled: (input) => predictControlled(model, lora, input),
    nullTextGradient: (input) => runNullTextGradient(model, input),
    crossAttentionGradient: (input) => runCrossAttentionGradient(model, lora, input),
    ...(model.canCompare
      ? {
          compare: {
            embedText: (text: string) => model.embedText(text),
            embedPicture: (pixels: Float32Array) => model.embedPicture(pixels),
          },
        }
      : {}),
  };
}

const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

async function predictControlled(
  model: StableDiffusionModel,
  lora: ActiveLoRA | undefined,
  { latents, timestep, embeddings, rows, weights, loraScales, featureReplace }: ControlledPredictionInput,
): Promise<ControlledPrediction> {
  const { latentShape, embeddingShape } = model;
  const { blendLevel } = model.checkpoint.recommendations.editing;
  const [length] = embeddingShape;
  const levels = weights.selfReplace.length;
  const layout = lora?.layout;
  const signature: Signature = {
    sample: float(rows.count, ...latentShape),
    timesteps: float(rows.count),
    embeddings: float(rows.count, ...embeddingShape),
    mapper: float(length, length),
    source_gain: float(length),
    target_gain: float(length),
    self_replace: float(levels),
    ...(layout ? { lora: float(layout.size), lora_scales: float(rows.count, 1, 1) } : {}),
    ...(featureReplace === undefined ? {} : { feature_replace: float() }),
  };
  const method = featureReplace === undefined ? 'prompt-to-prompt' : 'plug-and-play';
  const name = `${method} unet, source ${rows.source}, target ${rows.target}${layout ? `, lora rank ${layout.rank}` : ''}`;
  const predict = await model.compile(name, rows.count, signature, (inputs, parameters) => {
    const options = {
      rows,
      latentHeight: latentShape[0],
      blendLevel,
      mapper: inputs.mapper as tf.Tensor2D,
      sourceGain: inputs.source_gain as tf.Tensor1D,
      targetGain: inputs.target_gain as tf.Tensor1D,
      selfReplace: inputs.self_replace as tf.Tensor1D,
    };
    const features = inputs.feature_replace
      ? new PlugAndPlayController({ ...options, featureReplace: inputs.feature_replace })
      : undefined;
    const controller = features ?? new PromptToPromptController(options);
    const noise = model
      .unet(parameters)
      .forward(inputs.sample as tf.Tensor4D, inputs.timesteps as tf.Tensor1D, inputs.embeddings as tf.Tensor3D, {
        controller,
        ...(features ? { features } : {}),
        ...(layout ? { lora: loraLookup(inputs.lora!, layout, inputs.lora_scales!) } : {}),
      });
    return { noise, cross_maps: controller.crossMaps() };
  });
  const outputs = await predict.run({
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
  });
  const maps = outputs.cross_maps!;
  const [, height, width, tokens] = maps.shape as [number, number, number, number];
  return {
    noise: outputs.noise!.data as Float32Array,
    crossMaps: { height, width, tokens, values: maps.data as Float32Array },
  };
}

async function runNullTextGradient(model: StableDiffusionModel, input: NullTextInput) {
  const { latentShape, embeddingShape } = model;
  const sample = float(1, ...latentShape);
  const signature: Signature = {
    sample,
    conditional: sample,
    expected: sample,
    timesteps: float(1),
    embedding: float(1, ...embeddingShape),
    guidance_scale: float(),
    from_sample: float(),
    from_output: float(),
  };
  const step = await model.compile('null-text gradient', 1, signature, (inputs, parameters) =>
    nullTextGradient(inputs, model.unet(parameters)),
  );
  const latents = (data: Float32Array) => hostTensor(sample.shape, data);
  const { loss, gradient } = await step.run({
    sample: latents(input.latents),
    conditional: latents(input.conditional),
    expected: latents(input.expected),
    timesteps: hostTensor([1], new Float32Array([input.timestep])),
    embedding: hostTensor([1, ...embeddingShape], input.embedding),
    guidance_scale: hostScalar(input.guidanceScale),
    from_sample: hostScalar(input.step.fromSample),
    from_output: hostScalar(input.step.fromOutput),
  });
  return { loss: loss!.data[0]!, gradient: gradient!.data as Float32Array };
}

async function runCrossAttentionGradient(
  model: StableDiffusionModel,
  lora: ActiveLoRA | undefined,
  { latents, timestep, embeddings, weights, loraScale }: CrossAttentionInput,
): Promise<LossAndGradient> {
  const { latentShape, embeddingShape } = model;
  const [length] = embeddingShape;
  const sample = float(1, ...latentShape);
  const embedding = float(1, ...embeddingShape);
  const layout = lora?.layout;
  const signature: Signature = {
    source: sample,
    target: sample,
    timesteps: float(1),
    source_embedding: embedding,
    target_embedding: embedding,
    mapper: float(length, length),
    guided: float(length),
    source_gain: float(length),
    ...(layout ? { lora: float(layout.size), lora_scale: float() } : {}),
  };
  const name = `cross-attention gradient${layout ? `, lora rank ${layout.rank}` : ''}`;
  const step = await model.compile(name, 1, signature, (inputs, parameters) =>
    crossAttentionGradient(
      inputs,
      model.unet(parameters),
      layout ? loraLookup(inputs.lora!, layout, inputs.lora_scale!) : undefined,
    ),
  );
  const { mapper, guided, sourceGain } = guidanceWeights(weights);
  const { loss, gradient } = await step.run({
    source: hostTensor(sample.shape, latents.source),
    target: hostTensor(sample.shape, latents.target),
    timesteps: hostTensor([1], new Float32Array([timestep])),
    source_embedding: hostTensor(embedding.shape, embeddings.source),
    target_embedding: hostTensor(embedding.shape, embeddings.target),
    mapper: hostTensor([length, length], mapper),
    guided: hostTensor([length], guided),
    source_gain: hostTensor([length], sourceGain),
    ...(lora
      ? { lora: hostTensor([lora.layout.size], lora.values), lora_scale: hostScalar(lora.scale * loraScale) }
      : {}),
  });
  return { loss: loss!.data[0]!, gradient: gradient!.data as Float32Array };
}
