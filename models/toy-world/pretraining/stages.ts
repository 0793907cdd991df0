/** @file The stages of the recipe, in order. Each reads what the earlier ones left in the checkpoint and state folders. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { AutoencoderKL, parseAutoencoderKLConfig } from '../../autoencoders/autoencoder-kl.js';
import { parseCLIPTextConfig } from '../../clip/modeling-clip.js';
import { parseCLIPVisionConfig } from '../../clip/modeling-clip-vision.js';
import { CLIPTokenizer } from '../../clip/tokenization-clip.js';
import { trainBytePairs } from '../../clip/train-bpe.js';
import { decibels } from '../../evaluation/psnr.js';
import { createScheduler } from '../../schedulers/create-scheduler.js';
import { parseSchedulerConfig } from '../../schedulers/scheduler-config.js';
import type { HostTensors } from '../../tensors/engine/engine.js';
import { createGenerator } from '../../tensors/random.js';
import { FullTraining, type TrainingTask } from '../../training/full-training.js';
import { runStage } from '../../training/training-loop.js';
import { parseUNet2DConditionConfig } from '../../unets/unet-2d-configuration.js';
import { attributeJudgeBatch, attributeJudgeTask, identityJudgeBatch, identityJudgeTask } from '../judges/judge.js';
import { evaluate } from './evaluate.js';
import { LatentDataset } from './latent-dataset.js';
import { createLatentDataset } from './make-latents.js';
import { writeClassLatents, writeSamplePhotos } from './make-samples.js';
import { writeSampleSheet } from './sample-sheet.js';
import type { StageContext } from './stage-context.js';
import { trainingCaptions } from './toy-data.js';
import {
  RARE_WORDS,
  TOY_IMAGE_ENCODER,
  TOY_LATENT_SIZE,
  TOY_PIXELS,
  TOY_READER,
  TOY_RECOMMENDATIONS,
  TOY_SCHEDULER,
  TOY_TEXT_ENCODER,
  TOY_TEXT_LENGTH,
  TOY_UNET,
  TOY_VAE,
} from './toy-pets-configuration.js';
import { autoencoderBatch, autoencoderTask, decoderTask } from './train-autoencoder.js';
import { contrastiveBatch, contrastiveTask, imageEncoderTask } from './train-text-encoder.js';
import { unetBatch, unetTask } from './train-unet.js';

type Stage = (context: StageContext) => Promise<void>;

/** Between black and white, as models see pictures: −1 … 1. */
const PIXEL_RANGE = 2;
const CAPTIONS_FOR_VOCABULARY = 30_000;
const MAX_MERGES = 1_500;
const AUTOENCODER_BATCH = 4;
const CONTRASTIVE_BATCH = 32;
const UNET_BATCH = 16;
/** Distinct pictures that the UNet sees. */
const LATENT_COUNT = 12_000;
const VAE_FILE = join('vae', 'diffusion_pytorch_model.safetensors');
const LATENTS_FILE = 'latents.safetensors';

const tokenizer: Stage = async ({ checkpointFolder, seed, onLine }) => {
  const captions = trainingCaptions(createGenerator(seed).fork('vocabulary'), CAPTIONS_FOR_VOCABULARY);
  const trained = trainBytePairs(captions, {
    maxLength: TOY_TEXT_LENGTH,
    maxMerges: MAX_MERGES,
    reservedWords: RARE_WORDS,
  });
  const { vocabulary, merges, tokenizerConfig, specialTokensMap } = trained.files;
  const files = {
    'vocab.json': vocabulary,
    'merges.txt': merges,
    'tokenizer_config.json': tokenizerConfig,
    'special_tokens_map.json': specialTokensMap,
  };
  for (const [name, content] of Object.entries(files))
    await writeText(join(checkpointFolder, 'tokenizer', name), content);
  onLine(`tokenizer: ${Object.keys(trained.vocabulary).length} tokens`);
};

const autoencoder: Stage = async (context) => {
  const task = autoencoderTask(parseAutoencoderKLConfig(TOY_VAE), AUTOENCODER_BATCH, TOY_PIXELS);
  const training = await trainStage(context, {
    task,
    batch: (step) => autoencoderBatch(task, context.seed, step),
    totalSteps: 20_000,
    peakLearningRate: 8e-4,
  });
  await training.export(join(context.checkpointFolder, VAE_FILE));
  const { latentDeviation } = await measureAutoencoder(context, training);
  // As in Stable Diffusion: 1 / standard deviation of the latents, so that noise schedules fit any autoencoder.
  await writeJson(join(context.checkpointFolder, 'vae', 'config.json'), {
    ...TOY_VAE,
    scaling_factor: Number((1 / latentDeviation).toPrecision(5)),
  });
};

const decoder: Stage = async (context) => {
  const task = decoderTask(parseAutoencoderKLConfig(TOY_VAE), AUTOENCODER_BATCH, TOY_PIXELS);
  const training = await trainStage(context, {
    task,
    start: (fresh) => fresh.startFrom(join(context.stateFolder, 'autoencoder.snapshot.safetensors'), 'average.'),
    batch: (step) => autoencoderBatch(task, context.seed, step),
    totalSteps: 6_000,
    peakLearningRate: 5e-4,
  });
  await training.export(join(context.checkpointFolder, VAE_FILE));
  await measureAutoencoder(context, training);
};

/** On held-out scenes, decoding the mean. */
async function measureAutoencoder({ engine, seed, onLine }: StageContext, training: FullTraining) {
  const { signature } = training.task;
  const config = parseAutoencoderKLConfig(TOY_VAE);
  const batch = { pixels: signature.pixels! };
  const measured = await training.compileWithAverages(
    engine,
    'measure autoencoder',
    batch,
    ({ pixels }, parameters) => {
      const model = new AutoencoderKL(config, parameters);
      const { mean } = model.encode(pixels as tf.Tensor4D);
      return {
        errors: tf.mean(tf.squaredDifference(tf.clipByValue(model.decode(mean), -1, 1), pixels!), [1, 2, 3]),
        power: tf.mean(tf.square(mean)),
        sum: tf.mean(mean),
      };
    },
  );
  const errors: number[] = [];
  const totals = { power: 0, sum: 0 };
  const batches = 64;
  for (let index = 0; index < batches; index++) {
    const { pixels } = autoencoderBatch(training.task, seed + 1, 1_000_000 + index, 'heldout');
    const outputs = await measured({ pixels: pixels! });
    errors.push(...(outputs.errors!.data as Float32Array));
    for (const key of ['power', 'sum'] as const) totals[key] += outputs[key]!.data[0]! / batches;
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const psnr = (error: number) => decibels(error, PIXEL_RANGE);
  const latentDeviation = Math.sqrt(totals.power - totals.sum ** 2);
  onLine(
    `${training.task.name}: PSNR on ${errors.length} held-out pictures ${mean(errors.map(psnr)).toFixed(2)} dB ` +
      `(of their mean error ${psnr(mean(errors)).toFixed(2)} dB), latent deviation ${latentDeviation.toFixed(4)}`,
  );
  return { latentDeviation };
}

const textEncoder: Stage = async (context) => {
  const { checkpointFolder, seed } = context;
  const words = await CLIPTokenizer.open(join(checkpointFolder, 'tokenizer'));
  const textConfig = {
    ...TOY_TEXT_ENCODER,
    vocab_size: words.vocabularySize,
    bos_token_id: words.startId,
    eos_token_id: words.endId,
  };
  const task = contrastiveTask(
    parseCLIPTextConfig(textConfig),
    parseCLIPVisionConfig(TOY_IMAGE_ENCODER),
    CONTRASTIVE_BATCH,
  );
  const training = await trainStage(context, {
    task,
    batch: (step) => contrastiveBatch(task, words, seed, step),
    totalSteps: 3_000,
    peakLearningRate: 1e-3,
  });
  const part = (prefix: string) => (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : undefined);
  await training.export(join(checkpointFolder, 'text_encoder', 'model.safetensors'), part('text.'));
  await writeJson(join(checkpointFolder, 'text_encoder', 'config.json'), textConfig);
  await training.export(join(checkpointFolder, 'image_encoder', 'model.safetensors'), part('vision.'));
  await writeJson(join(checkpointFolder, 'image_encoder', 'config.json'), TOY_IMAGE_ENCODER);
};

/** Pictures told apart by coat as well, for whoever compares texts with pictures; what the UNet reads does not change. */
const imageEncoder: Stage = async (context) => {
  const { checkpointFolder, stateFolder, seed } = context;
  const words = await CLIPTokenizer.open(join(checkpointFolder, 'tokenizer'));
  const textConfig: unknown = JSON.parse(await readFile(join(checkpointFolder, 'text_encoder', 'config.json'), 'utf8'));
  const task = imageEncoderTask(
    parseCLIPTextConfig(textConfig),
    parseCLIPVisionConfig(TOY_IMAGE_ENCODER),
    CONTRASTIVE_BATCH,
  );
  const training = await trainStage(context, {
    task,
    start: (fresh) => fresh.startFrom(join(stateFolder, 'text-encoder.snapshot.safetensors'), 'average.'),
    batch: (step) => contrastiveBatch(task, words, seed, step),
    totalSteps: 1_000,
    peakLearningRate: 5e-4,
  });
  const rename = (name: string) => (name.startsWith('vision.') ? name.slice('vision.'.length) : undefined);
  await training.export(join(checkpointFolder, 'image_encoder', 'model.safetensors'), rename);
};

const latents: Stage = async (context) => {
  const dataset = await createLatentDataset(context, { count: LATENT_COUNT, pixels: TOY_PIXELS });
  await dataset.save(join(context.stateFolder, LATENTS_FILE));
};

const unet: Stage = async (context) => {
  const { checkpointFolder, seed } = context;
  const data = await LatentDataset.open(join(context.stateFolder, LATENTS_FILE));
  const { alphaProducts } = createScheduler('DDPMScheduler', parseSchedulerConfig(TOY_SCHEDULER));
  const shape = { batchSize: UNET_BATCH, latentSize: TOY_LATENT_SIZE, textLength: TOY_TEXT_LENGTH };
  const task = unetTask(parseUNet2DConditionConfig(TOY_UNET), shape);
  const weights = join(checkpointFolder, 'unet', 'diffusion_pytorch_model.safetensors');
  await writeJson(join(checkpointFolder, 'unet', 'config.json'), TOY_UNET);
  await writeJson(join(checkpointFolder, 'scheduler', 'scheduler_config.json'), TOY_SCHEDULER);
  await writeJson(join(checkpointFolder, 'petbooth.json'), TOY_RECOMMENDATIONS);
  await writeJson(join(checkpointFolder, 'model_index.json'), {
    _class_name: 'StableDiffusionPipeline',
    image_encoder: ['transformers', 'CLIPVisionModelWithProjection'],
    scheduler: ['diffusers', 'DDIMScheduler'],
    text_encoder: ['transformers', 'CLIPTextModel'],
    tokenizer: ['transformers', 'CLIPTokenizer'],
    unet: ['diffusers', 'UNet2DConditionModel'],
    vae: ['diffusers', 'AutoencoderKL'],
  });
  const training = await trainStage(context, {
    task,
    batch: (step) => unetBatch(task, data, [...alphaProducts], seed, step),
    totalSteps: 40_000,
    peakLearningRate: 1e-3,
    async onMilestone(current) {
      await current.export(weights);
      if (!context.signal.aborted) await writeSampleSheet(context, `unet-${current.step}`);
    },
  });
  await training.export(weights);
};

const judges: Stage = async (context) => {
  const attributes = attributeJudgeTask(16, TOY_PIXELS);
  const first = await trainStage(context, {
    task: attributes,
    batch: (step) => attributeJudgeBatch(attributes, context.seed, step),
    totalSteps: 1_000,
    peakLearningRate: 2e-3,
  });
  await first.export(join(context.judgesFolder, 'attribute-judge.safetensors'));
  const identity = identityJudgeTask(12, TOY_PIXELS);
  const second = await trainStage(context, {
    task: identity,
    batch: (step) => identityJudgeBatch(identity, context.seed, step),
    totalSteps: 1_000,
    peakLearningRate: 2e-3,
  });
  await second.export(join(context.judgesFolder, 'identity-judge.safetensors'));
};

/** A network like the attribute judge with other first values and other pictures, since a judge must not judge by what was read with its own eyes. */
const reader: Stage = async (context) => {
  const task = { ...attributeJudgeTask(16, TOY_PIXELS), name: 'reader' };
  const training = await trainStage(context, {
    task,
    batch: (step) => attributeJudgeBatch(task, context.seed + 1, step),
    totalSteps: 1_000,
    peakLearningRate: 2e-3,
  });
  const folder = join(context.checkpointFolder, 'reader');
  await training.export(join(folder, 'model.safetensors'), readerName);
  await writeJson(join(folder, 'config.json'), TOY_READER);
};

/** What the judge calls after the toy world is called as in the words of a caption. */
const readerName = (name: string) =>
  name
    .replace('heads.colour.', 'heads.look.')
    .replace('heads.clothes.', 'heads.garment.')
    .replace('heads.setting.', 'heads.place.');

interface TrainingStage {
  readonly task: TrainingTask;
  readonly batch: (step: number) => HostTensors;
  readonly totalSteps: number;
  readonly peakLearningRate: number;
  /** Where there is no snapshot to go on from. */
  readonly start?: (training: FullTraining) => Promise<void>;
  readonly onMilestone?: (training: FullTraining) => Promise<void>;
}

async function trainStage(context: StageContext, stage: TrainingStage): Promise<FullTraining> {
  const { task, batch, totalSteps, peakLearningRate, start, onMilestone } = stage;
  const training = await FullTraining.create(context.engine, task);
  await start?.(training);
  const isDone = await runStage({
    training,
    batch,
    totalSteps: context.steps ?? totalSteps,
    peakLearningRate,
    warmupSteps: 50,
    folder: context.stateFolder,
    signal: context.signal,
    onLine: context.onLine,
    ...(onMilestone ? { onMilestone: () => onMilestone(training) } : {}),
  });
  if (!isDone) context.onLine(`${task.name}: stopped at step ${training.step}`);
  return training;
}

async function writeText(path: string, content: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
}

const writeJson = (path: string, value: unknown) => writeText(path, `${JSON.stringify(value, null, 2)}\n`);

const samples: Stage = async (context) => {
  await writeSamplePhotos(context);
  await writeClassLatents(context);
};

export const STAGES = {
  tokenizer,
  autoencoder,
  'text-encoder': textEncoder,
  'image-encoder': imageEncoder,
  latents,
  unet,
  decoder,
  samples,
  reader,
  judges,
  evaluate,
} as const satisfies Record<string, Stage>;
export type StageName = keyof typeof STAGES;
