import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createScheduler } from '#models/schedulers/create-scheduler.js';
import { parseSchedulerConfig, readSchedulerConfig } from '#models/schedulers/scheduler-config.js';
import type { SchedulerName } from '#models/schedulers/scheduling-base.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';

interface Loop {
  readonly name: SchedulerName;
  readonly config: Record<string, unknown>;
  readonly steps: number;
  readonly eta: number;
  readonly timesteps: number[];
  readonly final: number[];
}

const golden = JSON.parse(readFileSync(new URL('../../../golden/data/schedulers.json', import.meta.url), 'utf8')) as {
  readonly rows: number;
  readonly size: number;
  readonly cases: Loop[];
  readonly add_noise: { readonly timesteps: number[]; readonly noisy: number[] };
  readonly dpm_config_text: string;
};

const { rows, size } = golden;
const start = (count: number) => Float32Array.from({ length: count * size }, (_, i) => Math.sin(1 + 1.7 * i) * 1.5);
const stepNoise = (index: number) => Float32Array.from({ length: rows * size }, (_, i) => Math.cos(index + 0.9 * i));
const model = (x: Float32Array, t: number) =>
  x.map((value) => Math.fround(Math.fround(0.3) * value) + Math.sin(t) * 0.5);

function sample({ name, config, steps, eta }: Loop) {
  const scheduler = createScheduler(name, parseSchedulerConfig({ _class_name: name, ...config }));
  scheduler.setTimesteps(steps);
  let x: Float32Array = start(rows);
  for (const [index, timestep] of scheduler.timesteps.entries()) {
    x = scheduler.step(model(x, timestep), timestep, x, { eta, drawNoise: () => stepNoise(index) });
  }
  return { timesteps: Array.from(scheduler.timesteps), final: x };
}

describe('schedulers beside diffusers', () => {
  const label = ({ name, config, steps, eta }: Loop) =>
    `${name} ${[config.prediction_type, config.timestep_spacing, `${steps} steps`, eta ? `eta ${eta}` : ''].filter(Boolean).join(', ')}`;

  it.each(golden.cases.map((loop) => [label(loop), loop] as const))(
    '%s: same timesteps, same final sample',
    (_, loop) => {
      const { timesteps, final } = sample(loop);
      expect(timesteps).toEqual(loop.timesteps);
      expect(relativeDifference(final, loop.final)).toBeLessThan(1e-5);
    },
  );

  it('add the same noise at every timestep', () => {
    const { timesteps, noisy } = golden.add_noise;
    const scheduler = createScheduler('DDPMScheduler', parseSchedulerConfig(golden.cases[0]!.config));
    const original = start(timesteps.length);
    expect(relativeDifference(scheduler.addNoise(original, original.slice().reverse(), timesteps), noisy)).toBeLessThan(
      1e-6,
    );
  });

  it('read the config that diffusers writes for its multistep solver', () => {
    expect(golden.dpm_config_text).toContain('-Infinity');
    expect(readSchedulerConfig(golden.dpm_config_text).timestepSpacing).toBe('linspace');
  });
});
