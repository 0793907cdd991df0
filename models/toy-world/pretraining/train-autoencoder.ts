/**
 * @file First stage of the recipe: the KL autoencoder of the toy checkpoint.
 * Paper: Rombach et al. 2022, arXiv:2112.10752, 3.1, without the adversarial and perceptual terms: flat cartoons need neither.
 */
import * as tf from '@tensorflow/tfjs';
import { AutoencoderKL, type AutoencoderKLConfig } from '../../autoencoders/autoencoder-kl.js';
import type { HostTensors } from '../../tensors/engine/engine.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import { recordParameters } from '../../tensors/files/weight-files.js';
import { Parameters } from '../../tensors/parameters.js';
import { createGenerator } from '../../tensors/random.js';
import type { TrainingTask } from '../../training/full-training.js';
import type { Split } from '../scene.js';
import { captionedScenes } from './toy-data.js';

/** Weight of the Kullback–Leibler term per latent element, against the mean squared error per colour value. */
const KL_WEIGHT = 3e-5;

export function autoencoderTask(config: AutoencoderKLConfig, batchSize: number, pixels: number): TrainingTask {
  const latentSize = pixels / 2 ** (config.blockOutChannels.length - 1);
  const latents = [batchSize, latentSize, latentSize, config.latentChannels] as const;
  return {
    name: 'autoencoder',
    shapes: recordParameters((source) => new AutoencoderKL(config, new Parameters(source))),
    signature: {
      pixels: { shape: [batchSize, pixels, pixels, 3], dtype: 'float32' },
      noise: { shape: latents, dtype: 'float32' },
    },
    loss({ pixels: images, noise }, parameters) {
      const autoencoder = new AutoencoderKL(config, parameters);
      const { mean, logVariance, std } = autoencoder.encode(images as tf.Tensor4D);
      const sample = tf.add(mean, tf.mul(std, noise!));
      const error = tf.mean(tf.squaredDifference(autoencoder.decode(sample as tf.Tensor4D), images!));
      const divergence = tf.mul(
        tf.mean(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1))),
        0.5,
      );
      return { loss: tf.add(error, tf.mul(divergence, KL_WEIGHT)), error, divergence };
    },
    optimizer: { weightDecay: 0, beta2: 0.99, maxGradientNorm: 1, averageDecay: 0.995 },
  };
}

/**
 * The decoder alone, on the means that the finished encoder gives: what a UNet has learnt of the latents stays true, and
 * the pictures become sharper. So was stabilityai/sd-vae-ft-mse made from the autoencoder of Stable Diffusion (its model card).
 */
export function decoderTask(config: AutoencoderKLConfig, batchSize: number, pixels: number): TrainingTask {
  const whole = autoencoderTask(config, batchSize, pixels);
  return {
    ...whole,
    name: 'decoder',
    signature: { pixels: whole.signature.pixels! },
    isTrained: (name) => /^(decoder|post_quant_conv)\./.test(name),
    loss({ pixels: images }, parameters) {
      const autoencoder = new AutoencoderKL(config, parameters);
      const { mean } = autoencoder.encode(images as tf.Tensor4D);
      return { loss: tf.mean(tf.squaredDifference(autoencoder.decode(mean), images!)) };
    },
  };
}

/** The batch of a step: fresh scenes and fresh noise, both decided by the seed and the step. */
export function autoencoderBatch(task: TrainingTask, seed: number, step: number, split: Split = 'train'): HostTensors {
  const { pixels, noise } = task.signature;
  const generator = createGenerator(seed).fork(`${task.name} ${step}`);
  const [batchSize, size] = pixels!.shape as [number, number];
  const scenes = hostTensor(pixels!.shape, captionedScenes(generator, batchSize, size, split).pixels);
  if (!noise) return { pixels: scenes };
  const elements = noise.shape.reduce((product, length) => product * length, 1);
  return { pixels: scenes, noise: hostTensor(noise.shape, generator.fork('noise').normals(elements)) };
}
