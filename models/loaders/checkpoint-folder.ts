/**
 * @file A Stable Diffusion checkpoint in the folder layout of diffusers: its configs parsed, its weights found and checked.
 * Nothing but headers is read; the weights stay on disk.
 */
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  AutoencoderKL,
  type AutoencoderKLConfig,
  autoencoderAliases,
  parseAutoencoderKLConfig,
} from '../autoencoders/autoencoder-kl.js';
import { AttributeReader, type AttributeReaderConfig, parseAttributeReaderConfig } from '../clip/attribute-reader.js';
import {
  type CLIPTextConfig,
  CLIPTextModel,
  clipTextAliases,
  IGNORED_CLIP_TENSORS,
  parseCLIPTextConfig,
} from '../clip/modeling-clip.js';
import {
  type CLIPVisionConfig,
  CLIPVisionModelWithProjection,
  parseCLIPVisionConfig,
} from '../clip/modeling-clip-vision.js';
import { CLIPTokenizer } from '../clip/tokenization-clip.js';
import { readSchedulerConfig, type SchedulerConfig } from '../schedulers/scheduler-config.js';
import { checkWeights, type WeightRules } from '../tensors/files/check-weights.js';
import { CheckpointError } from '../tensors/files/checkpoint-error.js';
import { parseConfiguration, parseJson } from '../tensors/files/configuration.js';
import { GIT_LFS_ADVICE, isGitLfsPointer } from '../tensors/files/safetensors.js';
import {
  createWeightFiles,
  recordParameters,
  type WeightFiles,
  type WeightPart,
} from '../tensors/files/weight-files.js';
import { type ParameterSource, Parameters } from '../tensors/parameters.js';
import { UNet2DConditionModel } from '../unets/unet-2d-condition.js';
import { parseUNet2DConditionConfig, type UNet2DConditionConfig } from '../unets/unet-2d-configuration.js';
import { fingerprintsOf } from './checkpoint-fingerprint.js';
import { openWeights } from './open-weights.js';
import { parseRecommendations, type Recommendations } from './recommendations.js';

export interface CheckpointConfigs {
  readonly unet: UNet2DConditionConfig;
  readonly vae: AutoencoderKLConfig;
  readonly textEncoder: CLIPTextConfig;
  /** Present where the checkpoint carries the vision tower that goes with its text encoder. */
  readonly imageEncoder?: CLIPVisionConfig;
  /** Present where the checkpoint brings a network that says what pictures show. */
  readonly reader?: AttributeReaderConfig;
}

const part = (...classes: string[]) => z.tuple([z.string(), z.enum(classes)]);
const anyPart = z.tuple([z.string().nullable(), z.string().nullable()]).optional();

const indexSchema = z.strictObject({
  _class_name: z.enum(['StableDiffusionPipeline', 'StableDiffusionInstructPix2PixPipeline']),
  _diffusers_version: z.string().optional(),
  _name_or_path: z.string().optional(),
  unet: part('UNet2DConditionModel'),
  vae: part('AutoencoderKL'),
  text_encoder: part('CLIPTextModel', 'CLIPTextModelWithProjection'),
  tokenizer: part('CLIPTokenizer', 'CLIPTokenizerFast'),
  scheduler: z.tuple([z.string(), z.string()]),
  image_encoder: anyPart,
  safety_checker: anyPart,
  feature_extractor: anyPart,
  requires_safety_checker: z.boolean().optional(),
});

/** A component of the folder: how its config is parsed and which parameters it wants. */
interface Component<Config> {
  readonly name: string;
  readonly parse: (json: unknown, options: { file: string }) => Config;
  readonly build: (config: Config, parameters: Parameters) => unknown;
  readonly rules?: WeightRules;
}

const UNET: Component<UNet2DConditionConfig> = {
  name: 'unet',
  parse: parseUNet2DConditionConfig,
  build: (config, parameters) => new UNet2DConditionModel(config, parameters),
};
const VAE: Component<AutoencoderKLConfig> = {
  name: 'vae',
  parse: parseAutoencoderKLConfig,
  build: (config, parameters) => new AutoencoderKL(config, parameters),
  rules: { aliases: autoencoderAliases },
};
const TEXT_ENCODER: Component<CLIPTextConfig> = {
  name: 'text_encoder',
  parse: parseCLIPTextConfig,
  build: (config, parameters) => new CLIPTextModel(config, parameters),
  // Only the similarity of texts and pictures uses the projection.
  rules: { aliases: clipTextAliases, ignored: [...IGNORED_CLIP_TENSORS, 'text_projection.weight'] },
};
const IMAGE_ENCODER: Component<CLIPVisionConfig> = {
  name: 'image_encoder',
  parse: parseCLIPVisionConfig,
  build: (config, parameters) => new CLIPVisionModelWithProjection(config, parameters),
  rules: { ignored: IGNORED_CLIP_TENSORS },
};

/** Of ours, as `petbooth.json` is: `model_index.json` does not list it, since diffusers would not know its class. */
const READER: Component<AttributeReaderConfig> = {
  name: 'reader',
  parse: parseAttributeReaderConfig,
  build: (config, parameters) => new AttributeReader(config, parameters),
};

export class CheckpointFolder {
  readonly path: string;
  readonly configs: CheckpointConfigs;
  readonly schedulerConfig: SchedulerConfig;
  readonly tokenizer: CLIPTokenizer;
  /** Parameters below `unet`, `vae`, `text_encoder` and, where there are such, `image_encoder` and `reader`. */
  readonly weights: WeightFiles;
  readonly recommendations: Recommendations;
  /** Of the weights that what is learnt depends on, by content: the same for a copy elsewhere. */
  readonly fingerprint: string;
  /** Of the autoencoder alone: what latents depend on. */
  readonly autoencoderFingerprint: string;

  private constructor(fields: { readonly [Key in keyof CheckpointFolder]: CheckpointFolder[Key] }) {
    this.path = fields.path;
    this.configs = fields.configs;
    this.schedulerConfig = fields.schedulerConfig;
    this.tokenizer = fields.tokenizer;
    this.weights = fields.weights;
    this.recommendations = fields.recommendations;
    this.fingerprint = fields.fingerprint;
    this.autoencoderFingerprint = fields.autoencoderFingerprint;
  }

  /** @throws CheckpointError naming file, key, expected and found for whatever is missing, unknown or does not fit */
  static async open(path: string): Promise<CheckpointFolder> {
    await refuseSingleFile(path);
    const indexFile = join(path, 'model_index.json');
    const index = parseConfiguration(indexSchema, parseJson(await readText(indexFile), indexFile), { file: indexFile });
    const schedulerFile = join(path, 'scheduler', 'scheduler_config.json');
    const recommendationsFile = join(path, 'petbooth.json');
    const [unet, vae, textEncoder, imageEncoder, reader, tokenizer, schedulerText, recommendationsText] =
      await Promise.all([
        openComponent(path, UNET),
        openComponent(path, VAE),
        openComponent(path, TEXT_ENCODER),
        index.image_encoder?.[1] === 'CLIPVisionModelWithProjection' ? openComponent(path, IMAGE_ENCODER) : undefined,
        openIfThere(path, READER),
        openTokenizer(join(path, 'tokenizer')),
        readText(schedulerFile),
        readText(recommendationsFile, '{}'),
      ]);
    checkFit(path, unet.config, vae.config, textEncoder.config);
    const [autoencoderFingerprint, ...others] = await fingerprintsOf(path);
    return new CheckpointFolder({
      path,
      configs: {
        unet: unet.config,
        vae: vae.config,
        textEncoder: textEncoder.config,
        ...(imageEncoder ? { imageEncoder: imageEncoder.config } : {}),
        ...(reader ? { reader: reader.config } : {}),
      },
      schedulerConfig: readSchedulerConfig(schedulerText, { file: schedulerFile }),
      tokenizer,
      weights: createWeightFiles(
        [unet, vae, textEncoder, imageEncoder, reader].flatMap((component) => component?.part ?? []),
      ),
      recommendations: parseRecommendations(parseJson(recommendationsText, recommendationsFile), recommendationsFile),
      fingerprint: [autoencoderFingerprint, ...others].join('-'),
      autoencoderFingerprint: autoencoderFingerprint!,
    });
  }
}

/** @throws CheckpointError saying how to make a folder of it */
async function refuseSingleFile(path: string): Promise<void> {
  const isWeights = (name: string) => /\.(?:safetensors|ckpt)$/i.test(name);
  const names: readonly string[] | undefined = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined;
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const single = names ? names.find(isWeights) : path;
  if (single === undefined || names?.includes('model_index.json')) return;
  await refuseGitLfsPointer(names ? join(path, single) : path);
  throw new CheckpointError({
    file: path,
    key: 'layout',
    expected: 'a folder in the layout of diffusers, with model_index.json',
    found:
      'a single file; convert it once, in Python with diffusers: StableDiffusionPipeline.from_single_file("FILE").save_pretrained("FOLDER")',
  });
}

/** A component whose folder may be missing. */
async function openIfThere<Config>(folder: string, component: Component<Config>) {
  const present = await readdir(folder);
  return present.includes(component.name) ? openComponent(folder, component) : undefined;
}

async function refuseGitLfsPointer(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(8), position: 0 });
    if (!isGitLfsPointer(buffer.subarray(0, bytesRead))) return;
  } finally {
    await handle.close();
  }
  throw new CheckpointError({ file, key: 'header', expected: 'a safetensors file', found: GIT_LFS_ADVICE });
}

async function openComponent<Config>(
  folder: string,
  { name, parse, build, rules = {} }: Component<Config>,
): Promise<{ config: Config; part: WeightPart }> {
  const configFile = join(folder, name, 'config.json');
  const config = parse(parseJson(await readText(configFile), configFile), { file: configFile });
  const file = await openWeights(join(folder, name));
  checkWeights(
    file,
    recordParameters((source: ParameterSource) => build(config, new Parameters(source))),
    rules,
  );
  return { config, part: { file, prefix: name, aliases: rules.aliases } };
}

async function openTokenizer(folder: string): Promise<CLIPTokenizer> {
  for (const name of ['vocab.json', 'merges.txt']) await readText(join(folder, name));
  return CLIPTokenizer.open(folder);
}

/** @throws CheckpointError where the components are not of one checkpoint */
function checkFit(path: string, unet: UNet2DConditionConfig, vae: AutoencoderKLConfig, text: CLIPTextConfig): void {
  const file = join(path, 'unet', 'config.json');
  const expect = (key: string, expected: string, value: number, found: number) => {
    if (value !== found)
      throw new CheckpointError({ file, key, expected: `${value}, ${expected}`, found: String(found) });
  };
  // Twice as many where a picture stands beside the noise.
  const channels = unet.inChannels === 2 * vae.latentChannels ? unet.inChannels : vae.latentChannels;
  expect('in_channels', "the vae's latent_channels", channels, unet.inChannels);
  expect('out_channels', "the vae's latent_channels", vae.latentChannels, unet.outChannels);
  expect('cross_attention_dim', "the text encoder's hidden_size", text.hiddenSize, unet.crossAttentionDim);
}

/** @param absent what a missing file counts as; without it a missing file is an error */
async function readText(file: string, absent?: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && (error as NodeJS.ErrnoException).code !== 'ENOTDIR')
      throw error;
    if (absent !== undefined) return absent;
    throw new CheckpointError({ file, key: 'the file', expected: 'to exist', found: 'no such file' }, { cause: error });
  }
}
