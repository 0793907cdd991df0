import { describe, expect, it } from 'vitest';
import { StableDiffusionPipeline } from '#models/pipelines/pipeline-stable-diffusion.js';
import { parseSchedulerConfig } from '#models/schedulers/scheduler-config.js';
import { createGenerator } from '#models/tensors/random.js';
import { EMBEDDING_SIZE, fakeStableDiffusion } from '#test/helpers/fake-stable-diffusion.js';
import { SD14_SCHEDULER_CONFIG } from '#test/helpers/scheduler-config.js';

const options = { prompt: 'a photo of a cat', seed: 7, steps: 4 } as const;

describe('StableDiffusionPipeline', () => {
  it('draws the same picture from the same seed and another from another', async () => {
    const draw = async (seed: number) =>
      (await new StableDiffusionPipeline(fakeStableDiffusion()).run({ ...options, seed })).pictures[0]!;
    const picture = await draw(7);
    expect(await draw(7)).toEqual(picture);
    expect((await draw(8)).rgb).not.toEqual(picture.rgb);
    expect([picture.width, picture.height, picture.rgb.length]).toEqual([4, 4, 48]);
  });

  it.each(['DDIMScheduler', 'DDPMScheduler', 'DPMSolverMultistepScheduler'] as const)(
    'draws picture i the same whatever the number of pictures, with %s',
    async (scheduler) => {
      const draw = async (picturesPerPrompt: number, firstPicture: number) =>
        (
          await new StableDiffusionPipeline(fakeStableDiffusion()).run({
            ...options,
            scheduler,
            picturesPerPrompt,
            firstPicture,
          })
        ).pictures;
      const five = await draw(5, 0);
      expect(five.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
      expect(await draw(1, 0)).toEqual(five.slice(0, 1));
      expect(await draw(2, 3)).toEqual(five.slice(3));
      expect(new Set(five.map(({ rgb }) => rgb.join())).size).toBe(5);
    },
  );

  it('ends with the same latents where nothing is decoded', async () => {
    const components = fakeStableDiffusion();
    const two = { ...options, picturesPerPrompt: 2 };
    const { pictures } = await new StableDiffusionPipeline(components).run(two);
    const decodeLatents = () => Promise.reject(new Error('decoded'));
    const drawn = await new StableDiffusionPipeline({ ...components, decodeLatents }).runToLatents(two);
    expect(drawn.pictures).toEqual(pictures.map(({ prompt, index, latents }) => ({ prompt, index, latents })));
  });

  it('draws several prompts from the same noise, all pictures of one before those of the next', async () => {
    const pipeline = new StableDiffusionPipeline(fakeStableDiffusion());
    const { pictures } = await pipeline.run({ ...options, prompt: ['a cat', 'a dog'], picturesPerPrompt: 2 });
    expect(pictures.map(({ prompt, index }) => `${prompt} ${index}`)).toEqual([
      'a cat 0',
      'a cat 1',
      'a dog 0',
      'a dog 1',
    ]);
    const alone = await pipeline.run({ ...options, prompt: 'a dog', picturesPerPrompt: 2 });
    expect(pictures.slice(2)).toEqual(alone.pictures);
    expect(pictures[0]!.rgb).not.toEqual(pictures[2]!.rgb);
  });

  it('gives the model the unconditional rows first, then the conditional ones', async () => {
    const components = fakeStableDiffusion();
    await new StableDiffusionPipeline(components).run({ ...options, negativePrompt: 'snow', picturesPerPrompt: 2 });
    const [negative, positive] = await Promise.all(
      ['snow', options.prompt].map((text) => components.encodeText(components.tokenizer.encodePadded(text).ids, 1)),
    );
    expect(components.noiseCalls).toHaveLength(4);
    for (const { rows, latents, embeddings } of components.noiseCalls) {
      expect(rows).toBe(4);
      expect(latents.slice(32)).toEqual(latents.slice(0, 32));
      expect(embeddings).toEqual(Float32Array.of(...negative!, ...negative!, ...positive!, ...positive!));
    }
    expect(components.noiseCalls.map(({ timestep }) => timestep)).toEqual([999, 749, 500, 250]);
  });

  it('moves from the unconditional to the conditional prediction by the guidance scale', async () => {
    const noises: Record<string, number> = { negative: 0.25, positive: 0.5 };
    const run = async (guidanceScale: number) => {
      const components = fakeStableDiffusion({
        predictNoise: async ({ latents, rows }) =>
          latents.map((_, i) => (rows === 1 || i >= latents.length / 2 ? noises.positive! : noises.negative!)),
      });
      const result = await new StableDiffusionPipeline(components).run({
        ...options,
        steps: 1,
        guidanceScale,
        scheduler: 'DDIMScheduler',
      });
      const noise = createGenerator(options.seed).fork('picture 0').normals(16);
      const scheduler = { from: 0.998296028, to: 0.99915 };
      // One step from x at timestep 1: x' = √ᾱ0·(x − √(1−ᾱ1)·ε)/√ᾱ1 + √(1−ᾱ0)·ε.
      const slope =
        Math.sqrt(1 - scheduler.to) - Math.sqrt(scheduler.to / scheduler.from) * Math.sqrt(1 - scheduler.from);
      return (result.pictures[0]!.latents[0]! - Math.sqrt(scheduler.to / scheduler.from) * noise[0]!) / slope;
    };
    expect(await run(3)).toBeCloseTo(0.25 + 3 * 0.25, 3);
    expect(await run(1)).toBeCloseTo(0.5, 3);
  });

  it('skips guidance at scale 1, with half the rows and without encoding the negative prompt', async () => {
    const components = fakeStableDiffusion();
    await new StableDiffusionPipeline(components).run({ ...options, guidanceScale: 1, negativePrompt: 'snow' });
    expect(components.textCalls).toHaveLength(1);
    expect(components.noiseCalls.map(({ rows }) => rows)).toEqual([1, 1, 1, 1]);
  });

  it('fills up to the next row bucket and never exceeds the largest', async () => {
    const components = fakeStableDiffusion({ rowBuckets: [2, 8] });
    const { pictures } = await new StableDiffusionPipeline(components).run({
      ...options,
      picturesPerPrompt: 7,
      steps: 1,
    });
    expect(pictures).toHaveLength(7);
    expect(
      components.noiseCalls.map(({ rows, latents, embeddings }) => [rows, latents.length, embeddings.length]),
    ).toEqual([
      [8, 8 * 16, 8 * EMBEDDING_SIZE],
      [8, 8 * 16, 8 * EMBEDDING_SIZE],
    ]);
    expect(components.noiseCalls[1]!.latents.slice(6 * 16).every((value) => value === 0)).toBe(true);
  });

  it('undoes the scaling before decoding', async () => {
    const components = fakeStableDiffusion();
    const { pictures } = await new StableDiffusionPipeline(components).run(options);
    expect(components.decodeCalls).toEqual([pictures[0]!.latents.map((value) => value / 0.5)]);
  });

  it('starts from given latents', async () => {
    const components = fakeStableDiffusion();
    const latents = createGenerator(1).normals(32);
    await new StableDiffusionPipeline(components).run({ ...options, picturesPerPrompt: 2, latents });
    expect(components.noiseCalls[0]!.latents.slice(0, 32)).toEqual(latents);
    await expect(new StableDiffusionPipeline(components).run({ ...options, latents })).rejects.toThrow(
      'latents must hold 1 × 16 numbers, got 32',
    );
  });

  it('reports every step, across batches, and previews what the model sees', async () => {
    const components = fakeStableDiffusion();
    const reports: string[] = [];
    const previews: number[] = [];
    const { pictures } = await new StableDiffusionPipeline(components).run({
      ...options,
      steps: 3,
      picturesPerPrompt: 3,
      onProgress: async ({ step, steps, preview }) => {
        reports.push(`${step}/${steps}`);
        const images = await preview();
        previews.push(images.length);
        if (step === 3) expect(images[0]!.rgb).toEqual((await preview())[0]!.rgb);
      },
    });
    expect(reports).toEqual(['1/6', '2/6', '3/6', '4/6', '5/6', '6/6']);
    expect(previews).toEqual([2, 2, 2, 1, 1, 1]);
    expect(pictures).toHaveLength(3);
  });

  it('previews the picture itself after the last step', async () => {
    let last: Uint8Array | undefined;
    const { pictures } = await new StableDiffusionPipeline(fakeStableDiffusion()).run({
      ...options,
      onProgress: async ({ preview }) => {
        last = (await preview())[0]!.rgb;
      },
    });
    expect(last).toEqual(pictures[0]!.rgb);
  });

  it('stops within a step after an abort', async () => {
    const controller = new AbortController();
    const components = fakeStableDiffusion();
    const run = new StableDiffusionPipeline(components).run({
      ...options,
      steps: 20,
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step === 2) controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    expect(components.noiseCalls).toHaveLength(2);
    expect(components.decodeCalls).toHaveLength(0);
  });

  it('does nothing for a signal that is aborted already, and does not decode after an abort in the last step', async () => {
    const components = fakeStableDiffusion();
    const pipeline = new StableDiffusionPipeline(components);
    await expect(pipeline.run({ ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(components.textCalls).toHaveLength(0);
    const controller = new AbortController();
    const onProgress = ({ step, steps }: { step: number; steps: number }) => {
      if (step === steps) controller.abort(new Error('the person cancelled'));
    };
    await expect(pipeline.run({ ...options, onProgress, signal: controller.signal })).rejects.toThrow(
      'the person cancelled',
    );
    expect(components.decodeCalls).toHaveLength(0);
  });

  it('says what it used and which prompts were cut', async () => {
    const long = 'dog '.repeat(40);
    const { settings, truncatedPrompts } = await new StableDiffusionPipeline(fakeStableDiffusion()).run({
      ...options,
      prompt: ['a cat', long],
    });
    expect(settings).toEqual({
      prompts: ['a cat', long],
      negativePrompt: '',
      guidanceScale: 7.5,
      steps: 4,
      seed: 7n,
      picturesPerPrompt: 1,
      firstPicture: 0,
      scheduler: 'DPMSolverMultistepScheduler',
      eta: 0,
    });
    expect(truncatedPrompts).toEqual([long]);
  });

  it('draws an empty prompt, and a v-prediction checkpoint differently', async () => {
    const run = async (config: object) => {
      const schedulerConfig = parseSchedulerConfig({ ...SD14_SCHEDULER_CONFIG, ...config });
      return (
        await new StableDiffusionPipeline(fakeStableDiffusion({ schedulerConfig })).run({ ...options, prompt: '' })
      ).pictures[0]!.rgb;
    };
    expect(await run({})).not.toEqual(await run({ prediction_type: 'v_prediction' }));
  });

  it('stops at numbers that are not finite', async () => {
    let calls = 0;
    const predictNoise = async ({ latents }: { latents: Float32Array }) =>
      latents.map(() => (++calls > 32 ? Number.NaN : 0));
    const run = new StableDiffusionPipeline(fakeStableDiffusion({ predictNoise })).run(options);
    await expect(run).rejects.toThrow('the noise predicted in step 2 of 4 is not finite');
  });

  it.each([
    { steps: 0 },
    { steps: 1.5 },
    { steps: 1001 },
    { picturesPerPrompt: 0 },
    { firstPicture: -1 },
    { guidanceScale: Number.NaN },
    { eta: 2 },
    { prompt: [] },
    { seed: 0.5 },
  ])('refuses %j', async (change) => {
    await expect(new StableDiffusionPipeline(fakeStableDiffusion()).run({ ...options, ...change })).rejects.toThrow(
      RangeError,
    );
  });

  it('refuses guidance when the model takes one row only', async () => {
    const pipeline = new StableDiffusionPipeline(fakeStableDiffusion({ rowBuckets: [1] }));
    await expect(pipeline.run(options)).rejects.toThrow(/row bucket of at least 2/);
  });
});
