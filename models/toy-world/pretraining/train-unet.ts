/**
 * @file Last stage of the recipe: the UNet learns to remove noise from latents, given a caption.
 * Paper: Ho et al. 2020, arXiv:2006.11239, weighted as if the model predicted velocities (SNR + 1, Salimans & Ho 2022,
 * arXiv:2202.00512, §4), which counts the noisiest rows, where a caption decides what is drawn, as much as the others;
 * bounded above as min-SNR is (Hang et al. 2023, arXiv:2303.09556).
 */
import * as tf from '@tensorflow/tfjs';
import type { HostTensors } from '../../tensors/engine/engine.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import { recordParameters } from '../../tensors/files/weight-files.js';
import { Parameters } from '../../tensors/parameters.js';
import { createGenerator } from '../../tensors/random.js';
import type { TrainingTask } from '../../training/full-training.js';
import { UNet2DConditionModel } from '../../unets/unet-2d-condition.js';
import type { UNet2DConditionConfig } from '../../unets/unet-2d-configuration.js';
import type { LatentDataset } from './latent-dataset.js';

/** γ of min-SNR; 5 is the paper's choice. */
const SNR_GAMMA = 5;
/** A row of nearly pure noise would weigh 200 and make the steps of 16 rows unsteady. */
const MAX_WEIGHT = 25;

export interface UNetBatchShape {
  readonly batchSize: number;
  readonly latentSize: number;
  readonly textLength: number;
}

export function unetTask(
  config: UNet2DConditionConfig,
  { batchSize, latentSize, textLength }: UNetBatchShape,
): TrainingTask {
  const latents = [batchSize, latentSize, latentSize, config.inChannels] as const;
  return {
    name: 'unet',
    shapes: recordParameters((source) => new UNet2DConditionModel(config, new Parameters(source))),
    signature: {
      noisy: { shape: latents, dtype: 'float32' },
      noise: { shape: latents, dtype: 'float32' },
      timesteps: { shape: [batchSize], dtype: 'float32' },
      weights: { shape: [batchSize, 1, 1, 1], dtype: 'float32' },
      embeddings: { shape: [batchSize, textLength, config.crossAttentionDim], dtype: 'float32' },
    },
    loss({ noisy, noise, timesteps, weights, embeddings }, parameters) {
      const unet = new UNet2DConditionModel(config, parameters);
      const prediction = unet.forward(noisy as tf.Tensor4D, timesteps as tf.Tensor1D, embeddings as tf.Tensor3D);
      const squared = tf.squaredDifference(prediction, noise!);
      return { loss: tf.mean(tf.mul(squared, weights!)), error: tf.mean(squared) };
    },
    zeroResidualBranches: true,
    optimizer: { weightDecay: 0.01, beta2: 0.99, maxGradientNorm: 1, averageDecay: 0.999 },
  };
}

/** A batch of noised latents; every row has its own timestep and noise, decided by the seed and the step. */
export function unetBatch(
  task: TrainingTask,
  data: LatentDataset,
  alphasCumprod: readonly number[],
  seed: number,
  step: number,
): HostTensors {
  const { noisy, embeddings } = task.signature;
  const [batchSize] = noisy!.shape as [number];
  const rowSize = noisy!.shape.reduce((product, size) => product * size, 1) / batchSize;
  const generator = createGenerator(seed).fork(`unet ${step}`);
  const noise = generator.fork('noise').normals(batchSize * rowSize);
  const noisyLatents = new Float32Array(noise.length);
  const timesteps = new Float32Array(batchSize);
  const weights = new Float32Array(batchSize);
  const rows = data.sample(generator.fork('rows'), batchSize);
  for (let row = 0; row < batchSize; row++) {
    // Stratified: the rows of a batch cover the schedule evenly, which steadies the loss.
    const timestep = Math.floor(((row + generator.uniform()) / batchSize) * alphasCumprod.length);
    const alpha = alphasCumprod[timestep]!;
    const snr = alpha / (1 - alpha);
    timesteps[row] = timestep;
    weights[row] = Math.min(Math.min(snr + 1, SNR_GAMMA) / snr, MAX_WEIGHT);
    for (let i = row * rowSize; i < (row + 1) * rowSize; i++) {
      noisyLatents[i] = Math.sqrt(alpha) * rows.latents[i]! + Math.sqrt(1 - alpha) * noise[i]!;
    }
  }
  return {
    noisy: hostTensor(noisy!.shape, noisyLatents),
    noise: hostTensor(noisy!.shape, noise),
    timesteps: hostTensor([batchSize], timesteps),
    weights: hostTensor([batchSize, 1, 1, 1], weights),
    embeddings: hostTensor(embeddings!.shape, rows.embeddings),
  };
}
