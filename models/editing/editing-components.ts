/** @file What the editing pipeline is made of, and how a checkpoint on an engine provides it. */
import type { CLIPTokenizer } from '../clip/tokenization-clip.js';
import type { Recommendations } from '../loaders/recommendations.js';
import type { ActiveLoRA } from '../lora/active-lora.js';
import type { StableDiffusionComponents } from '../pipelines/stable-diffusion-components.js';
import type { StableDiffusionModel } from '../pipelines/stable-diffusion-model.js';
import type { LossAndGradient } from './functions/loss-and-gradient.js';
import {
  type ControlledPrediction,
  type ControlledPredictionInput,
  predictControlled,
} from './functions/predict-controlled.js';
import { type CrossAttentionInput, runCrossAttentionGradient } from './functions/run-cross-attention-gradient.js';
import { type NullTextInput, runNullTextGradient } from './functions/run-null-text-gradient.js';

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
