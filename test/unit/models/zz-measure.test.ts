import * as tf from '@tensorflow/tfjs';
import { it } from 'vitest';
import { AutoencoderKL, parseAutoencoderKLConfig } from '#models/autoencoders/autoencoder-kl.js';
import { CLIPVisionModelWithProjection, parseCLIPVisionConfig } from '#models/image-encoders/modeling-clip-vision.js';
import { CLIPTextModelWithProjection, parseCLIPTextConfig } from '#models/text-encoders/modeling-clip.js';
import { parseUNet2DConditionConfig, UNet2DConditionModel } from '#models/unets/unet-2d-condition.js';
import { readGolden, restore, runPart } from '#test/helpers/model-golden.js';
it('measures', async () => {
  await tf.setBackend('cpu');
  for (const g of readGolden<any>('unet')) console.log('unet', runPart('unet', (p) => ({ n: new UNet2DConditionModel(parseUNet2DConditionConfig(g.config), p).forward(restore(g.sample), tf.tensor1d(g.timesteps, 'float32'), restore(g.context)) }), { n: g.noise }).differences);
  for (const g of readGolden<any>('autoencoder')) console.log('vae', runPart('vae', (p) => { const m = new AutoencoderKL(parseAutoencoderKLConfig(g.config), p); return { ...m.encode(restore(g.pixels)), decoded: m.decode(restore(g.latents)) }; }, { mean: g.mean, logVariance: g.log_variance, std: g.std, decoded: g.decoded }).differences);
  for (const g of readGolden<any>('text-encoder')) console.log('text', runPart('text_encoder', (p) => { const m = new CLIPTextModelWithProjection(parseCLIPTextConfig(g.config), p); const ids = tf.tensor2d(g.ids, undefined, 'int32'); return { h: m.forward(ids), e: m.embed(ids) }; }, { h: g.last_hidden_state, e: g.text_embeds }).differences);
  for (const g of readGolden<any>('image-encoder')) console.log('vision', runPart('image_encoder', (p) => ({ e: new CLIPVisionModelWithProjection(parseCLIPVisionConfig(g.config), p).forward(restore(g.pixels)) }), { e: g.image_embeds }).differences);
});
