/**
 * @file DDIM: deterministic sampling (η = 0) that can be walked in both directions, or as noisy as DDPM (η = 1).
 *
 * Paper: Denoising Diffusion Implicit Models, https://arxiv.org/abs/2010.02502, formulas (12) and (16)
 * Reference: https://github.com/huggingface/diffusers/blob/main/src/diffusers/schedulers/scheduling_ddim.py
 */
import type { SchedulerConfig } from './scheduler-config.js';
import {
  checkLength,
  drawStepNoise,
  type Scheduler,
  SchedulerBase,
  type SchedulerStepOptions,
} from './scheduling-base.js';
import { checkSteps, spacedTimesteps } from './timestep-spacing.js';

/** The place after the last step, where nothing is left to remove. */
export const CLEAN = -1;

export interface DDIMStepWeights {
  readonly fromSample: number;
  readonly fromOutput: number;
  readonly sigma: number;
}

export class DDIMScheduler extends SchedulerBase implements Scheduler {
  readonly name = 'DDIMScheduler';
  /** ᾱ of the clean end. */
  private readonly finalAlphaProduct: number;
  private stride = 0;

  constructor(config: SchedulerConfig) {
    super(config);
    this.finalAlphaProduct = config.setAlphaToOne ? 1 : this.alphaProducts[0]!;
  }

  setTimesteps(steps: number): void {
    checkSteps(steps, this.config.numTrainTimesteps);
    this.timesteps = spacedTimesteps(steps, this.config.timestepSpacing ?? 'leading', this.config);
    this.stride = Math.floor(this.config.numTrainTimesteps / steps);
  }

  step(
    modelOutput: Float32Array,
    timestep: number,
    sample: Float32Array,
    options: SchedulerStepOptions = {},
  ): Float32Array {
    if (this.stride === 0) throw new Error('setTimesteps must be called before step');
    return this.stepBetween(modelOutput, timestep, this.timestepAfter(timestep), sample, options);
  }

  /** Where `step` leads from a timestep: the next cleaner one of this run, or `CLEAN`. */
  timestepAfter(timestep: number): number {
    return Math.max(timestep - this.stride, CLEAN);
  }

  /** x_to = fromSample · x_from + fromOutput · model output + σ · noise, for η. */
  stepWeights(fromTimestep: number, toTimestep: number, eta = 0): DDIMStepWeights {
    // 1. noise levels
    const alphaFrom = fromTimestep === CLEAN ? this.finalAlphaProduct : this.alphaProductAt(fromTimestep);
    const alphaTo = toTimestep === CLEAN ? this.finalAlphaProduct : this.alphaProductAt(toTimestep);
    // 2. σ of formula (16)
    if (eta > 0 && alphaTo < alphaFrom) throw new RangeError(`eta must be 0 towards noise, got ${eta}`);
    const sigma = eta === 0 ? 0 : eta * Math.sqrt(((1 - alphaTo) / (1 - alphaFrom)) * (1 - alphaFrom / alphaTo));
    // 3. formula (12): x̂_0, the direction to x_to, and noise
    const weights = this.predictionWeights(alphaFrom);
    const toOriginal = Math.sqrt(alphaTo);
    const toNoise = Math.sqrt(Math.max(1 - alphaTo - sigma * sigma, 0));
    return {
      fromSample: toOriginal * weights.originalFromSample + toNoise * weights.noiseFromSample,
      fromOutput: toOriginal * weights.originalFromOutput + toNoise * weights.noiseFromOutput,
      sigma,
    };
  }

  /**
   * Moves a sample from one timestep to any other with the model's output at the first: towards the image when
   * `toTimestep` is smaller (`CLEAN` for the end), towards noise, as inversion needs, when it is larger.
   */
  stepBetween(
    modelOutput: Float32Array,
    fromTimestep: number,
    toTimestep: number,
    sample: Float32Array,
    options: SchedulerStepOptions = {},
  ): Float32Array {
    checkLength('model output', modelOutput, sample);
    const { fromSample, fromOutput, sigma } = this.stepWeights(fromTimestep, toTimestep, options.eta);
    const noise = sigma > 0 ? drawStepNoise(options, sample) : undefined;
    return sample.map(
      (value, i) => fromSample * value + fromOutput * modelOutput[i]! + (noise ? sigma * noise[i]! : 0),
    );
  }
}
