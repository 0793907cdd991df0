import { describe, expect, it } from 'vitest';
import { parseSchedulerConfig } from '#models/schedulers/scheduler-config.js';
import { CLEAN, DDIMScheduler } from '#models/schedulers/scheduling-ddim.js';
import { createGenerator } from '#models/tensors/random.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';
import { SD14_SCHEDULER_CONFIG } from '#test/helpers/scheduler-config.js';

const config = parseSchedulerConfig(SD14_SCHEDULER_CONFIG);
const noise = createGenerator(1).normals(64);
const image = createGenerator(2).normals(64);

describe('DDIMScheduler with the config of Stable Diffusion 1.4', () => {
  it.each([
    [0, 0.99915],
    [1, 0.998296028],
    [20, 0.981314362],
    [21, 0.980380748],
    [500, 0.276332684],
    [801, 0.036546525],
    [981, 0.0057755],
    [999, 0.004660099],
  ])('has ᾱ(%i) = %f', (timestep, value) => {
    expect(new DDIMScheduler(config).alphaProducts[timestep]).toBeCloseTo(value, 8);
  });

  it('has a signal-to-noise ratio of 5 at timestep 146 and 1 at 353', () => {
    const ratio = (t: number) => {
      const product = new DDIMScheduler(config).alphaProducts[t]!;
      return product / (1 - product);
    };
    expect([146, 147, 353, 354].map((t) => [ratio(t) >= 5, ratio(t) >= 1])).toEqual([
      [true, true],
      [false, true],
      [false, true],
      [false, false],
    ]);
    expect(ratio(146)).toBeCloseTo(5, 1);
    expect(ratio(353)).toBeCloseTo(1, 1);
  });

  it('visits 981, 961, …, 1 in 50 steps', () => {
    const scheduler = new DDIMScheduler(config);
    scheduler.setTimesteps(50);
    expect(Array.from(scheduler.timesteps)).toEqual(Array.from({ length: 50 }, (_, i) => 981 - 20 * i));
  });

  it('finds the image at once when the model knows the noise', () => {
    const scheduler = new DDIMScheduler(config);
    const sample = scheduler.addNoise(image, noise, [981]);
    expect(relativeDifference(scheduler.predictOriginalSample(noise, 981, sample), image)).toBeLessThan(1e-5);
    const almostClean = scheduler.stepBetween(noise, 981, CLEAN, sample);
    expect(relativeDifference(almostClean, scheduler.addNoise(image, noise, [0]))).toBeLessThan(1e-5);
  });

  it('goes all the way to the image when set_alpha_to_one is true', () => {
    const scheduler = new DDIMScheduler({ ...config, setAlphaToOne: true });
    expect(
      relativeDifference(scheduler.stepBetween(noise, 501, CLEAN, scheduler.addNoise(image, noise, [501])), image),
    ).toBeLessThan(1e-5);
  });

  it('comes back to where it was after a step towards noise with the same model output', () => {
    const scheduler = new DDIMScheduler(config);
    const noisier = scheduler.stepBetween(noise, 201, 221, image);
    expect(relativeDifference(noisier, image)).toBeGreaterThan(1e-3);
    expect(relativeDifference(scheduler.stepBetween(noise, 221, 201, noisier), image)).toBeLessThan(1e-6);
  });

  it('adds noise of the variance of DDPM when eta is 1, and none when it is 0', () => {
    const scheduler = new DDIMScheduler(config);
    scheduler.setTimesteps(50);
    const zero = new Float32Array(64);
    const [from, to] = [scheduler.alphaProducts[981]!, scheduler.alphaProducts[961]!];
    const deviation = Math.sqrt(((1 - to) / (1 - from)) * (1 - from / to));
    const noisy = scheduler.step(zero, 981, zero, { eta: 1, drawNoise: () => noise });
    expect(
      relativeDifference(
        noisy,
        noise.map((value) => deviation * value),
      ),
    ).toBeLessThan(1e-6);
    expect(scheduler.step(zero, 981, zero)).toEqual(zero);
    expect(() => scheduler.step(zero, 981, zero, { eta: 1 })).toThrow(/drawNoise/);
    expect(() => scheduler.stepBetween(zero, 1, 21, zero, { eta: 1 })).toThrow(/towards noise/);
  });

  it('refuses wrong sizes, steps and timesteps', () => {
    const scheduler = new DDIMScheduler(config);
    expect(() => scheduler.step(noise, 1, image)).toThrow(/setTimesteps/);
    for (const steps of [0, -1, 1.5, 1001, Number.NaN]) expect(() => scheduler.setTimesteps(steps)).toThrow(RangeError);
    expect(() => scheduler.stepBetween(noise.slice(1), 1, CLEAN, image)).toThrow(
      'the model output has 63 numbers, the sample 64',
    );
    expect(() => scheduler.stepBetween(noise, 1000, CLEAN, image)).toThrow(/from 0 to 999, got 1000/);
    expect(() => scheduler.addNoise(image, noise, [1, 2, 3])).toThrow(/3 timesteps do not divide/);
  });
});
