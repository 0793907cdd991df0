import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AttentionControlError } from '#models/editing/attention-control/attention-control.js';
import type { EditOptions, EditProgress } from '#models/editing/edit-options.js';
import { type EditingComponents, editingComponents } from '#models/editing/editing-components.js';
import { decodeInversion, encodeInversion, type Inversion } from '#models/editing/inversion/inversion.js';
import { PromptToPromptPipeline } from '#models/editing/pipeline-prompt-to-prompt.js';
import { psnr } from '#models/evaluation/psnr.js';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import type { EditMethod } from '#models/loaders/recommendations.js';
import { initializeLoRA, type LoRAAdapter } from '#models/lora/lora-adapter.js';
import type { RgbImage } from '#models/pipelines/image-processor.js';
import { StableDiffusionPipeline } from '#models/pipelines/pipeline-stable-diffusion.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { createGenerator } from '#models/tensors/random.js';
import { createGoldenCheckpoint, type GoldenConfigs } from '#test/helpers/golden-checkpoint.js';

const configs = JSON.parse(
  readFileSync(new URL('../../../golden/data/inversion.json', import.meta.url), 'utf8'),
) as GoldenConfigs;
const PROMPT = 'a photo of a dog in the jungle';
const TARGET = 'a photo of a cat in the jungle';
const STEPS = 5;

/** Of the sessions that were built. */
const sessions: string[] = [];
const engine = createOnnxEngine({ threadCount: 1, onSession: ({ name }) => void sessions.push(name) });
let folder: string;
let model: StableDiffusionModel;
let components: EditingComponents;
let pipeline: PromptToPromptPipeline;

beforeAll(async () => {
  folder = await createGoldenCheckpoint(configs, { editing: { guidanceScale: 2 } });
  model = new StableDiffusionModel(await CheckpointFolder.open(folder), engine);
  components = editingComponents(model);
  pipeline = new PromptToPromptPipeline(components);
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
});

const image: RgbImage = {
  width: 16,
  height: 16,
  rgb: Uint8Array.from({ length: 16 * 16 * 3 }, (_, index) => 128 + 100 * Math.sin(index / 7)),
};

const posted = (options: Partial<EditOptions> = {}, inversion?: Inversion): EditOptions => ({
  source: { kind: 'posted', image, prompt: PROMPT, ...(inversion ? { inversion } : {}) },
  targetPrompt: TARGET,
  steps: STEPS,
  ...options,
});

async function inversionOf(options: Partial<EditOptions>): Promise<Inversion> {
  const found: Inversion[] = [];
  await pipeline.edit(posted({ ...options, onInversion: (inversion) => void found.push(inversion) }));
  return found[0]!;
}

function someLoRA(): LoRAAdapter {
  const { layers } = initializeLoRA(model.loraModules, createGenerator(3), { rank: 4 });
  const changed = [...layers].map(([path, layer]) => [path, { ...layer, up: layer.up.map(() => 0.2) }] as const);
  return { layers: new Map(changed) };
}

describe('the cost of an edit in evaluations of the UNet', () => {
  it('is 200 with direct inversion and 50 steps, and 150 where the inversion is known', async () => {
    const found: Inversion[] = [];
    const first = await pipeline.edit(posted({ steps: 50, onInversion: (inversion) => void found.push(inversion) }));
    expect(first.evaluations).toEqual({ inversion: 50, editing: 150, backward: 0 });
    expect(first.usedCachedInversion).toBe(false);
    const second = await pipeline.edit(posted({ steps: 50, targetPrompt: `${PROMPT} at night` }, found[0]));
    expect(second.evaluations).toEqual({ inversion: 0, editing: 150, backward: 0 });
    expect(second.usedCachedInversion).toBe(true);
  });

  it.each([
    ['ddim', 10, 40],
    ['negative-prompt', 10, 30],
    ['proximal', 10, 30],
    ['edit-friendly', 7, 21],
    ['diffedit', 10 + 20, 24],
    ['plug-and-play', 10, 30],
  ] as const)('is as published or less with %s', async (method, inversion, editing) => {
    const { evaluations } = await pipeline.edit(posted({ method, steps: 10 }));
    expect(evaluations).toEqual({ inversion, editing, backward: 0 });
  });

  it('is five passes forward and one backward a step with pix2pix-zero', async () => {
    const { evaluations } = await pipeline.edit(posted({ method: 'pix2pix-zero', steps: 10 }));
    expect(evaluations).toEqual({ inversion: 10, editing: 50, backward: 10 });
  });

  it('counts what null-text optimisation takes, forward and backward', async () => {
    const { evaluations } = await pipeline.edit(posted({ method: 'null-text', steps: 3 }));
    const { inversion, editing, backward } = evaluations;
    expect(editing).toBe(12);
    expect(backward).toBeGreaterThanOrEqual(3);
    expect(backward).toBeLessThanOrEqual(30);
    expect(inversion).toBe(3 + 3 * 2 + backward);
  });

  it('is none for the way back to noise of a picture of ours', async () => {
    const source = { kind: 'drawn', prompt: PROMPT, seed: 5, steps: 4, guidanceScale: 3, hasLoRA: false } as const;
    const { evaluations, settings } = await pipeline.edit({
      source: { ...source, scheduler: 'DPMSolverMultistepScheduler' },
      targetPrompt: TARGET,
    });
    expect(evaluations).toEqual({ inversion: 0, editing: 16, backward: 0 });
    expect(settings.method).toBe('replay');
  });
});

describe('a posted picture', () => {
  it.each(['direct', 'edit-friendly', 'diffedit', 'plug-and-play', 'pix2pix-zero'] as const)(
    'is rebuilt exactly beside its edit with %s',
    async (method) => {
      const { reconstructionPsnr } = await pipeline.edit(posted({ method }));
      expect(reconstructionPsnr).toBe(100);
    },
  );

  it.each(['ddim', 'negative-prompt'] as const)('is rebuilt with an error that is measured with %s', async (method) => {
    const { reconstructionPsnr } = await pipeline.edit(posted({ method }));
    expect(reconstructionPsnr).toBeGreaterThan(5);
    expect(reconstructionPsnr).toBeLessThan(99);
  });

  it('changes with the words, and a little with the control', async () => {
    const edited = await pipeline.edit(posted());
    const same = await pipeline.edit(posted({ targetPrompt: PROMPT, guidanceScale: 1 }));
    const free = await pipeline.edit(
      posted({ control: { alignment: 'none', crossReplaceSteps: 0, selfReplaceSteps: 0 } }),
    );
    expect(psnr(edited.picture, same.picture)).toBeLessThan(40);
    expect(psnr(edited.picture, free.picture)).toBeLessThan(60);
    expect(edited.score).toEqual({
      kind: 'changed-share',
      value: edited.score.changedShare,
      changedShare: expect.any(Number),
    });
  });

  it.each([false, true])(
    "comes nearer to its source's attention by pix2pix-zero, LoRA on the target: %s",
    async (hasLoRA) => {
      const own = editingComponents(model, hasLoRA ? model.activate(someLoRA()) : undefined);
      const losses: number[] = [];
      const smallStep = 1e-2;
      const watched = new PromptToPromptPipeline({
        ...own,
        crossAttentionGradient: async (input) => {
          const { loss, gradient } = await own.crossAttentionGradient(input);
          const target = input.latents.target.map((value, index) => value - smallStep * gradient[index]!);
          const after = await own.crossAttentionGradient({ ...input, latents: { ...input.latents, target } });
          if (loss > 1e-3) expect(after.loss).toBeLessThan(loss);
          losses.push(loss);
          return { loss, gradient };
        },
      });
      await watched.edit(posted({ method: 'pix2pix-zero', targetPrompt: PROMPT }));
      expect(losses.length).toBe(STEPS);
      // From one noise with one prompt both have the same attention, unless a pet is in the weights.
      expect(losses[0]! > 1e-3).toBe(hasLoRA);
      expect(losses.at(-1)).toBeGreaterThan(1e-3);
    },
  );

  it('keeps its latents wherever the blend allows no change', async () => {
    const blend = { source: ['dog'], target: ['cat'], threshold: 0.97, startAfter: 0 };
    const { latents, mask } = await pipeline.edit(posted({ control: { blend } }));
    const inversion = await inversionOf({});
    expect(mask!.values.length).toBe(64);
    const kept = latents.filter((_, index) => mask!.values[Math.floor(index / 4)] === 0);
    const original = inversion.latents.slice(0, 256).filter((_, index) => !mask!.values[Math.floor(index / 4)]);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(256);
    expect(kept).toEqual(original);
  });

  it('is guided by nothing where it is guided away from its own words to the same words', async () => {
    const control = { alignment: 'none', crossReplaceSteps: 0, selfReplaceSteps: 0 } as const;
    const guided = async (guidanceScale: number, negativeSourceShare: number) => {
      const options = { targetPrompt: PROMPT, guidanceScale, negativeSourceShare, control };
      const { picture, settings } = await pipeline.edit(posted(options));
      expect(settings.negativeSourceShare).toBe(negativeSourceShare);
      return picture;
    };
    expect(psnr(await guided(6, 1), await guided(2, 1))).toBeGreaterThan(60);
    expect(psnr(await guided(6, 0.5), await guided(2, 0.5))).toBeLessThan(40);
  });

  it('is guided away from its words by direct inversion only, by a share', async () => {
    const { settings } = await pipeline.edit(posted({ method: 'ddim', negativeSourceShare: 0.5 }));
    expect(settings.negativeSourceShare).toBe(0);
    await expect(pipeline.edit(posted({ negativeSourceShare: 1.1 }))).rejects.toThrow(RangeError);
    const share = async (more: Partial<EditOptions>) =>
      (await pipeline.edit(posted(more))).settings.negativeSourceShare;
    expect(await share({})).toBe(0);
    expect(await share({ targetPrompt: PROMPT })).toBe(1);
  });

  it('may change where DiffEdit finds that it would, whatever words say', async () => {
    const blend = { source: ['dog'], target: ['cat'], threshold: 0.97, startAfter: 0 };
    const found = await pipeline.edit(posted({ method: 'diffedit' }));
    const told = await pipeline.edit(posted({ method: 'diffedit', control: { blend } }));
    expect(told.mask).toEqual(found.mask);
    expect(told.latents).toEqual(found.latents);
  });

  it('is inverted anew for another seed where the noises come from one', async () => {
    const inversion = await inversionOf({ method: 'edit-friendly', seed: 1 });
    const again = await pipeline.edit(posted({ method: 'edit-friendly', seed: 1 }, inversion));
    expect(again.usedCachedInversion).toBe(true);
    const other = await pipeline.edit(posted({ method: 'edit-friendly', seed: 2 }, inversion));
    expect(other.usedCachedInversion).toBe(false);
  });

  it('needs one session for all edits of a method', async () => {
    await pipeline.edit(posted());
    const before = sessions.length;
    await pipeline.edit(posted({ targetPrompt: 'a red cat wearing a hat' }));
    const equalizer = [{ words: 'jungle', factor: 3 }];
    await pipeline.edit(posted({ targetPrompt: PROMPT, control: { equalizer, alignment: 'replace' } }));
    const blend = { source: ['dog'], target: ['cat'] };
    await pipeline.edit(posted({ control: { blend, crossReplaceSteps: [0.2, 0.9], selfReplaceSteps: 0 }, steps: 3 }));
    expect(sessions.slice(before)).toEqual([]);
  });

  it.each(['direct', 'null-text', 'edit-friendly'] as const)(
    'is edited the same from an inversion that was kept as bytes, with %s',
    async (method) => {
      const options = { method, steps: 3 };
      const inversion = await inversionOf(options);
      const kept = decodeInversion(encodeInversion(inversion), components.latentShape);
      expect(kept).toEqual(inversion);
      const first = await pipeline.edit(posted(options));
      const second = await pipeline.edit(posted(options, kept));
      expect(second.usedCachedInversion).toBe(true);
      expect(second.evaluations.inversion).toBe(0);
      expect(second.picture).toEqual(first.picture);
    },
  );

  it.each([
    ['another caption', { prompt: TARGET }],
    ['other steps', { steps: STEPS + 1 }],
    ['another kind', { kind: 'edit-friendly' }],
    ['another size', { latentShape: [4, 16, 4] }],
  ] as const)('is inverted anew where the known inversion has %s', async (_, difference) => {
    const inversion = { ...(await inversionOf({})), ...difference } as Inversion;
    const { usedCachedInversion, evaluations } = await pipeline.edit(posted({}, inversion));
    expect(usedCachedInversion).toBe(false);
    expect(evaluations.inversion).toBe(STEPS);
  });
});

describe('a picture of ours', () => {
  const settings = { prompt: PROMPT, negativePrompt: 'a red cat', seed: 11, steps: 4, guidanceScale: 3 };

  it.each([
    ['DPMSolverMultistepScheduler', 0, 3],
    ['DDIMScheduler', 0.5, 3],
    ['DDIMScheduler', 0, 1],
  ] as const)('is drawn again beside its edit: %s, eta %d, guidance %d', async (scheduler, eta, guidanceScale) => {
    const drawn = await new StableDiffusionPipeline(model.components()).run({
      ...settings,
      scheduler,
      eta,
      guidanceScale,
      picturesPerPrompt: 2,
    });
    const { reconstruction, picture } = await pipeline.edit({
      source: { kind: 'drawn', ...settings, scheduler, eta, guidanceScale, index: 1, hasLoRA: false },
      targetPrompt: TARGET,
      guidanceScale: 5,
    });
    const differences = reconstruction.rgb.map((value, index) => Math.abs(value - drawn.pictures[1]!.rgb[index]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    expect(psnr(picture, reconstruction)).toBeLessThan(50);
  });

  it('that no LoRA drew stays as it is beside an edit with a LoRA, and one that a LoRA drew is drawn with it', async () => {
    const active = model.activate(someLoRA());
    const withLoRA = new PromptToPromptPipeline(editingComponents(model, active));
    const source = { kind: 'drawn', ...settings, scheduler: 'DDIMScheduler' } as const;
    const options = { targetPrompt: TARGET } as const;
    const plain = await pipeline.edit({ ...options, source: { ...source, hasLoRA: false } });
    const target = await withLoRA.edit({ ...options, source: { ...source, hasLoRA: false } });
    const both = await withLoRA.edit({ ...options, source: { ...source, hasLoRA: true } });
    expect(psnr(target.reconstruction, plain.reconstruction)).toBeGreaterThan(55);
    expect(psnr(target.picture, plain.picture)).toBeLessThan(45);
    const drawn = await new StableDiffusionPipeline(model.components(active)).run({
      ...settings,
      scheduler: 'DDIMScheduler',
    });
    expect(psnr(both.reconstruction, drawn.pictures[0]!)).toBeGreaterThan(55);
    expect(psnr(both.reconstruction, plain.reconstruction)).toBeLessThan(45);
    await expect(pipeline.edit({ ...options, source: { ...source, hasLoRA: true } })).rejects.toThrow(RangeError);
  });
});

describe('an edit under way', () => {
  it.each([
    ['direct', 2 * STEPS],
    ['null-text', 3 * STEPS],
    ['edit-friendly', 2 * (STEPS - 1)],
    ['diffedit', 2 * STEPS - 1],
    ['pix2pix-zero', 2 * STEPS],
  ] as [EditMethod, number][])('reports each step of %s once, and previews while editing', async (method, total) => {
    const seen: EditProgress[] = [];
    let preview: RgbImage | undefined;
    await pipeline.edit(
      posted({
        method,
        onProgress: async (progress) => {
          seen.push(progress);
          preview = await progress.preview?.();
        },
      }),
    );
    expect(seen.map(({ step }) => step)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
    expect(new Set(seen.map(({ steps }) => steps))).toEqual(new Set([total]));
    expect(seen[0]!.stage).toBe('inversion');
    expect(seen.at(-1)!.stage).toBe('editing');
    expect(preview!.rgb.length).toBe(16 * 16 * 3);
  });

  it.each([1, STEPS + 1])('stops before the next evaluation once it is aborted after step %d', async (abortAfter) => {
    const controller = new AbortController();
    let evaluations = 0;
    const counted = new PromptToPromptPipeline({
      ...components,
      predictNoise: (input) => {
        evaluations += 1;
        return components.predictNoise(input);
      },
      predictControlled: (input) => {
        evaluations += 1;
        return components.predictControlled(input);
      },
    });
    const edit = counted.edit(
      posted({
        signal: controller.signal,
        onProgress: ({ step }) => {
          if (step === abortAfter) controller.abort();
        },
      }),
    );
    await expect(edit).rejects.toThrow('aborted');
    expect(evaluations).toBe(abortAfter);
  });

  it('is refused before anything is computed where the prompts lack words of the control', async () => {
    const untouched = new PromptToPromptPipeline({
      ...components,
      encodeText: () => Promise.reject(new Error('too late')),
    });
    const blend = { source: ['elephant'], target: ['cat'] };
    const edit = untouched.edit(posted({ control: { blend } }));
    await expect(edit).rejects.toThrow(AttentionControlError);
    await expect(edit).rejects.toMatchObject({ problem: 'words-not-found', words: 'elephant' });
    await expect(untouched.edit(posted({ control: { selfReplaceSteps: 1.5 } }))).rejects.toThrow(RangeError);
    const wide = { ...image, width: 32, height: 8 };
    const ofWide = untouched.edit({ ...posted(), source: { kind: 'posted', image: wide, prompt: PROMPT } });
    await expect(ofWide).rejects.toThrow('16×16, got 32×8');
  });

  it('names prompts that the text encoder reads only in part', async () => {
    const long = `${PROMPT} ${'with a hat '.repeat(20)}`;
    const { truncatedPrompts } = await pipeline.edit(posted({ targetPrompt: long, steps: 1 }));
    expect(truncatedPrompts).toEqual([long]);
  });
});
