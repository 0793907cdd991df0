/** @file Writes what nsfwjs itself, on TensorFlow.js, says of the shipped photos. Usage: npx tsx test/golden/make/nsfw.ts FILE */
import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { load } from 'nsfwjs/core';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import sharp from 'sharp';

const [file] = process.argv.slice(2);
if (!file) throw new Error('expected a file');

const samples = new URL('../../../models/checkpoints/toy-pets/samples/', import.meta.url);
const model = await load('MobileNetV2', { modelDefinitions: [MobileNetV2Model] });
const photos: Record<string, Record<string, number>> = {};
for (const pet of ['biscuit', 'clover', 'mochi']) {
  for (const number of [1, 2, 3, 4, 5, 6]) {
    const name = `${pet}/${number}.jpg`;
    const { data, info } = await sharp(readFileSync(new URL(name, samples)))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = tf.tensor3d(new Uint8Array(data), [info.height, info.width, 3], 'int32');
    const predictions = await model.classify(pixels);
    photos[name] = Object.fromEntries(
      predictions.map(({ className, probability }) => [className.toLowerCase(), probability]),
    );
    pixels.dispose();
  }
}
const { version } = JSON.parse(
  readFileSync(new URL('../../../node_modules/nsfwjs/package.json', import.meta.url), 'utf8'),
) as { version: string };
writeFileSync(file, `${JSON.stringify({ versions: { nsfwjs: version, tfjs: tf.version.tfjs }, photos }, null, 2)}\n`);
