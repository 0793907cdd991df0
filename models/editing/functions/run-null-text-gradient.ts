import type { CompiledCheckpoint } from '../../pipelines/compiled-checkpoint.js';
import { hostScalar, hostTensor } from '../../tensors/engine/host-tensor.js';
import { nullTextGradient } from '../inversion/null-text-gradient.js';
import type { LossAndGradient } from './loss-and-gradient.js';

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

/** Mean squared error of the step's result and its gradient with respect to the unconditional embedding, [L, D]. */
export async function runNullTextGradient(model: CompiledCheckpoint, input: NullTextInput): Promise<LossAndGradient> {
  const latents = (data: Float32Array) => hostTensor([1, ...model.latentShape], data);
  const inputs = {
    sample: latents(input.latents),
    conditional: latents(input.conditional),
    expected: latents(input.expected),
    timesteps: hostTensor([1], new Float32Array([input.timestep])),
    embedding: hostTensor([1, ...model.embeddingShape], input.embedding),
    guidance_scale: hostScalar(input.guidanceScale),
    from_sample: hostScalar(input.step.fromSample),
    from_output: hostScalar(input.step.fromOutput),
  };
  const { loss, gradient } = await model.run(
    'null-text gradient, 1 rows',
    inputs,
    (given, parameters) => nullTextGradient(given, model.unet(parameters)),
    { savesMemory: true },
  );
  return { loss: loss!.data[0]!, gradient: gradient!.data as Float32Array };
}
