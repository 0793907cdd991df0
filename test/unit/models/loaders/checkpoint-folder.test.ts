import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AutoencoderKL } from '#models/autoencoders/autoencoder-kl.js';
import { CLIPTextModel } from '#models/clip/modeling-clip.js';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { createEagerEngine } from '#models/tensors/engine/eager-engine.js';
import type { Engine, TracedFunction } from '#models/tensors/engine/engine.js';
import { hostTensor } from '#models/tensors/engine/host-tensor.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { CheckpointError } from '#models/tensors/files/checkpoint-error.js';
import { decodeSafetensors, type SafetensorsTensor, writeSafetensors } from '#models/tensors/files/safetensors.js';
import { UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { CHECKPOINT_FOLDER, readGolden, type StoredTensor } from '#test/helpers/model-golden.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';
import { petTokenizer } from '#test/helpers/tokenizer-files.js';

interface CheckpointCase {
  readonly ids: [number[]];
  readonly context: StoredTensor;
  readonly sample: StoredTensor;
  readonly timestep: number;
  readonly noise: StoredTensor;
  readonly decoded: StoredTensor;
}

const [golden] = readGolden<CheckpointCase>('checkpoint') as [CheckpointCase];
const UNET_WEIGHTS = join('unet', 'diffusion_pytorch_model.fp16.safetensors');
const VAE_WEIGHTS = join('vae', 'diffusion_pytorch_model.safetensors');
const TEXT_WEIGHTS = join('text_encoder', 'model.safetensors');

let root: string;
let copies = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});
afterAll(() => rm(root, { recursive: true }));

/** A checkpoint that may be broken. */
async function copyCheckpoint(): Promise<string> {
  const folder = join(root, String(copies++));
  await cp(CHECKPOINT_FOLDER, folder, { recursive: true });
  const { vocabulary, merges, tokenizerConfig } = petTokenizer().files;
  await mkdir(join(folder, 'tokenizer'));
  await writeFile(join(folder, 'tokenizer', 'vocab.json'), vocabulary);
  await writeFile(join(folder, 'tokenizer', 'merges.txt'), merges);
  if (tokenizerConfig) await writeFile(join(folder, 'tokenizer', 'tokenizer_config.json'), tokenizerConfig);
  return folder;
}

/** Reads all tensors of a file, changes them and writes them back. */
async function rewrite(path: string, change: (tensors: Record<string, SafetensorsTensor>) => void): Promise<void> {
  const { tensors } = decodeSafetensors(await readFile(path));
  const record = Object.fromEntries(tensors);
  change(record);
  await writeSafetensors(path, record);
}

async function rewriteJson(path: string, change: (json: Record<string, unknown>) => void): Promise<void> {
  const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(json);
  await writeFile(path, JSON.stringify(json));
}

const input = ({ shape, data }: StoredTensor) => hostTensor(shape, Float32Array.from(data));

/** Largest relative differences of text encoder, UNet and decoder from what the libraries computed. */
async function measure(checkpoint: CheckpointFolder, engine: Engine): Promise<Record<string, number>> {
  const { configs, weights } = checkpoint;
  const sample = input(golden.sample);
  const run = async (
    name: string,
    inputs: Record<string, ReturnType<typeof hostTensor>>,
    fn: TracedFunction,
    expected: StoredTensor,
  ) => {
    const signature = Object.fromEntries(
      Object.entries(inputs).map(([key, { shape, dtype }]) => [key, { shape, dtype }]),
    );
    const compiled = await engine.compile(name, fn, signature, weights);
    const { result } = await compiled.run(inputs);
    await compiled.dispose();
    return relativeDifference(result!.data, expected.data);
  };
  return {
    context: await run(
      'text',
      { ids: hostTensor([1, golden.ids[0].length], Int32Array.from(golden.ids[0])) },
      ({ ids }, parameters) => ({
        result: new CLIPTextModel(configs.textEncoder, parameters.at('text_encoder')).forward(ids as tf.Tensor2D),
      }),
      golden.context,
    ),
    noise: await run(
      'unet',
      { sample, timesteps: hostTensor([1], Float32Array.of(golden.timestep)), context: input(golden.context) },
      (inputs, parameters) => ({
        result: new UNet2DConditionModel(configs.unet, parameters.at('unet')).forward(
          inputs.sample as tf.Tensor4D,
          inputs.timesteps as tf.Tensor1D,
          inputs.context as tf.Tensor3D,
        ),
      }),
      golden.noise,
    ),
    decoded: await run(
      'decode',
      { sample },
      (inputs, parameters) => ({
        result: new AutoencoderKL(configs.vae, parameters.at('vae')).decode(inputs.sample as tf.Tensor4D),
      }),
      golden.decoded,
    ),
  };
}

describe('CheckpointFolder', () => {
  it('opens what diffusers and transformers saved, in float16, bfloat16 and float32', async () => {
    const checkpoint = await CheckpointFolder.open(await copyCheckpoint());
    const { unet, vae, textEncoder, imageEncoder } = checkpoint.configs;
    expect([unet.blockOutChannels, vae.blockOutChannels]).toEqual([
      [8, 16],
      [8, 8],
    ]);
    expect([textEncoder.hiddenSize, imageEncoder?.imageSize]).toEqual([16, 16]);
    expect(checkpoint.schedulerConfig.betaSchedule).toBe('scaled_linear');
    expect(checkpoint.recommendations.sampling.steps).toBe(20);
    const located = ['unet.conv_in.weight', 'vae.quant_conv.bias', 'text_encoder.text_model.final_layer_norm.bias'].map(
      (name) => checkpoint.weights.lookup(name)?.file.path,
    );
    expect(located).toEqual([UNET_WEIGHTS, VAE_WEIGHTS, TEXT_WEIGHTS].map((name) => join(checkpoint.path, name)));
  });

  it.each([
    ['tfjs cpu', () => createEagerEngine('cpu')],
    ['ONNX', () => createOnnxEngine()],
  ])('computes from the files what the libraries compute (%s)', async (_, createEngine) => {
    const engine = createEngine();
    const measured = await measure(await CheckpointFolder.open(await copyCheckpoint()), engine);
    await engine.dispose();
    expect(Math.max(...Object.values(measured))).toBeLessThan(1e-5);
  });

  it('reads the old names and shapes of the autoencoder', async () => {
    const folder = await copyCheckpoint();
    const old: Record<string, string> = { to_q: 'query', to_k: 'key', to_v: 'value', 'to_out.0': 'proj_attn' };
    await rewrite(join(folder, VAE_WEIGHTS), (tensors) => {
      for (const [name, tensor] of Object.entries(tensors)) {
        const layer = Object.keys(old).find((candidate) => name.includes(`.${candidate}.`));
        if (!layer) continue;
        delete tensors[name];
        const shape = tensor.shape.length === 2 ? [...tensor.shape, 1, 1] : tensor.shape;
        tensors[name.replace(`.${layer}.`, `.${old[layer]}.`)] = { ...tensor, shape };
      }
    });
    const engine = createEagerEngine('cpu');
    const { decoded } = await measure(await CheckpointFolder.open(folder), engine);
    expect(decoded).toBeLessThan(1e-5);
  });

  it('reads text encoders with and without the first part of their names, and ignores position ids', async () => {
    const folder = await copyCheckpoint();
    await rewrite(join(folder, TEXT_WEIGHTS), (tensors) => {
      for (const [name, tensor] of Object.entries(tensors)) {
        delete tensors[name];
        tensors[`text_model.${name}`] = tensor;
      }
      tensors['text_model.embeddings.position_ids'] = { shape: [1, 2], data: Float32Array.of(0, 1) };
    });
    const checkpoint = await CheckpointFolder.open(folder);
    const name = 'text_model.final_layer_norm.bias';
    expect(checkpoint.weights.lookup(`text_encoder.${name}`)?.tensorName).toBe(name);
  });

  it('prefers full precision where both are there', async () => {
    const folder = await copyCheckpoint();
    await cp(join(folder, UNET_WEIGHTS), join(folder, 'unet', 'diffusion_pytorch_model.safetensors'));
    const { weights } = await CheckpointFolder.open(folder);
    expect(weights.lookup('unet.conv_in.weight')?.file.path).toBe(
      join(folder, 'unet', 'diffusion_pytorch_model.safetensors'),
    );
  });

  const failures: [string, (folder: string) => Promise<unknown>, string][] = [
    [
      'no model_index.json',
      (f) => rm(join(f, 'model_index.json')),
      'model_index.json: the file: expected to exist, found no such file',
    ],
    ['no vocabulary', (f) => rm(join(f, 'tokenizer', 'vocab.json')), 'vocab.json: the file: expected to exist'],
    [
      'no folder of the UNet',
      (f) => rm(join(f, 'unet'), { recursive: true }),
      'config.json: the file: expected to exist',
    ],
    [
      'a config that is not JSON',
      (f) => writeFile(join(f, 'vae', 'config.json'), '{'),
      'config.json: the file: expected JSON',
    ],
    [
      'another pipeline',
      (f) => rewriteJson(join(f, 'model_index.json'), (json) => Object.assign(json, { _class_name: 'FluxPipeline' })),
      '_class_name: expected "StableDiffusionPipeline" or "StableDiffusionInstructPix2PixPipeline", found "FluxPipeline"',
    ],
    [
      'another text encoder',
      (f) =>
        rewriteJson(join(f, 'model_index.json'), (json) =>
          Object.assign(json, { text_encoder: ['transformers', 'T5EncoderModel'] }),
        ),
      'text_encoder.1: expected "CLIPTextModel" or "CLIPTextModelWithProjection", found "T5EncoderModel"',
    ],
    [
      'a pickle instead of safetensors',
      (f) => rename(join(f, VAE_WEIGHTS), join(f, 'vae', 'diffusion_pytorch_model.bin')),
      'found a Python pickle, which can run any code when it is opened and is therefore never read; convert it to safetensors',
    ],
    [
      'a pointer of Git LFS',
      (f) =>
        writeFile(join(f, VAE_WEIGHTS), 'version https://git-lfs.github.com/spec/v1\noid sha256:cd\nsize 3438167536\n'),
      'is a Git LFS pointer, not the file itself; run `git lfs pull`',
    ],
    [
      'a single file in a folder',
      async (f) => {
        await rm(join(f, 'model_index.json'));
        await writeFile(join(f, 'model.safetensors'), '');
      },
      'layout: expected a folder in the layout of diffusers, with model_index.json, found a single file; convert it',
    ],
    ['no weights', (f) => rm(join(f, VAE_WEIGHTS)), 'weights: expected diffusion_pytorch_model.safetensors or'],
    [
      'text called safetensors',
      (f) => writeFile(join(f, VAE_WEIGHTS), 'a picture of a cat'),
      'expected a safetensors file',
    ],
    [
      'a missing tensor',
      (f) => rewrite(join(f, UNET_WEIGHTS), (tensors) => delete tensors['conv_in.bias']),
      'fp16.safetensors: conv_in.bias: expected [8], found no such tensor',
    ],
    [
      'a tensor of another shape',
      (f) =>
        rewrite(join(f, VAE_WEIGHTS), (tensors) =>
          Object.assign(tensors, { 'encoder.conv_in.bias': { shape: [4, 2], data: new Float32Array(8) } }),
        ),
      'encoder.conv_in.bias: expected [8], found [4, 2]',
    ],
    [
      'a tensor that nothing uses',
      (f) =>
        rewrite(join(f, TEXT_WEIGHTS), (tensors) =>
          Object.assign(tensors, { extra: { shape: [3], data: new Float32Array(3) } }),
        ),
      'extra: expected no such tensor, found [3]',
    ],
    [
      'a UNet for other latents',
      (f) =>
        rewriteJson(join(f, 'unet', 'config.json'), (json) =>
          Object.assign(json, { in_channels: 4, out_channels: 9 }),
        ).then(() =>
          rewrite(join(f, UNET_WEIGHTS), (tensors) =>
            Object.assign(tensors, {
              'conv_out.weight': { shape: [9, 8, 3, 3], data: new Float32Array(648) },
              'conv_out.bias': { shape: [9], data: new Float32Array(9) },
            }),
          ),
        ),
      "out_channels: expected 4, the vae's latent_channels, found 9",
    ],
  ];
  it.each(failures)('refuses %s, naming the file', async (_, damage, message) => {
    const folder = await copyCheckpoint();
    await damage(folder);
    await expect(CheckpointFolder.open(folder)).rejects.toThrow(CheckpointError);
    await expect(CheckpointFolder.open(folder)).rejects.toThrow(message);
    await expect(CheckpointFolder.open(folder)).rejects.toThrow(folder);
  });

  it.each([
    ['itself', (file: string) => file],
    ["'s folder", (file: string) => dirname(file)],
  ])('calls a Git LFS pointer by its name where the path is that of the file%s', async (_, checkpointOf) => {
    const folder = await mkdtemp(join(root, 'pointer-'));
    const file = join(folder, 'model.safetensors');
    await writeFile(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:cd\nsize 3438167536\n');
    const opened = CheckpointFolder.open(checkpointOf(file));
    await expect(opened).rejects.toThrow('is a Git LFS pointer, not the file itself; run `git lfs pull`');
  });
});
