import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editingComponents } from '#models/editing/editing-components.js';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { NotFiniteError } from '#models/pipelines/pipeline-stable-diffusion.js';
import {
  guideThreefold,
  StableDiffusionInstructPix2PixPipeline,
} from '#models/pipelines/pipeline-stable-diffusion-instruct-pix2pix.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import type { SchedulerName } from '#models/schedulers/scheduling-base.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { CheckpointError } from '#models/tensors/files/checkpoint-error.js';
import { trainingStepOf } from '#models/training/training-step.js';
import { createGoldenCheckpoint, type GoldenConfigs } from '#test/helpers/golden-checkpoint.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';
import { createPetEngine } from '#workers/engine/pet-engine.js';

const golden = JSON.parse(
  readFileSync(new URL('../../../golden/data/instruct-pix2pix.json', import.meta.url), 'utf8'),
) as GoldenConfigs & {
  readonly prompt: string;
  readonly negative_prompt: string;
  readonly seed: number;
  readonly steps: number;
  readonly picture: number[];
  readonly cases: {
    readonly scheduler: SchedulerName;
    readonly guidance_scale: number;
    readonly image_guidance_scale: number;
    readonly latents: number[];
    readonly bytes: number[];
  }[];
};
const image = { width: 16, height: 16, rgb: Uint8Array.from(golden.picture) };
const engine = createOnnxEngine({ threadCount: 1 });
const folders: string[] = [];
let model: StableDiffusionModel;
let pipeline: StableDiffusionInstructPix2PixPipeline;

async function openModel(configs: GoldenConfigs, pipelineClass?: string): Promise<StableDiffusionModel> {
  const folder = await createGoldenCheckpoint(configs, {}, pipelineClass);
  folders.push(folder);
  return new StableDiffusionModel(await CheckpointFolder.open(folder), engine);
}

beforeAll(async () => {
  model = await openModel(golden, 'StableDiffusionInstructPix2PixPipeline');
  pipeline = new StableDiffusionInstructPix2PixPipeline(model.instructPix2PixComponents());
});
afterAll(async () => {
  await engine.dispose();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const options = {
  image,
  prompt: golden.prompt,
  negativePrompt: golden.negative_prompt,
  seed: golden.seed,
  steps: golden.steps,
};

describe('StableDiffusionInstructPix2PixPipeline', () => {
  it.each(golden.cases.map((loop) => [loop.scheduler, loop.guidance_scale, loop.image_guidance_scale, loop] as const))(
    'ends in the latents and picture of diffusers with %s, guidance %d by text and %d by picture',
    async (scheduler, guidanceScale, imageGuidanceScale, { latents, bytes }) => {
      const result = await pipeline.run({ ...options, scheduler, guidanceScale, imageGuidanceScale });
      expect(relativeDifference(result.latents, latents)).toBeLessThan(1e-5);
      const differences = Array.from(result.picture.rgb, (byte, index) => Math.abs(byte - bytes[index]!));
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
      expect(result.truncatedPrompts).toEqual([]);
    },
  );

  it('takes three rows a step, and one without guidance', async () => {
    const rows: number[] = [];
    const components = model.instructPix2PixComponents();
    const counted = new StableDiffusionInstructPix2PixPipeline({
      ...components,
      predictNoise: (input) => {
        rows.push(input.rows);
        return components.predictNoise(input);
      },
    });
    await counted.run({ ...options, steps: 2 });
    await counted.run({ ...options, steps: 2, guidanceScale: 1 });
    expect(rows).toEqual([3, 3, 1, 1]);
  });

  it('guides by the picture and by the text, each with its own scale', () => {
    expect([...guideThreefold(Float32Array.of(10, 4, 1), 2, 3)]).toEqual([1 + 3 * (4 - 1) + 2 * (10 - 4)]);
  });

  it('refuses pictures of another size and numbers that are none, and stops when it is told to', async () => {
    await expect(pipeline.run({ ...options, image: { ...image, width: 32, height: 8 } })).rejects.toThrow(
      '16×16, got 32×8',
    );
    await expect(pipeline.run({ ...options, guidanceScale: Number.NaN })).rejects.toThrow(RangeError);
    await expect(pipeline.run({ ...options, eta: 2 })).rejects.toThrow(RangeError);
    const controller = new AbortController();
    const steps: number[] = [];
    const onStep = (step: number) => {
      steps.push(step);
      controller.abort();
    };
    await expect(pipeline.run({ ...options, onStep, signal: controller.signal })).rejects.toThrow('aborted');
    expect(steps).toEqual([1]);
    const diverged = new StableDiffusionInstructPix2PixPipeline({
      ...model.instructPix2PixComponents(),
      predictNoise: async ({ rows }) => new Float32Array(rows * 256).fill(Number.NaN),
    });
    await expect(diverged.run(options)).rejects.toThrow(NotFiniteError);
  });
});

describe('a checkpoint is refused', () => {
  it('for drawing from text, editing by attention and training, where its UNet wants a picture', async () => {
    const message = 'in_channels: expected 4, for pictures from text, found 8, of an InstructPix2Pix checkpoint';
    expect(() => model.components()).toThrow(message);
    expect(() => editingComponents(model)).toThrow(CheckpointError);
    await expect(trainingStepOf(model, 1, model.layout(4))).rejects.toThrow(message);
    const log = { info() {}, debug() {}, warn() {} };
    const starting = createPetEngine({ checkpoint: folders[0]!, engine: 'onnx', cacheFolder: folders[0]!, log });
    await expect(starting).rejects.toThrow(message);
  });

  it('for changing pictures as told, where its UNet sees none', async () => {
    const plain = await openModel({ ...golden, unet_config: { ...golden.unet_config, in_channels: 4 } });
    expect(() => plain.instructPix2PixComponents()).toThrow(
      'in_channels: expected 8, for pictures that are changed as told, found 4',
    );
  });

  it('where its channels are neither those of the latents nor twice as many', async () => {
    const odd = { ...golden, unet_config: { ...golden.unet_config, in_channels: 9 } };
    await expect(openModel(odd)).rejects.toThrow("in_channels: expected 4, the vae's latent_channels, found 9");
  });
});
