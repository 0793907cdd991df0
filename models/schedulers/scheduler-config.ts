/** @file Reads scheduler_config.json, whichever of the usual schedulers wrote it. */
import { z } from 'zod';
import {
  type CamelCased,
  type ConfigurationOptions,
  camelCaseKeys,
  parseConfiguration,
  parseJson,
} from '../tensors/files/configuration.js';

const PREDICTION_TYPES = ['epsilon', 'v_prediction'] as const;
const TIMESTEP_SPACINGS = ['leading', 'linspace', 'trailing'] as const;

export type PredictionType = (typeof PREDICTION_TYPES)[number];
export type TimestepSpacing = (typeof TIMESTEP_SPACINGS)[number];

/** Of the family of DDPM: they share its noise schedule, which is all that is read of them. The sampler is ours. */
const CLASS_NAMES = [
  'DDIMScheduler',
  'DDPMScheduler',
  'DEISMultistepScheduler',
  'DPMSolverMultistepScheduler',
  'DPMSolverSDEScheduler',
  'DPMSolverSinglestepScheduler',
  'EulerAncestralDiscreteScheduler',
  'EulerDiscreteScheduler',
  'HeunDiscreteScheduler',
  'KDPM2AncestralDiscreteScheduler',
  'KDPM2DiscreteScheduler',
  'LMSDiscreteScheduler',
  'PNDMScheduler',
  'UniPCMultistepScheduler',
] as const;

/** How those samplers take their steps; what the model has learnt does not depend on it. */
const SAMPLER_FIELDS = [
  'algorithm_type',
  'disable_corrector',
  'euler_at_final',
  'final_sigmas_type',
  'flow_shift',
  'interpolation_type',
  'lambda_min_clipped',
  'lower_order_final',
  'noise_sampler_seed',
  'predict_x0',
  'sigma_max',
  'sigma_min',
  'skip_prk_steps',
  'solver_order',
  'solver_p',
  'solver_type',
  'time_shift_type',
  'timestep_type',
  'use_beta_sigmas',
  'use_dynamic_shifting',
  'use_exponential_sigmas',
  'use_karras_sigmas',
  'use_lu_lambdas',
] as const;

const unused = <Value extends z.core.util.Literal>(value: Value) => z.literal(value).optional();

const schema = z.strictObject({
  _class_name: z.enum(CLASS_NAMES).optional(),
  _diffusers_version: z.string().optional(),
  _name_or_path: z.string().optional(),
  _commit_hash: z.string().nullish(),
  _use_default_values: z.array(z.string()).optional(),

  num_train_timesteps: z.number().int().min(1).max(100_000).default(1000),
  beta_start: z.number().positive().max(1).default(0.0001),
  beta_end: z.number().positive().max(1).default(0.02),
  beta_schedule: z.enum(['linear', 'scaled_linear']).default('linear'),
  trained_betas: z.null().optional(),
  rescale_betas_zero_snr: unused(false),
  prediction_type: z.enum(PREDICTION_TYPES).default('epsilon'),

  // Left open when absent, because the schedulers differ in what they then do.
  timestep_spacing: z.enum(TIMESTEP_SPACINGS).optional(),
  steps_offset: z.number().int().min(0).max(1000).default(0),
  set_alpha_to_one: z.boolean().default(true),
  variance_type: z.enum(['fixed_small']).nullish(),

  // Latents are never clipped: an image pipeline for latents switches this off whatever the file says by default.
  clip_sample: unused(false),
  clip_sample_range: z.number().optional(),
  thresholding: unused(false),
  // Flow matching is another noise schedule.
  use_flow_sigmas: unused(false),
  dynamic_thresholding_ratio: z.number().optional(),
  sample_max_value: z.number().optional(),
});

export type SchedulerConfig = CamelCased<z.output<typeof schema>>;

/** @throws CheckpointError naming file, key, what is supported and what was found */
export function parseSchedulerConfig(json: unknown, options: ConfigurationOptions = {}): SchedulerConfig {
  return camelCaseKeys(
    parseConfiguration(schema, withoutSampler(json), { file: options.file ?? 'scheduler_config.json' }),
  );
}

function withoutSampler(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  const sampler: ReadonlySet<string> = new Set(SAMPLER_FIELDS);
  return Object.fromEntries(Object.entries(json).filter(([name]) => !sampler.has(name)));
}

/** Reads the text of the file, which is not always JSON: Python writes the default of `lambda_min_clipped` as -Infinity. */
export function readSchedulerConfig(text: string, options: ConfigurationOptions = {}): SchedulerConfig {
  const file = options.file ?? 'scheduler_config.json';
  const json = parseJson(text.replace(/("lambda_min_clipped"\s*:\s*)-Infinity/, '$1null'), file);
  return parseSchedulerConfig(json, { file });
}
