/** @file A process that looks at pictures and knows nothing else: no secret, no queue, no chat. */
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { createNsfwClassifier } from '#models/evaluation/safety-checker/nsfw-classifier.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import type { JudgeReply, JudgeRequest } from '#src/photos/picture-look/judge-protocol.js';

// Only what this bot stores is looked at, in the formats that it stores.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
sharp.cache(false);
sharp.concurrency(1);

// Without it TensorFlow.js prints a banner that recommends another backend.
tf.enableProdMode();
await tf.setBackend('cpu');
const classifier = await createNsfwClassifier(createOnnxEngine({ threadCount: 1 }));

process.on('message', ({ id, picture, maxPixels }: JudgeRequest) => {
  judge(picture, maxPixels).then(
    (score) => answer({ id, score }),
    () => answer({ id }),
  );
});
// Without the bot nobody asks.
process.on('disconnect', () => process.exit());
answer({ id: 0 });

/** The probability that it is one of the two explicit kinds. */
async function judge(picture: Uint8Array, maxPixels: number): Promise<number> {
  const { data, info } = await sharp(picture, { limitInputPixels: maxPixels, failOn: 'none' })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3) throw new RangeError(`${channels} channels: expected 3`);
  const { porn, hentai } = await classifier.classify({ width, height, rgb: new Uint8Array(data) });
  return porn + hentai;
}

function answer(reply: JudgeReply): void {
  process.send?.(reply);
}
