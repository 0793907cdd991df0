import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AutoencoderKL, parseAutoencoderKLConfig } from '#models/autoencoders/autoencoder-kl.js';
import { CLIPTextModel, parseCLIPTextConfig } from '#models/clip/modeling-clip.js';
import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import { StableDiffusionPipeline } from '#models/pipelines/pipeline-stable-diffusion.js';
import { parseSchedulerConfig } from '#models/schedulers/scheduler-config.js';
import type { SchedulerName } from '#models/schedulers/scheduling-base.js';
import { Parameters } from '#models/tensors/parameters.js';
import { UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { parseUNet2DConditionConfig } from '#models/unets/unet-2d-configuration.js';
import { generatedParameters } from '#test/helpers/generated-weights.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';
import { SD14_SCHEDULER_CONFIG } from '#test/helpers/scheduler-config.js';
import { petTokenizer } from '#test/helpers/tokenizer-files.js';

const golden = JSON.parse(readFileSync(new URL('../../../golden/data/pipeline.json', import.meta.url), 'utf8')) as {
  readonly prompt: string;
  readonly negative_prompt: string;
  readonly seed: number;
  readonly steps: number;
  readonly text_config: Record<string, unknown>;
  readonly unet_config: Record<string, unknown>;
  readonly vae_config: Record<string, unknown>;
  readonly ids: number[];
  readonly embeddings: number[];
  readonly cases: {
    readonly scheduler: SchedulerName;
    readonly guidance_scale: number;
    readonly latents: number[];
    readonly bytes: number[];
  }[];
};

const sources = {
  text: generatedParameters('text_encoder'),
  unet: generatedParameters('unet'),
  vae: generatedParameters('vae'),
};

const read = async (compute: () => tf.Tensor): Promise<Float32Array> => {
  const tensor = tf.tidy(compute);
  const values = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return values;
};

function createPipeline(): StableDiffusionPipeline {
  const text = new CLIPTextModel(parseCLIPTextConfig(golden.text_config), new Parameters(sources.text));
  const unet = new UNet2DConditionModel(parseUNet2DConditionConfig(golden.unet_config), new Parameters(sources.unet));
  const vae = new AutoencoderKL(parseAutoencoderKLConfig(golden.vae_config), new Parameters(sources.vae));
  return new StableDiffusionPipeline({
    tokenizer: new CLIPTokenizer(petTokenizer().files),
    schedulerConfig: parseSchedulerConfig(SD14_SCHEDULER_CONFIG),
    latentShape: [8, 8, 4],
    imageSize: [16, 16],
    scalingFactor: 0.18215,
    rowBuckets: [1, 2],
    encodeText: (ids, rows) => read(() => text.forward(tf.tensor2d(ids, [rows, 32], 'int32'))),
    predictNoise: ({ latents, timestep, embeddings, rows }) =>
      read(() =>
        unet.forward(
          tf.tensor4d(latents, [rows, 8, 8, 4]),
          tf.fill([rows], timestep) as tf.Tensor1D,
          tf.tensor3d(embeddings, [rows, 32, 24]),
        ),
      ),
    decodeLatents: (latents, rows) => read(() => vae.decode(tf.tensor4d(latents, [rows, 8, 8, 4]))),
  });
}

describe('StableDiffusionPipeline beside diffusers, on tiny components with the same weights and noise', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  afterAll(() => {
    for (const source of Object.values(sources)) source.dispose();
  });

  it('reads the prompt as the same tokens and embeddings', async () => {
    const { ids } = new CLIPTokenizer(petTokenizer().files).encodePadded(golden.prompt);
    expect(Array.from(ids)).toEqual(golden.ids);
    const text = new CLIPTextModel(parseCLIPTextConfig(golden.text_config), new Parameters(sources.text));
    const embeddings = await read(() => text.forward(tf.tensor2d(ids, [1, 32], 'int32')));
    expect(relativeDifference(embeddings, golden.embeddings)).toBeLessThan(1e-5);
  });

  it.each(golden.cases.map((loop) => [loop.scheduler, loop.guidance_scale, loop] as const))(
    'ends in the same latents and picture with %s and guidance %d',
    async (scheduler, guidanceScale, { latents, bytes }) => {
      const { pictures } = await createPipeline().run({
        prompt: golden.prompt,
        negativePrompt: golden.negative_prompt,
        seed: golden.seed,
        steps: golden.steps,
        guidanceScale,
        scheduler,
      });
      const picture = pictures[0]!;
      expect(relativeDifference(picture.latents, latents)).toBeLessThan(1e-5);
      const differences = Array.from(picture.rgb, (byte, i) => Math.abs(byte - bytes[i]!));
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    },
  );
});
