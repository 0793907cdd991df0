import { describe, expect, it } from 'vitest';
import { createScheduler, SCHEDULER_NAMES } from '#models/schedulers/create-scheduler.js';
import { parseSchedulerConfig, readSchedulerConfig } from '#models/schedulers/scheduler-config.js';
import type { SchedulerName } from '#models/schedulers/scheduling-base.js';
import { CheckpointError } from '#models/tensors/files/checkpoint-error.js';
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

  it.each([
    [
      'DEISMultistepScheduler',
      { algorithm_type: 'deis', solver_order: 2, solver_type: 'logrho', use_karras_sigmas: false },
    ],
    [
      'EulerDiscreteScheduler',
      { interpolation_type: 'linear', sigma_min: null, sigma_max: null, timestep_type: 'discrete' },
    ],
    ['EulerAncestralDiscreteScheduler', {}],
    ['UniPCMultistepScheduler', { solver_type: 'bh2', predict_x0: true, disable_corrector: [], solver_p: null }],
    ['LMSDiscreteScheduler', { use_karras_sigmas: false }],
    ['DPMSolverMultistepScheduler', { algorithm_type: 'sde-dpmsolver++', use_karras_sigmas: true, solver_order: 3 }],
  ])('reads the noise schedule of %s, whose sampler is not ours', (name, sampler) => {
    const config = parseSchedulerConfig({ ...SD14_SCHEDULER_CONFIG, _class_name: name, ...sampler });
    const { className: _, ...schedule } = config as typeof config & { className?: string };
    expect(schedule).toMatchObject({
      betaStart: 0.00085,
      betaEnd: 0.012,
      betaSchedule: 'scaled_linear',
      stepsOffset: 1,
    });
    expect(SCHEDULER_NAMES.map((ours) => createScheduler(ours, config).name)).toEqual(SCHEDULER_NAMES);
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
