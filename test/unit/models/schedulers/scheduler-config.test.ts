import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#models/loaders/checkpoint-error.js';
import { createScheduler, SCHEDULER_NAMES } from '#models/schedulers/create-scheduler.js';
import { parseSchedulerConfig, readSchedulerConfig } from '#models/schedulers/scheduler-config.js';
import type { SchedulerName } from '#models/schedulers/scheduling-base.js';
import { SD14_SCHEDULER_CONFIG } from '#test/helpers/scheduler-config.js';

describe('parseSchedulerConfig', () => {
  it('reads the PNDM config of Stable Diffusion 1.4, from which every scheduler can be made', () => {
    const config = parseSchedulerConfig(SD14_SCHEDULER_CONFIG);
    expect(config).toMatchObject({
      betaStart: 0.00085,
      stepsOffset: 1,
      setAlphaToOne: false,
      predictionType: 'epsilon',
    });
    expect(SCHEDULER_NAMES.map((name) => createScheduler(name, config).name)).toEqual(SCHEDULER_NAMES);
  });

  it.each([
    ['_class_name', 'FlowMatchEulerDiscreteScheduler', '"DDIMScheduler" or "DDPMScheduler"'],
    ['beta_schedule', 'squaredcos_cap_v2', '"linear" or "scaled_linear"'],
    ['prediction_type', 'sample', '"epsilon" or "v_prediction"'],
    ['timestep_spacing', 'karras', '"leading" or "linspace" or "trailing"'],
    ['clip_sample', true, 'false'],
    ['trained_betas', [0.1], 'null'],
    ['rescale_betas_zero_snr', true, 'false'],
    ['use_karras_sigmas', true, 'false'],
    ['solver_order', 3, '2'],
    ['algorithm_type', 'sde-dpmsolver++', '"dpmsolver++"'],
    ['variance_type', 'learned_range', '"fixed_small"'],
    ['beta_start', '0.1', 'number'],
    ['steps', 50, 'a known field'],
  ])('refuses %s: %j, naming file, key, what is supported and what was found', (key, value, expected) => {
    const parse = () =>
      parseSchedulerConfig({ ...SD14_SCHEDULER_CONFIG, [key]: value }, { file: 'scheduler/scheduler_config.json' });
    expect(parse).toThrow(CheckpointError);
    expect(parse).toThrow(`scheduler/scheduler_config.json: ${key}: expected ${expected}`);
    expect(parse).toThrow(`found ${JSON.stringify(value)}`);
  });

  it.each([0, -1, 1.5, 1e9])('refuses %d training timesteps', (count) => {
    expect(() => parseSchedulerConfig({ num_train_timesteps: count })).toThrow(/num_train_timesteps/);
  });

  it('names the file when its text is not JSON', () => {
    expect(() => readSchedulerConfig('{,}')).toThrow('scheduler_config.json: the file: expected JSON');
  });
});

describe('createScheduler', () => {
  it('refuses an unknown name', () => {
    const config = parseSchedulerConfig(SD14_SCHEDULER_CONFIG);
    for (const name of ['PNDMScheduler', 'toString']) {
      expect(() => createScheduler(name as SchedulerName, config)).toThrow(`got ${name}`);
    }
  });
});
