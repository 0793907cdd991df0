/**
 * @file DDPM: the schedule that models are trained with, and ancestral sampling with the small fixed variance.
 *
 * Paper: Denoising Diffusion Probabilistic Models, https://arxiv.org/abs/2006.11239, formulas (6), (7) and (15)
 * Reference: https://github.com/huggingface/diffusers/blob/main/src/diffusers/schedulers/scheduling_ddpm.py
 */
import {
  checkLength,
  drawStepNoise,
  type Scheduler,
  SchedulerBase,
  type SchedulerStepOptions,
} from './scheduling-base.js';
import { checkSteps, spacedTimesteps } from './timestep-spacing.js';

export class DDPMScheduler extends SchedulerBase implements Scheduler {
  readonly name = 'DDPMScheduler';

  setTimesteps(steps: number): void {
    checkSteps(steps, this.config.numTrainTimesteps);
    this.timesteps = spacedTimesteps(steps, this.config.timestepSpacing ?? 'leading', this.config);
  }

  step(
    modelOutput: Float32Array,
    timestep: number,
    sample: Float32Array,
    options: SchedulerStepOptions = {},
  ): Float32Array {
    checkLength('model output', modelOutput, sample);
    const index = this.timesteps.indexOf(timestep);
    if (index < 0) throw new RangeError(`timestep ${timestep} is not one of this run`);
    // 1. noise levels of this step and the next
    const alphaProduct = this.alphaProductAt(timestep);
    const next = this.timesteps[index + 1];
    const nextAlphaProduct = next === undefined ? 1 : this.alphaProductAt(next);
    const alpha = alphaProduct / nextAlphaProduct;
    const beta = 1 - alpha;
    // 2. the mean of formula (7), with x̂_0 of formula (15)
    const { originalFromSample, originalFromOutput } = this.predictionWeights(alphaProduct);
    const originalWeight = (Math.sqrt(nextAlphaProduct) * beta) / (1 - alphaProduct);
    const sampleWeight = (Math.sqrt(alpha) * (1 - nextAlphaProduct)) / (1 - alphaProduct);
    const fromSample = originalWeight * originalFromSample + sampleWeight;
    const fromOutput = originalWeight * originalFromOutput;
    // 3. noise, except for the clean image
    const deviation = Math.sqrt(((1 - nextAlphaProduct) / (1 - alphaProduct)) * beta);
    const noise = deviation > 0 ? drawStepNoise(options, sample) : undefined;
    return sample.map(
      (value, i) => fromSample * value + fromOutput * modelOutput[i]! + (noise ? deviation * noise[i]! : 0),
    );
  }
}
