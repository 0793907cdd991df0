import { rm } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalBlendWords } from '#models/editing/attention-control/attention-control.js';
import { createControlSchedule } from '#models/editing/attention-control/control-schedule.js';
import { LocalBlend } from '#models/editing/attention-control/local-blend.js';
import { type EditingComponents, editingComponents } from '#models/editing/editing-components.js';
import { ddimTrack } from '#models/editing/inversion/source-track.js';
import { runEditLoop } from '#models/editing/prompt-to-prompt-loop.js';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import type { LoRAAdapter } from '#models/lora/lora-adapter.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { createGenerator } from '#models/tensors/random.js';
import { controlOf, type GoldenControlCase, readControlGolden } from '#test/helpers/attention-control-golden.js';
import { createGoldenCheckpoint } from '#test/helpers/golden-checkpoint.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';

interface BlendCase {
  readonly lora?: boolean;
  /** Level of the maps that blend; the latents' own unless it is given. */
  readonly blend_level?: number;
  readonly blend?: {
    readonly source: string[];
    readonly target: string[];
    readonly threshold: number;
    readonly subtract_source?: string[];
    readonly subtract_target?: string[];
    readonly subtract_threshold?: number;
  };
  readonly source_latents: number[];
  readonly target_latents: number[];
  readonly masks: string[];
}
type GoldenCase = GoldenControlCase & BlendCase;

const golden = readControlGolden<BlendCase>();

const TOLERANCE = 1e-5;
const LORA_SHARE = 0.8;

/** By blending level. */
const models = new Map<number, StableDiffusionModel>();
const folders: string[] = [];
const engine = createOnnxEngine({ threadCount: 1 });

beforeAll(async () => {
  for (const blendLevel of [0, 1]) {
    const folder = await createGoldenCheckpoint(golden, { editing: { blendLevel } });
    folders.push(folder);
    models.set(blendLevel, new StableDiffusionModel(await CheckpointFolder.open(folder), engine));
  }
  await tf.setBackend('cpu');
});
afterAll(async () => {
  await engine.dispose();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** Rank 2 on every projection, as the golden has it. */
function goldenLoRA(model: StableDiffusionModel): LoRAAdapter {
  const layers = model.loraModules.map(({ path, inFeatures, outFeatures }) => {
    const drawn = createGenerator(9)
      .fork(path)
      .normals(2 * (inFeatures + outFeatures))
      .map((value) => 0.3 * value);
    const [down, up] = [drawn.slice(0, 2 * inFeatures), drawn.slice(2 * inFeatures)];
    return [path, { rank: 2, alpha: 2, down, up }] as const;
  });
  return { layers: new Map(layers) };
}

const blendWords = (blend: NonNullable<GoldenCase['blend']>): LocalBlendWords => ({
  source: blend.source,
  target: blend.target,
  threshold: blend.threshold,
  ...(blend.subtract_source ? { subtractSource: blend.subtract_source } : {}),
  ...(blend.subtract_target ? { subtractTarget: blend.subtract_target } : {}),
  ...(blend.subtract_threshold ? { subtractThreshold: blend.subtract_threshold } : {}),
});

async function runCase(entry: GoldenCase, model: StableDiffusionModel, components: EditingComponents) {
  const { steps } = golden;
  const { tokenizer, levels, latentShape } = components;
  const prompts = { sourcePrompt: golden.source, targetPrompt: entry.target };
  const schedule = createControlSchedule({ tokenizer, levels, steps, ...prompts, control: controlOf(entry) });
  const blend = entry.blend
    ? new LocalBlend({ words: blendWords(entry.blend), ...schedule, steps, latentShape })
    : undefined;
  const latents = new Float32Array((steps + 1) * 256);
  latents.set(createGenerator(golden.seed).normals(256), steps * 256);
  const source = await model.encodePrompt(golden.source);
  const embeddings = { empty: await model.encodePrompt(''), source, target: await model.encodePrompt(entry.target) };
  const inversion = { kind: 'ddim', prompt: golden.source, steps, latentShape, latents } as const;
  const masks: string[] = [];
  const result = await runEditLoop({
    components,
    track: ddimTrack(components.schedulerConfig, inversion, embeddings),
    schedule,
    ...(blend ? { blend } : {}),
    embeddings,
    guidanceScale: golden.guidance_scale,
    loraScales: { source: 0, target: LORA_SHARE },
    onStep: () => {
      if (blend?.mask) masks.push(blend.mask.join(''));
    },
  });
  return { ...result, masks };
}

describe('Prompt-to-Prompt beside its formulas in PyTorch, over ten guided steps', () => {
  it.each(golden.cases.map((entry) => [entry.name, entry] as const))(
    '%s: the same latents and masks',
    async (_, entry) => {
      const model = models.get(entry.blend_level ?? 0)!;
      const components = editingComponents(model, entry.lora ? model.activate(goldenLoRA(model)) : undefined);
      const { source, target, masks } = await runCase(entry, model, components);
      expect(relativeDifference(source, entry.source_latents)).toBeLessThan(TOLERANCE);
      expect(relativeDifference(target, entry.target_latents)).toBeLessThan(TOLERANCE);
      expect(masks).toEqual(entry.masks);
    },
  );
});
