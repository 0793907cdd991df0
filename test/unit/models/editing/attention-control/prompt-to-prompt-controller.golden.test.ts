import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIPTextModel, parseCLIPTextConfig } from '#models/clip/modeling-clip.js';
import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import { type ControlSchedule, createControlSchedule } from '#models/editing/attention-control/control-schedule.js';
import { levelOf, PromptToPromptController } from '#models/editing/attention-control/prompt-to-prompt-controller.js';
import { parseSchedulerConfig } from '#models/schedulers/scheduler-config.js';
import { DDIMScheduler } from '#models/schedulers/scheduling-ddim.js';
import { Parameters } from '#models/tensors/parameters.js';
import type { AttentionController, AttentionSite } from '#models/transformers/attention-processor.js';
import { UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { parseUNet2DConditionConfig } from '#models/unets/unet-2d-configuration.js';
import { controlOf, type GoldenControlCase, readControlGolden } from '#test/helpers/attention-control-golden.js';
import { generatedParameters } from '#test/helpers/generated-weights.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';
import { SD14_SCHEDULER_CONFIG } from '#test/helpers/scheduler-config.js';
import { petTokenizer } from '#test/helpers/tokenizer-files.js';

/** Of the target's row: two of the four heads, four of the places, [2, 4, L]. */
interface GoldenMaps {
  readonly before: number[];
  readonly after: number[];
}

interface MapsCase {
  readonly maps: Record<string, GoldenMaps>;
  readonly maps_latents: number[][];
}
type GoldenCase = GoldenControlCase & MapsCase;

const golden = readControlGolden<Partial<MapsCase>>();
const cases = golden.cases.filter((entry): entry is GoldenCase => entry.maps !== undefined);
const MAPS_STEP = 2;
const TOLERANCE = 1e-5;

const sources = { text: generatedParameters('text_encoder'), unet: generatedParameters('unet') };
const tokenizer = new CLIPTokenizer(petTokenizer().files);
function scheduleOf(entry: GoldenCase): ControlSchedule {
  return createControlSchedule({
    tokenizer,
    levels: 2,
    sourcePrompt: golden.source,
    targetPrompt: entry.target,
    steps: golden.steps,
    control: controlOf(entry),
  });
}

function controllerOf(entry: GoldenCase, step: number): PromptToPromptController {
  const weights = scheduleOf(entry).weightsAt(step);
  return new PromptToPromptController({
    rows: { count: 4, source: 2, target: 3 },
    latentHeight: 8,
    blendLevel: 0,
    mapper: tf.tensor2d(weights.mapper, [32, 32]),
    sourceGain: tf.tensor1d(weights.sourceGain),
    targetGain: tf.tensor1d(weights.targetGain),
    selfReplace: tf.tensor1d(weights.selfReplace),
  });
}

interface Seen {
  readonly before: Float32Array;
  readonly after: Float32Array;
}

/** Notes the target's maps of the heads and places that the golden keeps. */
function recording(inner: PromptToPromptController, seen: Map<string, Seen>): AttentionController {
  const few = (maps: tf.Tensor4D) => {
    const places = maps.shape[2] / 4;
    const heads = tf.gather(tf.slice(maps, [3, 0, 0, 0], [1, -1, -1, -1]), [0, 3], 1);
    return tf.gather(heads, [0, places, 2 * places, 3 * places], 2).dataSync() as Float32Array;
  };
  return {
    beforeAttention: (queriesAndKeys, site) => inner.beforeAttention(queriesAndKeys, site),
    wantsMap: () => true,
    attend(maps, site) {
      const edited = site.kind === 'cross' ? inner.attend(maps, site) : maps;
      seen.set(site.path, { before: few(maps), after: few(edited) });
      return edited;
    },
  };
}

function mapsOfGoldenStep(entry: GoldenCase): Map<string, Seen> {
  const text = new CLIPTextModel(parseCLIPTextConfig(golden.text_config), new Parameters(sources.text));
  const unet = new UNet2DConditionModel(parseUNet2DConditionConfig(golden.unet_config), new Parameters(sources.unet));
  const scheduler = new DDIMScheduler(parseSchedulerConfig(SD14_SCHEDULER_CONFIG));
  scheduler.setTimesteps(golden.steps);
  const latents = entry.maps_latents.flat();
  const seen = new Map<string, Seen>();
  tf.tidy(() => {
    const states = ['', '', golden.source, entry.target].map((prompt) =>
      text.forward(tf.tensor2d(tokenizer.encodePadded(prompt).ids, [1, 32], 'int32')),
    );
    unet.forward(
      tf.tensor4d([...latents, ...latents], [4, 8, 8, 4]),
      tf.fill([4], scheduler.timesteps[MAPS_STEP]!) as tf.Tensor1D,
      tf.concat(states, 0) as tf.Tensor3D,
      { controller: recording(controllerOf(entry, MAPS_STEP), seen) },
    );
  });
  return seen;
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterAll(() => {
  sources.text.dispose();
  sources.unet.dispose();
});

describe('the maps of an edit in its third step, down, in the middle and up', () => {
  it.each(cases.map((entry) => [entry.name, entry] as const))(
    '%s: those of the formulas in PyTorch, before and after',
    (_, entry) => {
      const seen = mapsOfGoldenStep(entry);
      for (const [path, maps] of Object.entries(entry.maps)) {
        const { before, after } = seen.get(path)!;
        expect(relativeDifference(after, maps.after)).toBeLessThan(TOLERANCE);
        // Self-attention is swapped before there are maps.
        if (path.endsWith('attn2')) expect(relativeDifference(before, maps.before)).toBeLessThan(TOLERANCE);
      }
    },
  );

  it('covers every controller and changes what it should', () => {
    expect(new Set(cases.map(({ alignment }) => alignment))).toEqual(
      new Set(['replace', 'legacy-replace', 'refine', 'none']),
    );
    for (const { maps, cross } of cases) {
      const edited = Object.entries(maps).filter(([path]) => path.endsWith('attn2'));
      expect(edited).toHaveLength(3);
      const isInWindow = cross[1] * (golden.steps + 1) >= MAPS_STEP + 1;
      for (const [, { before, after }] of edited) expect(relativeDifference(after, before) > 1e-3).toBe(isInWindow);
    }
  });
});

describe('PromptToPromptController', () => {
  it('leaves unconditional rows alone and wants no map of self-attention', () => {
    const site = { kind: 'cross', resolution: [8, 8] } as unknown as AttentionSite;
    const controller = controllerOf(cases[0]!, 0);
    const maps = tf.softmax(tf.randomNormal([4, 2, 64, 32], 0, 1, 'float32', 1)) as tf.Tensor4D;
    const edited = controller.attend(maps, site);
    const rows = (x: tf.Tensor4D) => tf.slice(x, [0, 0, 0, 0], [3, -1, -1, -1]).dataSync();
    expect(rows(edited)).toEqual(rows(maps));
    expect(controller.wantsMap({ ...site, kind: 'self' })).toBe(false);
    expect(controller.wantsMap(site)).toBe(true);
  });

  it('knows levels by how often odd sides were halved', () => {
    const at = (height: number) => ({ resolution: [height, 1] }) as unknown as AttentionSite;
    expect([10, 5, 3, 2].map((height) => levelOf(at(height), 10))).toEqual([0, 1, 2, 3]);
  });

  it('takes the maps of the next finer level where the wanted one has none', () => {
    const maps = tf.softmax(tf.ones([4, 2, 16, 32])) as tf.Tensor4D;
    const controller = controllerOf(cases[0]!, 0);
    controller.attend(maps, { kind: 'cross', resolution: [4, 4] } as unknown as AttentionSite);
    expect(controller.crossMaps().shape).toEqual([2, 4, 4, 32]);
  });
});
