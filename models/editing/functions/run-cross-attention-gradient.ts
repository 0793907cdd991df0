import type { ActiveLoRA } from '../../lora/active-lora.js';
import { loraLookup } from '../../lora/lora-lookup.js';
import type { CompiledCheckpoint } from '../../pipelines/compiled-checkpoint.js';
import type { HostTensors } from '../../tensors/engine/engine.js';
import { hostScalar, hostTensor } from '../../tensors/engine/host-tensor.js';
import type { ControlWeights } from '../attention-control/control-schedule.js';
import { crossAttentionGradient, guidanceWeights } from '../attention-control/cross-attention-guidance.js';
import type { LossAndGradient } from './loss-and-gradient.js';

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

/** Distance between the cross-attention of both rows and its gradient with respect to the target's latents, [h, w, C]. */
export async function runCrossAttentionGradient(
  model: CompiledCheckpoint,
  lora: ActiveLoRA | undefined,
  { latents, timestep, embeddings, weights, loraScale }: CrossAttentionInput,
): Promise<LossAndGradient> {
  const [length] = model.embeddingShape;
  const layout = lora?.layout;
  const row = (data: Float32Array) => hostTensor([1, ...model.latentShape], data);
  const text = (data: Float32Array) => hostTensor([1, ...model.embeddingShape], data);
  const { mapper, guided, sourceGain } = guidanceWeights(weights);
  const inputs: HostTensors = {
    source: row(latents.source),
    target: row(latents.target),
    timesteps: hostTensor([1], new Float32Array([timestep])),
    source_embedding: text(embeddings.source),
    target_embedding: text(embeddings.target),
    mapper: hostTensor([length, length], mapper),
    guided: hostTensor([length], guided),
    source_gain: hostTensor([length], sourceGain),
    ...(lora
      ? { lora: hostTensor([lora.layout.size], lora.values), lora_scale: hostScalar(lora.scale * loraScale) }
      : {}),
  };
  const name = `cross-attention gradient${layout ? `, lora rank ${layout.rank}` : ''}, 1 rows`;
  const { loss, gradient } = await model.run(
    name,
    inputs,
    (given, parameters) =>
      crossAttentionGradient(
        given,
        model.unet(parameters),
        layout ? loraLookup(given.lora!, layout, given.lora_scale!) : undefined,
      ),
    { savesMemory: true },
  );
  return { loss: loss!.data[0]!, gradient: gradient!.data as Float32Array };
}
