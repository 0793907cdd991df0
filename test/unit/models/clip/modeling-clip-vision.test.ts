import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLIPVisionModelWithProjection, parseCLIPVisionConfig } from '#models/clip/modeling-clip-vision.js';
import { readGolden, restore, runPart, type StoredTensor, worst } from '#test/helpers/model-golden.js';

interface VisionCase {
  readonly config: Record<string, unknown>;
  readonly pixels: StoredTensor;
  readonly image_embeds: StoredTensor;
}

const cases = readGolden<VisionCase>('image-encoder');
const tolerance = 1e-5;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('CLIPVisionModelWithProjection', () => {
  it.each(cases)('embeds $pixels.shape as transformers does', (golden) => {
    const { differences, leaked } = runPart(
      'image_encoder',
      (parameters) => {
        const model = new CLIPVisionModelWithProjection(parseCLIPVisionConfig(golden.config), parameters);
        return { embeds: model.forward(restore<tf.Tensor4D>(golden.pixels)) };
      },
      { embeds: golden.image_embeds },
    );
    expect(worst(differences)).toBeLessThan(tolerance);
    expect(leaked).toBe(0);
  });

  it('refuses an unknown activation', () => {
    expect(() => parseCLIPVisionConfig({ hidden_act: 'silu' })).toThrow(
      'hidden_act: expected "quick_gelu" or "gelu", found "silu"',
    );
  });
});
