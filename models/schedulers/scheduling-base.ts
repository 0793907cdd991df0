/**
 * @file What every scheduler here shares: the noise schedule, adding noise, and reading the model's output.
 *
 * Notation: ᾱ_t is `alphaProducts[t]`; x_t = √ᾱ_t·x_0 + √(1−ᾱ_t)·ε; v = √ᾱ_t·ε − √(1−ᾱ_t)·x_0.
 * Paper: Denoising Diffusion Probabilistic Models, https://arxiv.org/abs/2006.11239
 * Paper (v-prediction): Progressive Distillation for Fast Sampling of Diffusion Models, https://arxiv.org/abs/2202.00512
 */
import type { SchedulerConfig } from './scheduler-config.js';
import { linspace } from './timestep-spacing.js';

export interface SchedulerStepOptions {
  /** 0 is deterministic, 1 as noisy as DDPM. Only DDIM reads it. Default 0. */
  readonly eta?: number;
  /** Gives standard normal noise of the sample's size; called only by a step that adds noise. */
  readonly drawNoise?: () => Float32Array;
}

/** Walks from noise to an image. Arrays are row-major batches of any shape; all arithmetic is in double precision. */
export interface Scheduler {
  readonly name: SchedulerName;
  readonly config: SchedulerConfig;
  /** Timesteps of this run, from noisy to clean. */
  readonly timesteps: Int32Array;
  /** ᾱ of every training timestep. */
  readonly alphaProducts: Float64Array;
  /** Starts a run: chooses the timesteps and forgets earlier model outputs. */
  setTimesteps(steps: number): void;
  /** The sample of the next timestep, from the model's output for the sample of this one. */
  step(modelOutput: Float32Array, timestep: number, sample: Float32Array, options?: SchedulerStepOptions): Float32Array;
  /** x_t of each row from x_0; one timestep per row. */
  addNoise(original: Float32Array, noise: Float32Array, timesteps: ArrayLike<number>): Float32Array;
  /** The clean sample that the model's output stands for. */
  predictOriginalSample(modelOutput: Float32Array, timestep: number, sample: Float32Array): Float32Array;
}

export type SchedulerName = 'DDIMScheduler' | 'DDPMScheduler' | 'DPMSolverMultistepScheduler';

/** x_0 and ε as linear combinations of the sample and the model's output. */
interface PredictionWeights {
  readonly originalFromSample: number;
  readonly originalFromOutput: number;
  readonly noiseFromSample: number;
  readonly noiseFromOutput: number;
}

export class SchedulerBase {
  readonly config: SchedulerConfig;
  readonly alphaProducts: Float64Array;
  timesteps: Int32Array = new Int32Array(0);

  constructor(config: SchedulerConfig) {
    this.config = config;
    this.alphaProducts = alphaProducts(config);
  }

  addNoise(original: Float32Array, noise: Float32Array, timesteps: ArrayLike<number>): Float32Array {
    checkLength('noise', noise, original);
    const rowSize = original.length / timesteps.length;
    if (!Number.isInteger(rowSize)) {
      throw new RangeError(
        `${timesteps.length} timesteps do not divide a sample of ${original.length} numbers into rows`,
      );
    }
    const noisy = new Float32Array(original.length);
    for (let row = 0; row < timesteps.length; row++) {
      const alphaProduct = this.alphaProductAt(timesteps[row]!);
      const signal = Math.sqrt(alphaProduct);
      const sigma = Math.sqrt(1 - alphaProduct);
      for (let i = row * rowSize; i < (row + 1) * rowSize; i++) noisy[i] = signal * original[i]! + sigma * noise[i]!;
    }
    return noisy;
  }

  predictOriginalSample(modelOutput: Float32Array, timestep: number, sample: Float32Array): Float32Array {
    checkLength('model output', modelOutput, sample);
    const { originalFromSample, originalFromOutput } = this.predictionWeights(this.alphaProductAt(timestep));
    return sample.map((value, i) => originalFromSample * value + originalFromOutput * modelOutput[i]!);
  }

  protected alphaProductAt(timestep: number): number {
    const value = this.alphaProducts[timestep];
    if (value === undefined) {
      throw new RangeError(`timestep must be an integer from 0 to ${this.alphaProducts.length - 1}, got ${timestep}`);
    }
    return value;
  }

  protected predictionWeights(alphaProduct: number): PredictionWeights {
    const signal = Math.sqrt(alphaProduct);
    const sigma = Math.sqrt(1 - alphaProduct);
    return this.config.predictionType === 'epsilon'
      ? { originalFromSample: 1 / signal, originalFromOutput: -sigma / signal, noiseFromSample: 0, noiseFromOutput: 1 }
      : { originalFromSample: signal, originalFromOutput: -sigma, noiseFromSample: sigma, noiseFromOutput: signal };
  }
}

function alphaProducts(config: SchedulerConfig): Float64Array {
  const { betaStart, betaEnd, numTrainTimesteps, betaSchedule } = config;
  const betas =
    betaSchedule === 'linear'
      ? linspace(betaStart, betaEnd, numTrainTimesteps)
      : linspace(Math.sqrt(betaStart), Math.sqrt(betaEnd), numTrainTimesteps).map((root) => root * root);
  let product = 1;
  return Float64Array.from(betas, (beta) => {
    product *= 1 - beta;
    return product;
  });
}

/** @throws RangeError if two arrays that belong together differ in length */
export function checkLength(name: string, values: Float32Array, sample: Float32Array): void {
  if (values.length !== sample.length) {
    throw new RangeError(`the ${name} has ${values.length} numbers, the sample ${sample.length}`);
  }
}

/** @throws Error if a step that adds noise was given none */
export function drawStepNoise(options: SchedulerStepOptions, sample: Float32Array): Float32Array {
  if (options.drawNoise === undefined) throw new Error('this step adds noise and needs drawNoise');
  const noise = options.drawNoise();
  checkLength('noise', noise, sample);
  return noise;
}
