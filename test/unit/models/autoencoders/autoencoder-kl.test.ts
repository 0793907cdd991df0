import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { AutoencoderKL, autoencoderAliases, parseAutoencoderKLConfig } from '#models/autoencoders/autoencoder-kl.js';
import { recordParameters } from '#models/tensors/files/weight-files.js';
import { Parameters } from '#models/tensors/parameters.js';
import { readGolden, restore, runPart, type StoredTensor, worst } from '#test/helpers/model-golden.js';

interface AutoencoderCase {
  readonly config: Record<string, unknown>;
  readonly pixels: StoredTensor;
  readonly mean: StoredTensor;
  readonly log_variance: StoredTensor;
  readonly std: StoredTensor;
  readonly latents: StoredTensor;
  readonly decoded: StoredTensor;
}

const cases = readGolden<AutoencoderCase>('autoencoder');
const tolerance = 1e-5;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('AutoencoderKL', () => {
  it.each(cases)('encodes $pixels.shape to the moments of diffusers', (golden) => {
    const { differences, leaked } = runPart(
      'vae',
      (parameters) => {
        const model = new AutoencoderKL(parseAutoencoderKLConfig(golden.config), parameters);
        return { ...model.encode(restore<tf.Tensor4D>(golden.pixels)) };
      },
      { mean: golden.mean, logVariance: golden.log_variance, std: golden.std },
    );
    expect(worst(differences)).toBeLessThan(tolerance);
    expect(leaked).toBe(0);
  });

  it.each(cases)('decodes $latents.shape to the pixels of diffusers', (golden) => {
    const { differences, leaked } = runPart(
      'vae',
      (parameters) => {
        const model = new AutoencoderKL(parseAutoencoderKLConfig(golden.config), parameters);
        return { decoded: model.decode(restore<tf.Tensor4D>(golden.latents)) };
      },
      { decoded: golden.decoded },
    );
    expect(worst(differences)).toBeLessThan(tolerance);
    expect(leaked).toBe(0);
  });

  it('keeps the log variance in [-30, 20]', () => {
    const config = parseAutoencoderKLConfig(cases[1]!.config);
    const extreme = { get: (_: string, shape: readonly number[]) => tf.fill([...shape], 1000) };
    const { logVariance, std } = new AutoencoderKL(config, new Parameters(extreme)).encode(tf.ones([1, 4, 4, 3]));
    expect(tf.max(logVariance).dataSync()[0]).toBe(20);
    expect(tf.max(std).dataSync()[0]).toBeCloseTo(Math.exp(10), 0);
  });

  it('takes the scaling factor of Stable Diffusion 1.x where the file names none', () => {
    expect(parseAutoencoderKLConfig(cases[0]!.config).scalingFactor).toBe(0.3);
    expect(parseAutoencoderKLConfig(cases[1]!.config).scalingFactor).toBe(0.18215);
  });

  it('knows the old names of the attention, and no other aliases', () => {
    const config = parseAutoencoderKLConfig(cases[0]!.config);
    const names = [...recordParameters((source) => new AutoencoderKL(config, new Parameters(source))).keys()];
    expect(names.flatMap(autoencoderAliases).sort()).toEqual(
      ['decoder', 'encoder'].flatMap((half) =>
        ['key', 'proj_attn', 'query', 'value'].flatMap((layer) =>
          ['bias', 'weight'].map((kind) => `${half}.mid_block.attentions.0.${layer}.${kind}`),
        ),
      ),
    );
  });

  it.each([
    [{ use_quant_conv: false }, 'use_quant_conv: expected true, found false'],
    [{ block_out_channels: [10] }, 'norm_num_groups: expected a divisor of [10], found nothing'],
    [
      { up_block_types: ['AttnUpDecoderBlock2D'] },
      'up_block_types.0: expected "UpDecoderBlock2D", found "AttnUpDecoderBlock2D"',
    ],
    [
      { _class_name: 'AsymmetricAutoencoderKL' },
      '_class_name: expected "AutoencoderKL", found "AsymmetricAutoencoderKL"',
    ],
  ])('refuses a config with %j', (json, message) => {
    expect(() => parseAutoencoderKLConfig(json, { file: 'vae/config.json' })).toThrow(`vae/config.json: ${message}`);
  });
});
