/**
 * @file Second stage of the recipe: text encoder and image encoder learn to agree on which caption belongs to which picture.
 * Paper: Radford et al. 2021, arXiv:2103.00020, figure 3.
 */
import * as tf from '@tensorflow/tfjs';
import type { HostTensors } from '../engine/engine.js';
import { hostTensor } from '../engine/host-tensor.js';
import { type CLIPVisionConfig, CLIPVisionModelWithProjection } from '../image-encoders/modeling-clip-vision.js';
import { recordParameters } from '../loaders/weight-files.js';
import { Parameters } from '../parameters.js';
import { createGenerator } from '../random.js';
import { type CLIPTextConfig, CLIPTextModelWithProjection } from '../text-encoders/modeling-clip.js';
import type { CLIPTokenizer } from '../tokenizers/tokenization-clip.js';
import type { TrainingTask } from './full-training.js';
import { captionedScenes } from './toy-data.js';
import { createScene, describeScene } from './toy-world/scene.js';

/** exp of it multiplies the cosines; clipped at 100 as in the paper. */
const MAX_LOGIT_SCALE = Math.log(100);

/** The same with the texts as they are: the image encoder goes on learning while everything that reads texts stays valid. */
export function imageEncoderTask(text: CLIPTextConfig, vision: CLIPVisionConfig, batchSize: number): TrainingTask {
  const isTrained = (name: string) => !name.startsWith('text.');
  return { ...contrastiveTask(text, vision, batchSize), name: 'image-encoder', isTrained };
}

export function contrastiveTask(text: CLIPTextConfig, vision: CLIPVisionConfig, batchSize: number): TrainingTask {
  const { maxPositionEmbeddings: length } = text;
  const build = (parameters: Parameters) => ({
    text: new CLIPTextModelWithProjection(text, parameters.at('text')),
    vision: new CLIPVisionModelWithProjection(vision, parameters.at('vision')),
    logitScale: parameters.get('logit_scale', [1]),
  });
  return {
    name: 'text-encoder',
    shapes: recordParameters((source) => build(new Parameters(source))),
    signature: {
      ids: { shape: [batchSize, length], dtype: 'int32' },
      lastTokens: { shape: [batchSize, length, 1], dtype: 'float32' },
      pixels: { shape: [batchSize, vision.imageSize, vision.imageSize, 3], dtype: 'float32' },
      sameMeaning: { shape: [batchSize, batchSize], dtype: 'float32' },
    },
    loss({ ids, lastTokens, pixels, sameMeaning }, parameters) {
      const models = build(parameters);
      const hidden = models.text.forward(ids as tf.Tensor2D);
      const texts = unit(models.text.project(tf.sum(tf.mul(hidden, lastTokens!), 1) as tf.Tensor2D));
      const images = unit(models.vision.forward(pixels as tf.Tensor4D));
      const scale = tf.exp(tf.clipByValue(models.logitScale, 0, MAX_LOGIT_SCALE));
      const logits = tf.mul(tf.matMul(texts as tf.Tensor2D, images as tf.Tensor2D, false, true), scale);
      const targets = tf.div(sameMeaning!, tf.sum(sameMeaning!, 1, true));
      const crossEntropy = (scores: tf.Tensor) => tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(scores)), 1)));
      return { loss: tf.mul(tf.add(crossEntropy(logits), crossEntropy(tf.transpose(logits))), 0.5) };
    },
    optimizer: { weightDecay: 0.05, beta2: 0.98, maxGradientNorm: 1, averageDecay: 0.99 },
  };
}

const unit = (x: tf.Tensor) => tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-8)));

/** Pictures in one place and of one colour, so that kind and clothes are all that tells them apart. */
const GROUP_SIZE = 8;

/**
 * Fresh pictures with their captions, in groups that share setting and colour. In batches without groups the setting and
 * the colour alone tell nearly all pictures apart, and the words for animals come to mean next to nothing: their states
 * then differ by a tenth of what those of colours do, and a UNet draws any animal. Pictures of which a caption says the
 * same count as right for each other.
 */
export function contrastiveBatch(
  task: TrainingTask,
  tokenizer: CLIPTokenizer,
  seed: number,
  step: number,
): HostTensors {
  const { ids, pixels } = task.signature;
  const [batchSize, length] = ids!.shape as [number, number];
  const generator = createGenerator(seed).fork(`contrastive ${step}`);
  const groups = Array.from({ length: Math.ceil(batchSize / GROUP_SIZE) }, (_, index) => {
    const { setting, pet } = createScene(generator.fork(`group ${index}`));
    return task.name === 'image-encoder' && index % 2 === 1
      ? { setting, kind: pet.kind }
      : { setting, colour: pet.colour };
  });
  const groupOf = (index: number) => groups[Math.floor(index / GROUP_SIZE)]!;
  const {
    pixels: pictures,
    captions,
    scenes,
  } = captionedScenes(generator, batchSize, pixels!.shape[1]!, 'train', groupOf);
  const meanings = scenes.map((scene) => JSON.stringify(describeScene(scene)));
  const encoded = captions.map((caption) => tokenizer.encodePadded(caption).ids);
  const lastTokens = new Float32Array(batchSize * length);
  for (const [row, tokens] of encoded.entries()) lastTokens[row * length + tokens.indexOf(tokenizer.endId)] = 1;
  const same = Float32Array.from({ length: batchSize ** 2 }, (_, index) =>
    meanings[Math.floor(index / batchSize)] === meanings[index % batchSize] ? 1 : 0,
  );
  return {
    ids: hostTensor([batchSize, length], Int32Array.from(encoded.flatMap((tokens) => [...tokens]))),
    lastTokens: hostTensor([batchSize, length, 1], lastTokens),
    pixels: hostTensor(pixels!.shape, pictures),
    sameMeaning: hostTensor([batchSize, batchSize], same),
  };
}
