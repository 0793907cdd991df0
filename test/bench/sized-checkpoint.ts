/** @file Checkpoints of random weights as large as real ones, and processes of their own to measure them in. */
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { createGoldenCheckpoint, type GoldenConfigs } from '#test/helpers/golden-checkpoint.js';
import { petTokenizer } from '#test/helpers/tokenizer-files.js';

export interface UNetSize {
  readonly name: string;
  readonly channels: readonly number[];
  readonly latentSide: number;
}

const MEDIUM: UNetSize = { name: 'half of SD 1.x', channels: [160, 320, 640, 640], latentSide: 32 };
const FULL: UNetSize = { name: 'SD 1.x', channels: [320, 640, 1280, 1280], latentSide: 64 };

/** Only the UNet matters; text has the length and width of Stable Diffusion 1.x. */
function configsOf({ channels, latentSide }: UNetSize): GoldenConfigs {
  return {
    unet_config: {
      block_out_channels: channels,
      sample_size: latentSide,
      cross_attention_dim: 768,
      attention_head_dim: 8,
      layers_per_block: 2,
    },
    text_config: {
      hidden_size: 768,
      intermediate_size: 768,
      num_hidden_layers: 1,
      num_attention_heads: 12,
      max_position_embeddings: 77,
      vocab_size: Object.keys(JSON.parse(petTokenizer().files.vocabulary) as object).length,
    },
  };
}

/** Calls `measure` with the folder of a checkpoint, which is made elsewhere: what that needs is not what is measured. */
export async function withSizedCheckpoint<Result>(
  isFullSize: boolean,
  measure: (size: UNetSize, folder: string) => Promise<Result>,
): Promise<Result> {
  const size = isFullSize ? FULL : MEDIUM;
  const folder = await inOwnProcess(fileURLToPath(import.meta.url), size.name);
  try {
    return await measure(size, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs `script` with these arguments in a process of its own. @returns what it prints */
export async function inOwnProcess(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, script, ...args]);
  return stdout.trim();
}

/** Of this process, the largest so far; kept by the kernel, so that no peak between two looks is missed. */
export async function peakMemoryMiB(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024;
}

export async function withModelOf<Result>(
  folder: string,
  work: (model: StableDiffusionModel) => Promise<Result>,
): Promise<Result> {
  await tf.setBackend('cpu');
  const engine = createOnnxEngine();
  try {
    return await work(new StableDiffusionModel(await CheckpointFolder.open(folder), engine));
  } finally {
    await engine.dispose();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = [MEDIUM, FULL].find(({ name }) => name === process.argv[2]);
  if (!size) throw new Error(`unknown size ${process.argv[2]}`);
  process.stdout.write(await createGoldenCheckpoint(configsOf(size)));
}
