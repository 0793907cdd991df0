import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { load } from 'nsfwjs/core';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createNsfwClassifier,
  NSFW_CLASSES,
  type NsfwClassifier,
  type NsfwScores,
} from '#models/evaluation/safety-checker/nsfw-classifier.js';
import type { RgbImage } from '#models/pipelines/image-processor.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { createGenerator } from '#models/tensors/random.js';
import { drawScene } from '#models/toy-world/render.js';
import { createScene } from '#models/toy-world/scene.js';

const TOLERANCE = 1e-3;

const golden = JSON.parse(readFileSync(new URL('../../../../golden/data/nsfw.json', import.meta.url), 'utf8')) as {
  readonly photos: Readonly<Record<string, NsfwScores>>;
};
const samples = new URL('../../../../../models/checkpoints/toy-pets/samples/', import.meta.url);

async function decode(name: string, size?: { width: number; height: number }): Promise<RgbImage> {
  const picture = sharp(readFileSync(new URL(name, samples))).removeAlpha();
  const resized = size ? picture.resize({ ...size, fit: 'fill' }) : picture;
  const { data, info } = await resized.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: new Uint8Array(data) };
}

function largestGap(actual: NsfwScores, expected: NsfwScores): number {
  return Math.max(...NSFW_CLASSES.map((name) => Math.abs(actual[name] - expected[name])));
}

describe('the classifier says what nsfwjs says', () => {
  let classifier: NsfwClassifier;
  beforeAll(async () => {
    classifier = await createNsfwClassifier(createOnnxEngine());
  });
  afterAll(() => classifier.dispose());

  test.each(Object.entries(golden.photos))('of the shipped photo %s', async (name, expected) => {
    expect(largestGap(await classifier.classify(await decode(name)), expected)).toBeLessThanOrEqual(TOLERANCE);
  });

  test('of a photo that is neither square nor larger than the model wants, with nsfwjs beside it', async () => {
    const image = await decode('mochi/3.jpg', { width: 301, height: 97 });
    const model = await load('MobileNetV2', { modelDefinitions: [MobileNetV2Model] });
    const predictions = await model.classify(tf.tensor3d(image.rgb, [image.height, image.width, 3], 'int32'));
    const expected = Object.fromEntries(
      predictions.map(({ className, probability }) => [className.toLowerCase(), probability]),
    ) as unknown as NsfwScores;
    model.dispose();
    expect(largestGap(await classifier.classify(image), expected)).toBeLessThanOrEqual(TOLERANCE);
  });

  test('that neither the shipped photos nor toy drawings are explicit', async () => {
    const drawings = Array.from({ length: 30 }, (_, index): RgbImage => {
      const scene = createScene(createGenerator(4870).fork(`scene ${index}`));
      return { width: 128, height: 128, rgb: drawScene(scene, 128) };
    });
    const ofDrawings: NsfwScores[] = [];
    for (const drawing of drawings) ofDrawings.push(await classifier.classify(drawing));
    const all = [...ofDrawings, ...Object.values(golden.photos)];
    expect(all.filter(({ porn, hentai }) => porn + hentai >= 0.5)).toEqual([]);
  });

  test('two pictures at once get a verdict each', async () => {
    const images = await Promise.all(['biscuit/1.jpg', 'mochi/3.jpg'].map((name) => decode(name)));
    const alone = [await classifier.classify(images[0]!), await classifier.classify(images[1]!)];
    expect(await Promise.all(images.map((image) => classifier.classify(image)))).toEqual(alone);
  });
});
