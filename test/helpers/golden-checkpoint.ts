/** @file A checkpoint folder with the weights that the goldens were made with: they depend on their names alone. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoencoderKL, parseAutoencoderKLConfig } from '#models/autoencoders/autoencoder-kl.js';
import { CLIPTextModel, parseCLIPTextConfig } from '#models/clip/modeling-clip.js';
import { writeSafetensors } from '#models/tensors/files/safetensors.js';
import { recordParameters } from '#models/tensors/files/weight-files.js';
import { type ParameterSource, Parameters } from '#models/tensors/parameters.js';
import { UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { parseUNet2DConditionConfig } from '#models/unets/unet-2d-configuration.js';
import { generatedWeight } from './generated-weights.js';
import { SD14_SCHEDULER_CONFIG } from './scheduler-config.js';
import { petTokenizer } from './tokenizer-files.js';

export interface GoldenConfigs {
  readonly text_config: Record<string, unknown>;
  readonly unet_config: Record<string, unknown>;
}

const VAE = {
  _class_name: 'AutoencoderKL',
  block_out_channels: [16, 32],
  down_block_types: ['DownEncoderBlock2D', 'DownEncoderBlock2D'],
  up_block_types: ['UpDecoderBlock2D', 'UpDecoderBlock2D'],
  norm_num_groups: 8,
};

/** @param recommendations content of petbooth.json @param pipeline class that the folder names @returns the folder */
export async function createGoldenCheckpoint(
  golden: GoldenConfigs,
  recommendations: object = {},
  pipeline = 'StableDiffusionPipeline',
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'petbooth-golden-'));
  const { text_config: text, unet_config: unet } = golden;
  const part = async (name: string, file: string, config: object, build: (source: ParameterSource) => unknown) => {
    const tensors = [...recordParameters(build)].map(([key, shape]) => [
      key,
      { shape: [...shape], data: generatedWeight(`${name}/${key}`, shape) },
    ]);
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'config.json'), JSON.stringify(config));
    await writeSafetensors(join(folder, name, file), Object.fromEntries(tensors));
  };
  const unetConfig = { _class_name: 'UNet2DConditionModel', ...unet };
  await part('unet', 'diffusion_pytorch_model.safetensors', unetConfig, (source) => {
    new UNet2DConditionModel(parseUNet2DConditionConfig(unetConfig), new Parameters(source));
  });
  await part('vae', 'diffusion_pytorch_model.safetensors', VAE, (source) => {
    new AutoencoderKL(parseAutoencoderKLConfig(VAE), new Parameters(source));
  });
  await part('text_encoder', 'model.safetensors', text, (source) => {
    new CLIPTextModel(parseCLIPTextConfig(text), new Parameters(source));
  });
  const { files } = petTokenizer();
  const texts = {
    'tokenizer/vocab.json': files.vocabulary,
    'tokenizer/merges.txt': files.merges,
    'tokenizer/tokenizer_config.json': files.tokenizerConfig!,
    'tokenizer/special_tokens_map.json': files.specialTokensMap!,
    'scheduler/scheduler_config.json': JSON.stringify(SD14_SCHEDULER_CONFIG),
    'petbooth.json': JSON.stringify(recommendations),
    'model_index.json': JSON.stringify({
      _class_name: pipeline,
      scheduler: ['diffusers', 'DDIMScheduler'],
      text_encoder: ['transformers', 'CLIPTextModel'],
      tokenizer: ['transformers', 'CLIPTokenizer'],
      unet: ['diffusers', 'UNet2DConditionModel'],
      vae: ['diffusers', 'AutoencoderKL'],
    }),
  };
  for (const [name, content] of Object.entries(texts)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}
