/**
 * @file DPM-Solver++(2M): a second-order multistep solver, good pictures in 20 steps.
 *
 * Notation: σ = √((1−ᾱ)/ᾱ), α = 1/√(1+σ²), λ = ln α − ln(σ·α) = −ln σ, h = λ_next − λ.
 * Paper: DPM-Solver++, https://arxiv.org/abs/2211.01095, algorithm 2 (midpoint)
 * Reference: https://github.com/huggingface/diffusers/blob/main/src/diffusers/schedulers/scheduling_dpmsolver_multistep.py
 */
import { checkLength, type Scheduler, SchedulerBase } from './scheduling-base.js';
import { checkSteps, spacedSolverTimesteps } from './timestep-spacing.js';

export class DPMSolverMultistepScheduler extends SchedulerBase implements Scheduler {
  readonly name = 'DPMSolverMultistepScheduler';
  private stepIndex = 0;
  private previousOriginal: Float32Array | undefined;

  setTimesteps(steps: number): void {
    checkSteps(steps, this.config.numTrainTimesteps - 1);
    this.timesteps = spacedSolverTimesteps(steps, this.config.timestepSpacing ?? 'linspace', this.config);
    this.stepIndex = 0;
    this.previousOriginal = undefined;
  }

  step(modelOutput: Float32Array, timestep: number, sample: Float32Array): Float32Array {
    checkLength('model output', modelOutput, sample);
    const index = this.stepIndex;
    const expected = this.timesteps[index];
    if (timestep !== expected) {
      throw new Error(
        `a multistep solver visits its timesteps in order: expected ${expected ?? 'setTimesteps'}, got ${timestep}`,
      );
    }
    const original = this.predictOriginalSample(modelOutput, timestep, sample);
    const previous = this.previousOriginal;
    this.previousOriginal = original;
    this.stepIndex += 1;
    // The final σ is 0, where the solution is the predicted image itself.
    if (index === this.timesteps.length - 1) return original;

    // 1. log-SNR steps
    const alphaProduct = this.alphaProductAt(timestep);
    const nextAlphaProduct = this.alphaProductAt(this.timesteps[index + 1]!);
    const h = logSignalToNoise(nextAlphaProduct) - logSignalToNoise(alphaProduct);
    // 2. weights of x and of the predicted image D
    const fromSample = Math.sqrt((1 - nextAlphaProduct) / (1 - alphaProduct));
    const fromOriginal = -Math.sqrt(nextAlphaProduct) * Math.expm1(-h);
    if (previous === undefined) return sample.map((value, i) => fromSample * value + fromOriginal * original[i]!);
    // 3. D = D0 + ½·D1, with D1 the slope from the step before
    const lastH = logSignalToNoise(alphaProduct) - logSignalToNoise(this.alphaProductAt(this.timesteps[index - 1]!));
    const slope = (0.5 * h) / lastH;
    return sample.map((value, i) => {
      const direction = original[i]! + slope * (original[i]! - previous[i]!);
      return fromSample * value + fromOriginal * direction;
    });
  }
}

/** λ = ½·ln(ᾱ/(1−ᾱ)). */
const logSignalToNoise = (alphaProduct: number): number => 0.5 * Math.log(alphaProduct / (1 - alphaProduct));
