import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AutoencoderKL, parseAutoencoderKLConfig } from '#models/autoencoders/autoencoder-kl.js';
import { CLIPTextModel, parseCLIPTextConfig } from '#models/clip/modeling-clip.js';
import { recordParameters } from '#models/tensors/files/weight-files.js';
import { type ParameterSource, Parameters } from '#models/tensors/parameters.js';
import { UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { parseUNet2DConditionConfig } from '#models/unets/unet-2d-configuration.js';

type Shapes = Readonly<Record<string, readonly number[]>>;
const read = <Value>(name: string) =>
  JSON.parse(readFileSync(new URL(`../../golden/data/${name}`, import.meta.url), 'utf8')) as Value;

const tensors = read<{ unet: Shapes; vae: Shapes; text_encoder: Shapes }>('sd14-tensors.json');
const configs = read<Record<string, unknown>>('sd14-configs.json');

const recorded = (build: (source: ParameterSource) => unknown) => Object.fromEntries(recordParameters(build));
const sorted = (shapes: Shapes) => Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1));

describe('Stable Diffusion 1.4', () => {
  it('consumes exactly the 686 tensors of the UNet', () => {
    const config = parseUNet2DConditionConfig(configs.unet);
    const names = recorded((source) => new UNet2DConditionModel(config, new Parameters(source)));
    expect(sorted(names)).toEqual(sorted(tensors.unet));
    expect(Object.keys(names)).toHaveLength(686);
  });

  it('consumes exactly the 248 tensors of the autoencoder', () => {
    const config = parseAutoencoderKLConfig(configs.vae);
    const names = recorded((source) => new AutoencoderKL(config, new Parameters(source)));
    expect(sorted(names)).toEqual(sorted(tensors.vae));
    expect(Object.keys(names)).toHaveLength(248);
  });

  it('consumes exactly the 196 tensors of the text encoder', () => {
    const config = parseCLIPTextConfig(configs.text_encoder);
    const names = recorded((source) => new CLIPTextModel(config, new Parameters(source)));
    expect(sorted(names)).toEqual(sorted(tensors.text_encoder));
    expect(Object.keys(names)).toHaveLength(196);
  });
});
