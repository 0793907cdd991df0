/** @file A complete checkpoint of random weights, small enough to train and draw within seconds. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoencoderKL, parseAutoencoderKLConfig } from '#models/autoencoders/autoencoder-kl.js';
import { CLIPTextModel, parseCLIPTextConfig } from '#models/clip/modeling-clip.js';
import { trainBytePairs } from '#models/clip/train-bpe.js';
import { SafetensorsFile, writeSafetensors } from '#models/tensors/files/safetensors.js';
import { recordParameters } from '#models/tensors/files/weight-files.js';
import { initialParameter } from '#models/tensors/parameter-initialization.js';
import { type ParameterSource, Parameters } from '#models/tensors/parameters.js';
import { createGenerator } from '#models/tensors/random.js';
import { UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { parseUNet2DConditionConfig } from '#models/unets/unet-2d-configuration.js';
import { SD14_SCHEDULER_CONFIG } from './scheduler-config.js';
import { PET_CAPTIONS } from './tokenizer-files.js';

const TEXT_LENGTH = 16;
const WIDTH = 16;

const UNET = {
  _class_name: 'UNet2DConditionModel',
  attention_head_dim: 2,
  block_out_channels: [16, 16],
  cross_attention_dim: WIDTH,
  down_block_types: ['CrossAttnDownBlock2D', 'DownBlock2D'],
  up_block_types: ['UpBlock2D', 'CrossAttnUpBlock2D'],
  layers_per_block: 1,
  norm_num_groups: 4,
  sample_size: 8,
};
const VAE = {
  _class_name: 'AutoencoderKL',
  block_out_channels: [8, 8],
  down_block_types: ['DownEncoderBlock2D', 'DownEncoderBlock2D'],
  up_block_types: ['UpDecoderBlock2D', 'UpDecoderBlock2D'],
  norm_num_groups: 4,
};
const TEXT_ENCODER = {
  hidden_size: WIDTH,
  intermediate_size: 32,
  num_attention_heads: 2,
  num_hidden_layers: 2,
  max_position_embeddings: TEXT_LENGTH,
};

/** @param recommendations content of petbooth.json @returns the folder */
export async function createTinyCheckpoint(recommendations: object = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-tiny-'));
  const words = trainBytePairs(PET_CAPTIONS, {
    maxLength: TEXT_LENGTH,
    maxMerges: 100,
    reservedWords: ['sks', 'ohwx'],
  });
  const textConfig = { ...TEXT_ENCODER, vocab_size: Object.keys(words.vocabulary).length };
  await writePart(
    folder,
    'unet',
    UNET,
    (source) => new UNet2DConditionModel(parseUNet2DConditionConfig(UNET), new Parameters(source)),
  );
  await writePart(
    folder,
    'vae',
    VAE,
    (source) => new AutoencoderKL(parseAutoencoderKLConfig(VAE), new Parameters(source)),
  );
  await writePart(
    folder,
    'text_encoder',
    textConfig,
    (source) => new CLIPTextModel(parseCLIPTextConfig(textConfig), new Parameters(source)),
  );
  await writeTexts(join(folder, 'tokenizer'), {
    'vocab.json': words.files.vocabulary,
    'merges.txt': words.files.merges,
    'tokenizer_config.json': words.files.tokenizerConfig,
    'special_tokens_map.json': words.files.specialTokensMap,
  });
  await writeTexts(join(folder, 'scheduler'), { 'scheduler_config.json': JSON.stringify(SD14_SCHEDULER_CONFIG) });
  await writeTexts(folder, {
    'petbooth.json': JSON.stringify({ name: 'tiny', sampling: { steps: 4 }, ...recommendations }),
    'model_index.json': JSON.stringify({
      _class_name: 'StableDiffusionPipeline',
      scheduler: ['diffusers', 'DDIMScheduler'],
      text_encoder: ['transformers', 'CLIPTextModel'],
      tokenizer: ['transformers', 'CLIPTokenizer'],
      unet: ['diffusers', 'UNet2DConditionModel'],
      vae: ['diffusers', 'AutoencoderKL'],
    }),
  });
  return folder;
}

async function writePart(
  folder: string,
  name: string,
  config: object,
  build: (source: ParameterSource) => unknown,
): Promise<void> {
  const generator = createGenerator(1).fork(name);
  const tensors = [...recordParameters(build)].map(([key, shape]) => [
    key,
    { shape: [...shape], data: initialParameter(key, shape, generator) },
  ]);
  await writeTexts(join(folder, name), { 'config.json': JSON.stringify(config) });
  await writeSafetensors(weightFileOf(folder, name), Object.fromEntries(tensors));
}

/** Damages a part: tensors may be changed, added or taken out. */
export async function changeWeights(
  folder: string,
  part: 'unet' | 'vae' | 'text_encoder',
  change: (tensors: Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>) => void,
): Promise<void> {
  const path = weightFileOf(folder, part);
  const file = await SafetensorsFile.open(path);
  const tensors = Object.fromEntries(
    await Promise.all(
      [...file.entries].map(
        async ([name, { shape }]) => [name, { shape, data: await file.readFloat32(name) }] as const,
      ),
    ),
  );
  change(tensors);
  // The old file may be open elsewhere, as weights are mapped.
  await rm(path);
  await writeSafetensors(path, tensors);
}

const weightFileOf = (folder: string, part: string) =>
  join(folder, part, part === 'text_encoder' ? 'model.safetensors' : 'diffusion_pytorch_model.safetensors');

async function writeTexts(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}
