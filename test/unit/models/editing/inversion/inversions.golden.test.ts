import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createControlSchedule } from '#models/editing/attention-control/control-schedule.js';
import { CROSS_ATTENTION_GUIDANCE } from '#models/editing/attention-control/cross-attention-guidance.js';
import { fixedMask, type LatentMask } from '#models/editing/attention-control/local-blend.js';
import {
  PLUG_AND_PLAY_FEATURE_STEPS,
  PLUG_AND_PLAY_SELF_STEPS,
} from '#models/editing/attention-control/plug-and-play-controller.js';
import { type EditingComponents, editingComponents } from '#models/editing/editing-components.js';
import { invertDDIM, latentsAt } from '#models/editing/inversion/ddim-inversion.js';
import { differenceMask } from '#models/editing/inversion/difference-mask.js';
import { invertEditFriendly } from '#models/editing/inversion/edit-friendly-inversion.js';
import type { Inversion } from '#models/editing/inversion/inversion.js';
import { optimizeNullText } from '#models/editing/inversion/null-text-inversion.js';
import {
  ddimTrack,
  diffEditTrack,
  directTrack,
  editFriendlyTrack,
  negativePromptTrack,
  nullTextTrack,
  proximalTrack,
  type SourceTrack,
} from '#models/editing/inversion/source-track.js';
import { runEditLoop } from '#models/editing/prompt-to-prompt-loop.js';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { createGenerator } from '#models/tensors/random.js';
import { createGoldenCheckpoint, type GoldenConfigs } from '#test/helpers/golden-checkpoint.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';

interface EditedPair {
  readonly source_latents: number[];
  readonly target_latents: number[];
  readonly map_losses?: number[];
  readonly last_gradient?: number[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../golden/data/inversion.json', import.meta.url), 'utf8'),
) as GoldenConfigs & {
  readonly source: string;
  readonly target: string;
  readonly cross: [number, number];
  readonly self: [number, number];
  readonly steps: number;
  readonly seed: number;
  readonly guidance_scale: number;
  readonly picture: number[];
  readonly trajectory: number[][];
  readonly null_text: { readonly losses: number[][]; readonly first: number[]; readonly last: number[] };
  readonly edit_friendly: { readonly first_step: number; readonly noise: number[] };
  readonly difference_mask: string;
  readonly edits: Record<string, EditedPair>;
};

const TOLERANCE = 1e-5;
/** Adam divides each gradient by its own size: where that is near zero, rounding decides the direction of a whole step. */
const OPTIMISED_TOLERANCE = 1e-4;

const engine = createOnnxEngine({ threadCount: 1 });
let folder: string;
let model: StableDiffusionModel;
let components: EditingComponents;
let embeddings: { empty: Float32Array; source: Float32Array; target: Float32Array };
let inversion: Inversion;

const inputs = () => ({
  components,
  latents: Float32Array.from(golden.picture),
  prompt: golden.source,
  embedding: embeddings.source,
  steps: golden.steps,
});

beforeAll(async () => {
  folder = await createGoldenCheckpoint(golden, { editing: { blendLevel: 0 } });
  model = new StableDiffusionModel(await CheckpointFolder.open(folder), engine);
  components = editingComponents(model);
  embeddings = {
    empty: await model.encodePrompt(''),
    source: await model.encodePrompt(golden.source),
    target: await model.encodePrompt(golden.target),
  };
  inversion = await invertDDIM(inputs());
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** What the related methods do instead of Prompt-to-Prompt. */
interface EditMore {
  readonly isFree?: boolean;
  readonly crossSteps?: number;
  readonly selfSteps?: number;
  readonly featureSteps?: number;
  readonly crossAttentionGuidance?: number;
  readonly mask?: LatentMask;
}

async function edit(track: SourceTrack, more: EditMore = {}, loopComponents = components) {
  const { steps, guidance_scale: guidanceScale } = golden;
  const schedule = createControlSchedule({
    tokenizer: components.tokenizer,
    levels: components.levels,
    steps,
    sourcePrompt: golden.source,
    targetPrompt: golden.target,
    control: {
      alignment: 'refine',
      crossReplaceSteps: more.isFree ? (more.crossSteps ?? 0) : golden.cross,
      selfReplaceSteps: more.isFree ? (more.selfSteps ?? 0) : golden.self,
      selfReplaceLevel: 0,
      equalizer: [],
      crossReplaceWords: [],
    },
  });
  return runEditLoop({
    components: loopComponents,
    track,
    schedule,
    embeddings,
    guidanceScale,
    loraScales: { source: 0, target: 0 },
    ...(more.featureSteps ? { featureSteps: more.featureSteps } : {}),
    ...(more.crossAttentionGuidance ? { crossAttentionGuidance: more.crossAttentionGuidance } : {}),
    ...(more.mask ? { blend: more.mask } : {}),
  });
}

async function expectEdit(name: string, track: SourceTrack, tolerance = TOLERANCE, more: EditMore = {}) {
  const { source, target } = await edit(track, more);
  expect(relativeDifference(source, golden.edits[name]!.source_latents)).toBeLessThan(tolerance);
  expect(relativeDifference(target, golden.edits[name]!.target_latents)).toBeLessThan(tolerance);
}

describe('inversions beside their formulas in PyTorch', () => {
  it('walks a picture to noise by DDIM through the same latents', () => {
    golden.trajectory.forEach((latents, index) => {
      expect(relativeDifference(latentsAt(inversion, index + 1), latents)).toBeLessThan(TOLERANCE);
    });
  });

  it.each([
    ['ddim', ddimTrack],
    ['direct', directTrack],
    ['negative-prompt', negativePromptTrack],
    ['proximal', proximalTrack],
  ] as const)('edits along the %s track to the same latents', async (name, createTrack) => {
    await expectEdit(name, createTrack(components.schedulerConfig, inversion, embeddings));
  });

  it('edits along the direct track, guided away from half the source, to the same latents', async () => {
    const empty = embeddings.empty.map((value, index) => (value + embeddings.source[index]!) / 2);
    const track = directTrack(components.schedulerConfig, inversion, { ...embeddings, empty });
    await expectEdit('direct, guided away from half the source', track);
  });

  it('finds the noises between independent latents, and edits along them to the same latents', async () => {
    const walked = await invertEditFriendly({ ...inputs(), seed: BigInt(golden.seed) });
    const { first_step: step, noise } = golden.edit_friendly;
    expect(relativeDifference(walked.noises!.slice(step * 256, (step + 1) * 256), noise)).toBeLessThan(TOLERANCE);
    await expectEdit('edit-friendly', editFriendlyTrack(components.schedulerConfig, walked, embeddings));
  });

  it('finds the same mask by difference, and edits within it to the same latents', async () => {
    const mask = await differenceMask({
      components,
      latents: latentsAt(inversion, 0),
      embeddings,
      generator: createGenerator(golden.seed).fork('difference mask'),
    });
    expect(mask.join('')).toBe(golden.difference_mask);
    const track = diffEditTrack(components.schedulerConfig, inversion, embeddings);
    await expectEdit('diffedit', track, TOLERANCE, { isFree: true, mask: fixedMask(mask) });
  });

  it('takes features and self-attention for Plug-and-Play to the same latents', async () => {
    const track = directTrack(components.schedulerConfig, inversion, embeddings);
    await expectEdit('plug-and-play', track, TOLERANCE, {
      isFree: true,
      selfSteps: PLUG_AND_PLAY_SELF_STEPS,
      featureSteps: PLUG_AND_PLAY_FEATURE_STEPS,
    });
  });

  it('guides cross-attention for pix2pix-zero along the same losses and gradients to the same latents', async () => {
    const losses: number[] = [];
    let lastGradient = new Float32Array();
    const watched: EditingComponents = {
      ...components,
      crossAttentionGradient: async (input) => {
        const result = await components.crossAttentionGradient(input);
        losses.push(result.loss);
        lastGradient = Float32Array.from(result.gradient);
        return result;
      },
    };
    const track = directTrack(components.schedulerConfig, inversion, embeddings);
    const more = { isFree: true, crossSteps: 1, crossAttentionGuidance: CROSS_ATTENTION_GUIDANCE };
    const { source, target } = await edit(track, more, watched);
    const expected = golden.edits['pix2pix-zero']!;
    expect(relativeDifference(losses, expected.map_losses!)).toBeLessThan(TOLERANCE);
    expect(relativeDifference(lastGradient, expected.last_gradient!)).toBeLessThan(TOLERANCE);
    expect(relativeDifference(source, expected.source_latents)).toBeLessThan(TOLERANCE);
    expect(relativeDifference(target, expected.target_latents)).toBeLessThan(TOLERANCE);
  });

  it('optimises the null text through the same losses to the same embeddings', async () => {
    const losses: number[] = [];
    const counted: EditingComponents = {
      ...components,
      nullTextGradient: async (input) => {
        const result = await components.nullTextGradient(input);
        losses.push(result.loss);
        return result;
      },
    };
    const optimised = await optimizeNullText({
      components: counted,
      inversion,
      conditional: embeddings.source,
      unconditional: embeddings.empty,
      guidanceScale: golden.guidance_scale,
    });
    expect(relativeDifference(losses, golden.null_text.losses.flat())).toBeLessThan(OPTIMISED_TOLERANCE);
    const { embeddings: found } = optimised.nullText!;
    const size = found.length / golden.steps;
    expect(relativeDifference(found.slice(0, size), golden.null_text.first)).toBeLessThan(OPTIMISED_TOLERANCE);
    expect(relativeDifference(found.slice(-size), golden.null_text.last)).toBeLessThan(OPTIMISED_TOLERANCE);
    await expectEdit(
      'null-text',
      nullTextTrack(components.schedulerConfig, optimised, embeddings),
      OPTIMISED_TOLERANCE,
    );
  });
});
