import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LoRAFactors } from '#models/lora/lora-layer.js';
import { CheckpointError } from '#models/tensors/files/checkpoint-error.js';
import { Parameters } from '#models/tensors/parameters.js';
import type { AttentionSite, QueriesAndKeys } from '#models/transformers/attention-processor.js';
import { UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { parseUNet2DConditionConfig } from '#models/unets/unet-2d-configuration.js';
import { generatedParameters } from '#test/helpers/generated-weights.js';
import { readGolden, restore, runPart, type StoredTensor, worst } from '#test/helpers/model-golden.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';

interface UNetCase {
  readonly config: Record<string, unknown>;
  readonly timesteps: number[];
  readonly sample: StoredTensor;
  readonly context: StoredTensor;
  readonly noise: StoredTensor;
}

const cases = readGolden<UNetCase>('unet');
const tolerance = 1e-5;

const forward = (golden: UNetCase, parameters: Parameters, options: ForwardOptions = {}) =>
  new UNet2DConditionModel(parseUNet2DConditionConfig(golden.config), parameters).forward(
    restore<tf.Tensor4D>(golden.sample),
    tf.tensor1d(golden.timesteps, 'float32'),
    restore<tf.Tensor3D>(golden.context),
    options,
  );
type ForwardOptions = Exclude<globalThis.Parameters<UNet2DConditionModel['forward']>[3], undefined>;

/** Output of the smallest case with attention on all levels. */
function run(options: ForwardOptions): Float32Array {
  const weights = generatedParameters('unet');
  const output = tf.tidy(() => forward(cases[2]!, new Parameters(weights), options));
  const values = output.dataSync() as Float32Array;
  output.dispose();
  weights.dispose();
  return values;
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('UNet2DConditionModel', () => {
  it.each(cases)(
    'predicts what diffusers predicts with $config.block_out_channels channels on $sample.shape',
    (golden) => {
      const { differences, leaked } = runPart('unet', (parameters) => ({ noise: forward(golden, parameters) }), {
        noise: golden.noise,
      });
      expect(worst(differences)).toBeLessThan(tolerance);
      expect(leaked).toBe(0);
    },
  );

  it('shows a controller every map that it wants, and leaves the result alone where it returns what it got', () => {
    const sites: AttentionSite[] = [];
    const attend = (probabilities: tf.Tensor4D, site: AttentionSite) => {
      sites.push(site);
      const sums = tf.sum(probabilities, -1).dataSync();
      expect(sums.every((sum) => Math.abs(sum - 1) < 1e-5)).toBe(true);
      return probabilities;
    };
    expect(
      relativeDifference(run({ controller: { wantsMap: () => true, attend } }), cases[2]!.noise.data),
    ).toBeLessThan(tolerance);
    expect(sites).toHaveLength(2 * (3 + 1 + 4));
    expect(sites[1]).toEqual({
      path: 'down_blocks.0.attentions.0.transformer_blocks.0.attn2',
      place: 'down',
      kind: 'cross',
      resolution: [4, 3],
    });
    expect(new Set(sites.map(({ path }) => path)).size).toBe(sites.length);
  });

  it('uses the probabilities that a controller returns', () => {
    const attend = (probabilities: tf.Tensor4D) => tf.zerosLike(probabilities);
    expect(
      relativeDifference(run({ controller: { wantsMap: () => true, attend } }), cases[2]!.noise.data),
    ).toBeGreaterThan(1e-2);
  });

  it('builds no map where a controller wants none', () => {
    const attend = () => {
      throw new Error('not asked for');
    };
    const controller = { wantsMap: () => false, attend };
    expect(relativeDifference(run({ controller }), cases[2]!.noise.data)).toBeLessThan(tolerance);
  });

  it('lets a controller exchange queries and keys', () => {
    const controller = {
      wantsMap: () => false,
      attend: (probabilities: tf.Tensor4D) => probabilities,
      beforeAttention: ({ q, k }: QueriesAndKeys) => ({ q: tf.reverse(q, 0) as tf.Tensor4D, k }),
    };
    expect(relativeDifference(run({ controller }), cases[2]!.noise.data)).toBeGreaterThan(1e-3);
  });

  it('adds LoRA factors to each of the four projections by path', () => {
    const asked = new Set<string>();
    const width = 12;
    const factors = (inFeatures: number): LoRAFactors => ({
      down: tf.fill([2, inFeatures], 0.1) as tf.Tensor2D,
      up: tf.fill([width, 2], 0.1) as tf.Tensor2D,
      scale: tf.scalar(0.5),
    });
    run({
      lora: (path) => {
        asked.add(path);
        return undefined;
      },
    });
    expect(asked.size).toBe(8 * 2 * 4);
    const plain = run({});
    for (const name of ['to_q', 'to_k', 'to_v', 'to_out.0']) {
      const path = `mid_block.attentions.0.transformer_blocks.0.attn2.${name}`;
      expect(asked).toContain(path);
      const inFeatures = name === 'to_k' || name === 'to_v' ? 16 : width;
      const changed = run({ lora: (candidate) => (candidate === path ? factors(inFeatures) : undefined) });
      expect(relativeDifference(changed, plain)).toBeGreaterThan(1e-6);
    }
  });

  it('reads the misnamed number of heads, one for all levels or one per level', () => {
    expect(parseUNet2DConditionConfig({ attention_head_dim: 8 }).numHeads).toEqual([8, 8, 8, 8]);
    expect(parseUNet2DConditionConfig(cases[1]!.config).numHeads).toEqual([2, 3]);
  });

  it.each([
    [{ use_linear_projection: true }, 'use_linear_projection', 'false', 'true'],
    [
      { down_block_types: ['AttnDownBlock2D'] },
      'down_block_types.0',
      '"CrossAttnDownBlock2D" or "DownBlock2D"',
      '"AttnDownBlock2D"',
    ],
    [{ attention_head_dim: [8, 8] }, 'attention_head_dim', '4 entries, as many as block_out_channels', '[8,8]'],
    [{ norm_num_groups: 7 }, 'norm_num_groups', 'a divisor of [320, 640, 1280, 1280]', '7'],
    [{ surprise: 3 }, 'surprise', 'a known field', '3'],
    [{ layers_per_block: '2' }, 'layers_per_block', 'number', '"2"'],
  ])('refuses a config with %j, naming file, key, expected and found', (json, key, expected, found) => {
    const parse = () => parseUNet2DConditionConfig(json, { file: 'unet/config.json' });
    expect(parse).toThrow(CheckpointError);
    expect(parse).toThrow(`unet/config.json: ${key}: expected ${expected}, found ${found}`);
  });
});
