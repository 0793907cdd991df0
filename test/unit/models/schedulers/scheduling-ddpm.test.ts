import { describe, expect, it } from 'vitest';
import { parseSchedulerConfig } from '#models/schedulers/scheduler-config.js';
import { DDPMScheduler } from '#models/schedulers/scheduling-ddpm.js';
import { createGenerator } from '#models/tensors/random.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';
import { SD14_SCHEDULER_CONFIG } from '#test/helpers/scheduler-config.js';

const config = parseSchedulerConfig(SD14_SCHEDULER_CONFIG);
const image = createGenerator(1).normals(32);

describe('DDPMScheduler', () => {
  it('keeps unit variance when it adds unit noise to an image of unit variance', () => {
    const count = 40_000;
    const noisy = new DDPMScheduler(config).addNoise(
      createGenerator(2).normals(count),
      createGenerator(3).normals(count),
      [353],
    );
    const variance = noisy.reduce((sum, value) => sum + value * value, 0) / count;
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it('adds the noise of its own timestep to every row', () => {
    const scheduler = new DDPMScheduler(config);
    const noise = createGenerator(4).normals(32);
    const both = scheduler.addNoise(image, noise, [10, 900]);
    expect(both.slice(0, 16)).toEqual(scheduler.addNoise(image.slice(0, 16), noise.slice(0, 16), [10]));
    expect(both.slice(16)).toEqual(scheduler.addNoise(image.slice(16), noise.slice(16), [900]));
  });

  it('draws noise in every step but the last', () => {
    const scheduler = new DDPMScheduler(config);
    scheduler.setTimesteps(5);
    const generator = createGenerator(5);
    const drawn = Array.from(scheduler.timesteps, (timestep) => {
      let calls = 0;
      scheduler.step(new Float32Array(32), timestep, image, {
        drawNoise: () => {
          calls += 1;
          return generator.normals(32);
        },
      });
      return calls;
    });
    expect(drawn).toEqual([1, 1, 1, 1, 0]);
  });

  it('ends in the image when the model always knows the noise', () => {
    const scheduler = new DDPMScheduler(config);
    scheduler.setTimesteps(20);
    const generator = createGenerator(6);
    let sample = scheduler.addNoise(image, generator.normals(32), [scheduler.timesteps[0]!]);
    for (const timestep of scheduler.timesteps) {
      const product = scheduler.alphaProducts[timestep]!;
      const noise = sample.map((value, i) => (value - Math.sqrt(product) * image[i]!) / Math.sqrt(1 - product));
      sample = scheduler.step(noise, timestep, sample, { drawNoise: () => generator.normals(32) });
    }
    expect(relativeDifference(sample, image)).toBeLessThan(1e-5);
  });

  it('refuses a timestep that is not of the run', () => {
    const scheduler = new DDPMScheduler(config);
    scheduler.setTimesteps(10);
    expect(() => scheduler.step(image, 2, image)).toThrow(/timestep 2 is not one of this run/);
  });
});
