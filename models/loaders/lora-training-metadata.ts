/**
 * @file What a LoRA file says about itself: the `ss_*` fields of kohya's trainer, its two hashes, and `modelspec.*`.
 * Reference: kohya-ss/sd-scripts library/train_util.py; Stability-AI/ModelSpec.
 */
import { createHash } from 'node:crypto';
import { adapterRank, type LoRAAdapter } from '../lora/lora-adapter.js';
import { encodeSafetensors, type SafetensorsTensor } from '../tensors/files/safetensors.js';

/** How a LoRA came to be, for the `ss_*` metadata that other tools show. Only what is given is written. */
export interface LoRATrainingFacts {
  /** `sd_v1` for Stable Diffusion 1.x. */
  readonly baseModelVersion: string;
  readonly baseModelName?: string;
  /** SHA-256 of the base checkpoint, hexadecimal. */
  readonly baseModelHash?: string;
  readonly outputName?: string;
  readonly triggerPhrase?: string;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly learningRate?: number;
  readonly learningRateSchedule?: string;
  readonly steps?: number;
  readonly trainingImages?: number;
  readonly priorImages?: number;
  readonly priorLossWeight?: number;
  readonly seed?: number;
  readonly noiseOffset?: number;
  readonly minSnrGamma?: number;
  /** Pixels, [width, height]. */
  readonly resolution?: readonly [number, number];
}

/** Metadata for a file of these tensors. */
export function kohyaMetadata(
  adapter: LoRAAdapter,
  tensors: Readonly<Record<string, SafetensorsTensor>>,
  facts: LoRATrainingFacts,
): Record<string, string> {
  const training = trainingMetadata(adapter, facts);
  const { baseModelVersion, outputName, triggerPhrase } = facts;
  return {
    ...training,
    ...fileHashes(encodeSafetensors(tensors, training)),
    'modelspec.sai_model_spec': '1.0.0',
    'modelspec.architecture': `${baseModelVersion === 'sd_v1' ? 'stable-diffusion-v1' : baseModelVersion}/lora`,
    'modelspec.title': outputName ?? 'lora',
    ...(triggerPhrase === undefined ? {} : { 'modelspec.trigger_phrase': triggerPhrase }),
  };
}

function trainingMetadata(adapter: LoRAAdapter, facts: LoRATrainingFacts): Record<string, string> {
  const alphas = new Set([...adapter.layers.values()].map(({ alpha }) => alpha));
  const fields: Record<string, string | number | undefined> = {
    ss_v2: 'False',
    ss_base_model_version: facts.baseModelVersion,
    ss_network_module: 'networks.lora',
    ss_network_dim: adapterRank(adapter),
    ss_network_alpha: alphas.size === 1 ? [...alphas][0] : 'Dynamic',
    ss_network_args: '{}',
    ss_output_name: facts.outputName,
    ss_sd_model_name: facts.baseModelName,
    ss_new_sd_model_hash: facts.baseModelHash,
    ss_training_started_at: facts.startedAtMs === undefined ? undefined : facts.startedAtMs / 1000,
    ss_training_finished_at: facts.finishedAtMs === undefined ? undefined : facts.finishedAtMs / 1000,
    ss_learning_rate: facts.learningRate,
    ss_unet_lr: facts.learningRate,
    ss_lr_scheduler: facts.learningRateSchedule,
    ss_optimizer: 'AdamW',
    ss_mixed_precision: 'no',
    ss_steps: facts.steps,
    ss_max_train_steps: facts.steps,
    ss_num_train_images: facts.trainingImages,
    ss_num_reg_images: facts.priorImages,
    ss_prior_loss_weight: facts.priorLossWeight,
    ss_seed: facts.seed,
    ss_noise_offset: facts.noiseOffset,
    ss_min_snr_gamma: facts.minSnrGamma,
    ss_resolution: facts.resolution && `(${facts.resolution.join(', ')})`,
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
}

/** The two hashes by which model managers recognise a file, taken of a file that has the `ss_*` metadata only. */
function fileHashes(bytes: Uint8Array): Record<string, string> {
  const headerBytes = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const sha256 = (part: Uint8Array) => createHash('sha256').update(part).digest('hex');
  return {
    sshs_model_hash: sha256(bytes.subarray(8 + headerBytes)),
    sshs_legacy_hash: sha256(bytes.subarray(0x100000, 0x110000)).slice(0, 8),
  };
}
