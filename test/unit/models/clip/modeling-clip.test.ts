import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLIPTextModel, CLIPTextModelWithProjection, parseCLIPTextConfig } from '#models/clip/modeling-clip.js';
import { Parameters } from '#models/tensors/parameters.js';
import { generatedParameters } from '#test/helpers/generated-weights.js';
import { readGolden, runPart, type StoredTensor, worst } from '#test/helpers/model-golden.js';
import { relativeDifference } from '#test/helpers/relative-difference.js';

interface TextCase {
  readonly config: Record<string, unknown>;
  readonly ids: number[][];
  readonly last_hidden_state: StoredTensor;
  readonly text_embeds: StoredTensor;
}

const cases = readGolden<TextCase>('text-encoder');
const tolerance = 1e-5;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('CLIPTextModel', () => {
  it.each(cases)('gives the hidden states and the embedding of transformers with $config.hidden_act', (golden) => {
    const { differences, leaked } = runPart(
      'text_encoder',
      (parameters) => {
        const model = new CLIPTextModelWithProjection(parseCLIPTextConfig(golden.config), parameters);
        const ids = tf.tensor2d(golden.ids, undefined, 'int32');
        const hidden = model.forward(ids);
        return { hidden, embeds: model.embed(ids), projected: model.project(model.pool(hidden, ids)) };
      },
      { hidden: golden.last_hidden_state, embeds: golden.text_embeds, projected: golden.text_embeds },
    );
    expect(worst(differences)).toBeLessThan(tolerance);
    expect(leaked).toBe(0);
  });

  it('lets a token see what came before it and nothing after', () => {
    const weights = generatedParameters('text_encoder');
    const model = new CLIPTextModel(parseCLIPTextConfig(cases[0]!.config), new Parameters(weights));
    const states = (ids: number[]) => model.forward(tf.tensor2d([ids], undefined, 'int32')).dataSync();
    const first = states([1, 2, 3, 4]);
    const second = states([1, 2, 3, 5]);
    const width = first.length / 4;
    expect(relativeDifference(second.slice(0, 3 * width), first.slice(0, 3 * width))).toBe(0);
    expect(relativeDifference(second.slice(3 * width), first.slice(3 * width))).toBeGreaterThan(1e-2);
    weights.dispose();
  });

  it('refuses more tokens than it has positions', () => {
    const weights = generatedParameters('text_encoder');
    const model = new CLIPTextModel(parseCLIPTextConfig(cases[0]!.config), new Parameters(weights));
    expect(() => model.forward(tf.zeros([1, 10], 'int32'))).toThrow('10 tokens, at most 9');
    weights.dispose();
  });

  it.each([
    [{ hidden_act: 'relu' }, 'hidden_act: expected "quick_gelu" or "gelu", found "relu"'],
    [{ num_attention_heads: 7 }, 'num_attention_heads: expected a divisor of 512, found 7'],
    [{ model_type: 'bert' }, 'model_type: expected "clip_text_model", found "bert"'],
    [{ rope_theta: 10 }, 'rope_theta: expected a known field, found 10'],
  ])('refuses a config with %j', (json, message) => {
    expect(() => parseCLIPTextConfig(json)).toThrow(`config.json: ${message}`);
  });
});
