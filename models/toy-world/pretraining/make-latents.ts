/** @file Encodes toy-world pictures and their captions with the finished autoencoder and text encoder. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { AutoencoderKL, parseAutoencoderKLConfig } from '../../autoencoders/autoencoder-kl.js';
import { CLIPTextModel, parseCLIPTextConfig } from '../../clip/modeling-clip.js';
import { CLIPTokenizer } from '../../clip/tokenization-clip.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import { SafetensorsFile } from '../../tensors/files/safetensors.js';
import { createWeightFiles } from '../../tensors/files/weight-files.js';
import { createGenerator } from '../../tensors/random.js';
import { LatentDataset } from './latent-dataset.js';
import type { StageContext } from './stage-context.js';
import { captionedScenes } from './toy-data.js';

const BATCH = 8;
const REPORT_EVERY = 2_000;

/** Latents are means, scaled; equal captions share one embedding. */
export async function createLatentDataset(
  context: StageContext,
  { count, pixels: size }: { count: number; pixels: number },
): Promise<LatentDataset> {
  const { checkpointFolder, seed, signal, onLine } = context;
  const encoder = await createPictureEncoder(context, size);
  const { latentElements } = encoder;
  const scenes = createGenerator(seed).fork('latents');
  const latents = new Float32Array(count * latentElements);
  const captionIndex = new Float32Array(count);
  const captions = new Map<string, number>();
  for (let start = 0; start < count; start += BATCH) {
    signal.throwIfAborted();
    const batch = captionedScenes(scenes.fork(`batch ${start}`), Math.min(BATCH, count - start), size);
    latents.set(await encoder.encode(batch.pixels), start * latentElements);
    for (const [row, text] of batch.captions.entries()) {
      if (!captions.has(text)) captions.set(text, captions.size);
      captionIndex[start + row] = captions.get(text)!;
    }
    if ((start + BATCH) % REPORT_EVERY < BATCH) onLine(`latents: ${start + BATCH} of ${count}`);
  }
  const words = await CLIPTokenizer.open(join(checkpointFolder, 'tokenizer'));
  const { captionEmbeddings, embeddingElements } = await encodeCaptions(context, [...captions.keys(), ''], words);
  return new LatentDataset({ count, latents, latentElements, captionEmbeddings, embeddingElements, captionIndex });
}

export interface PictureEncoder {
  /** Elements of one latent. */
  readonly latentElements: number;
  /** @param pixels [n, size, size, 3] in [-1, 1] @returns scaled means, [n, h, w, C] */
  encode(pixels: Float32Array): Promise<Float32Array>;
}

/** The finished autoencoder of the checkpoint that is being made. */
export async function createPictureEncoder(
  { engine, checkpointFolder }: StageContext,
  size: number,
): Promise<PictureEncoder> {
  const folder = join(checkpointFolder, 'vae');
  const config = parseAutoencoderKLConfig(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')));
  const file = await SafetensorsFile.open(join(folder, 'diffusion_pytorch_model.safetensors'));
  const shape = [BATCH, size, size, 3];
  const compiled = await engine.compile(
    'encode pictures',
    ({ pixels }, parameters) => {
      const { mean } = new AutoencoderKL(config, parameters).encode(pixels as tf.Tensor4D);
      return { scaled: tf.mul(mean, config.scalingFactor) };
    },
    { pixels: { shape, dtype: 'float32' } },
    createWeightFiles([{ file }]),
  );
  const side = size / 2 ** (config.blockOutChannels.length - 1);
  const latentElements = side * side * config.latentChannels;
  const pictureElements = size * size * 3;
  return {
    latentElements,
    async encode(pixels) {
      const count = pixels.length / pictureElements;
      const result = new Float32Array(count * latentElements);
      for (let start = 0; start < count; start += BATCH) {
        const batch = new Float32Array(BATCH * pictureElements);
        batch.set(pixels.subarray(start * pictureElements, (start + BATCH) * pictureElements));
        const { scaled } = await compiled.run({ pixels: hostTensor(shape, batch) });
        const rows = Math.min(BATCH, count - start);
        result.set((scaled!.data as Float32Array).subarray(0, rows * latentElements), start * latentElements);
      }
      return result;
    },
  };
}

async function encodeCaptions(
  { engine, checkpointFolder }: StageContext,
  texts: readonly string[],
  words: CLIPTokenizer,
) {
  const folder = join(checkpointFolder, 'text_encoder');
  const config = parseCLIPTextConfig(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')));
  const file = await SafetensorsFile.open(join(folder, 'model.safetensors'));
  const { maxPositionEmbeddings: length, hiddenSize } = config;
  const rows = 32;
  const compiled = await engine.compile(
    'encode captions',
    ({ ids }, parameters) => ({ states: new CLIPTextModel(config, parameters).forward(ids as tf.Tensor2D) }),
    { ids: { shape: [rows, length], dtype: 'int32' } },
    createWeightFiles([{ file }]),
  );
  const embeddingElements = length * hiddenSize;
  const captionEmbeddings = new Float32Array(texts.length * embeddingElements);
  for (let start = 0; start < texts.length; start += rows) {
    const ids = new Int32Array(rows * length);
    const chunk = texts.slice(start, start + rows);
    for (const [row, text] of chunk.entries()) ids.set(words.encodePadded(text).ids, row * length);
    const { states } = await compiled.run({ ids: hostTensor([rows, length], ids) });
    captionEmbeddings.set(
      (states!.data as Float32Array).subarray(0, chunk.length * embeddingElements),
      start * embeddingElements,
    );
  }
  return { captionEmbeddings, embeddingElements };
}
