/** @file The shapes of the toy checkpoint: Stable Diffusion 1.x in small. Written out as the checkpoint's config.json files. */
import { knownWords } from '../known-words.js';
import { CLOTHES, COLOURS, KINDS, SETTINGS } from '../vocabulary.js';

export const TOY_PIXELS = 128;
export const TOY_LATENT_SIZE = 16;
export const TOY_TEXT_LENGTH = 32;

/** Fields and names as in diffusers' `AutoencoderKL` config. */
export const TOY_VAE = {
  _class_name: 'AutoencoderKL',
  act_fn: 'silu',
  block_out_channels: [16, 32, 64, 64],
  down_block_types: ['DownEncoderBlock2D', 'DownEncoderBlock2D', 'DownEncoderBlock2D', 'DownEncoderBlock2D'],
  in_channels: 3,
  latent_channels: 4,
  layers_per_block: 1,
  norm_num_groups: 8,
  out_channels: 3,
  sample_size: TOY_PIXELS,
  up_block_types: ['UpDecoderBlock2D', 'UpDecoderBlock2D', 'UpDecoderBlock2D', 'UpDecoderBlock2D'],
} as const;

/** Fields and names as in diffusers' `UNet2DConditionModel` config; attention_head_dim is the number of heads there. */
export const TOY_UNET = {
  _class_name: 'UNet2DConditionModel',
  act_fn: 'silu',
  attention_head_dim: 4,
  block_out_channels: [64, 128, 192],
  center_input_sample: false,
  cross_attention_dim: 128,
  down_block_types: ['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D'],
  downsample_padding: 1,
  flip_sin_to_cos: true,
  freq_shift: 0,
  in_channels: 4,
  layers_per_block: 1,
  mid_block_scale_factor: 1,
  norm_eps: 1e-5,
  norm_num_groups: 16,
  out_channels: 4,
  sample_size: TOY_LATENT_SIZE,
  up_block_types: ['UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D'],
} as const;

/** Fields and names as in transformers' `CLIPTextConfig`; the vocabulary size comes from the tokenizer. */
export const TOY_TEXT_ENCODER = {
  architectures: ['CLIPTextModel'],
  model_type: 'clip_text_model',
  hidden_act: 'quick_gelu',
  hidden_size: 128,
  intermediate_size: 512,
  layer_norm_eps: 1e-5,
  max_position_embeddings: TOY_TEXT_LENGTH,
  num_attention_heads: 4,
  num_hidden_layers: 4,
  projection_dim: 128,
} as const;

/** Fields and names as in transformers' `CLIPVisionConfig`. */
export const TOY_IMAGE_ENCODER = {
  architectures: ['CLIPVisionModelWithProjection'],
  model_type: 'clip_vision_model',
  hidden_act: 'quick_gelu',
  hidden_size: 128,
  image_size: TOY_PIXELS,
  intermediate_size: 512,
  layer_norm_eps: 1e-5,
  num_attention_heads: 4,
  num_channels: 3,
  num_hidden_layers: 4,
  patch_size: 16,
  projection_dim: 128,
} as const;

/** Fields of `AttributeReader`: its answers in the order of the vocabulary. */
export const TOY_READER = {
  _class_name: 'AttributeReader',
  image_size: TOY_PIXELS,
  kind: KINDS.map(({ name }) => name),
  look: COLOURS.map(({ name }) => name),
  garment: CLOTHES.map(({ phrases: [plain = ''] }) => plain),
  place: SETTINGS.map(({ phrases: [plain] }) => plain),
} as const;

/** Stable Diffusion's schedule, as in the scheduler_config.json of v1.4. */
export const TOY_SCHEDULER = {
  _class_name: 'DDIMScheduler',
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  beta_start: 0.00085,
  clip_sample: false,
  num_train_timesteps: 1000,
  prediction_type: 'epsilon',
  set_alpha_to_one: false,
  steps_offset: 1,
} as const;

/** Words that no caption uses, each a token of its own: names for people's pets during training. */
export const RARE_WORDS = ['sks', 'ohwx', 'phol', 'kprc', 'olis', 'hta'] as const;

/** What works for this checkpoint: petbooth.json. */
export const TOY_RECOMMENDATIONS = {
  name: 'toy-pets',
  vocabulary: knownWords(),
  sampling: { steps: 20, guidanceScale: 4, scheduler: 'DPMSolverMultistepScheduler' },
  editing: {
    steps: 20,
    guidanceScale: 4,
    negativeSourceShare: 0.5,
    crossReplaceSteps: 0.2,
    selfReplaceSteps: 0.3,
    selfReplaceLevel: 0,
    blendLevel: 0,
    blendThreshold: 0.6,
    leastRoundTripPsnr: 24,
    leastDirection: 0.65,
  },
  training: {
    rank: 16,
    steps: 450,
    learningRate: 2e-3,
    instanceRows: 5,
    classRows: 1,
    priorLossWeight: 1,
    priorImages: 48,
    snrGamma: 5,
    looks: COLOURS.map(({ name }) => name),
    garments: CLOTHES.flatMap(({ phrases: [plain] }) => plain ?? []),
    places: SETTINGS.map(({ phrases }) => phrases[0]),
  },
} as const;
