/**
 * @file Second stage of the recipe: text encoder and image encoder learn to agree on which caption belongs to which picture.
 * Paper: Radford et al. 2021, arXiv:2103.00020, figure 3.
 */
import * as tf from '@tensorflow/tfjs';
import { type CLIPTextConfig, CLIPTextModelWithProjection } from '../../clip/modeling-clip.js';
import { type CLIPVisionConfig, CLIPVisionModelWithProjection } from '../../clip/modeling-clip-vision.js';
import type { CLIPTokenizer } from '../../clip/tokenization-clip.js';
import type { HostTensors } from '../../tensors/engine/engine.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import { recordParameters } from '../../tensors/files/weight-files.js';
import { Parameters } from '../../tensors/parameters.js';
import { createGenerator } from '../../tensors/random.js';
import type { TrainingTask } from '../../training/full-training.js';
import { createScene, describeScene } from '../scene.js';
import { CLOTHES, COLOURS, KINDS, SETTINGS } from '../vocabulary.js';
import { captionedScenes } from './toy-data.js';

/** exp of it multiplies the cosines; clipped at 100 as in the paper. */
const MAX_LOGIT_SCALE = Math.log(100);

/** Classes of each attribute that a caption tells, in the order of `describeScene`. */
const ATTRIBUTE_SIZES = [KINDS.length, COLOURS.length, CLOTHES.length, SETTINGS.length] as const;
/** The lower, the further directions have to part for the same certainty. */
const ATTRIBUTE_SCALE = 10;

/** The same with the texts as they are: the image encoder goes on learning while everything that reads texts stays valid. */
export function imageEncoderTask(text: CLIPTextConfig, vision: CLIPVisionConfig, batchSize: number): TrainingTask {
  const isTrained = (name: string) => !name.startsWith('text.');
  return { ...contrastiveTask(text, vision, batchSize), name: 'image-encoder', isTrained };
}

export function contrastiveTask(text: CLIPTextConfig, vision: CLIPVisionConfig, batchSize: number): TrainingTask {
  const { maxPositionEmbeddings: length } = text;
  const classCount = ATTRIBUTE_SIZES.reduce((total, size) => total + size, 0);
  const build = (parameters: Parameters) => ({
    text: new CLIPTextModelWithProjection(text, parameters.at('text')),
    vision: new CLIPVisionModelWithProjection(vision, parameters.at('vision')),
    logitScale: parameters.get('logit_scale', [1]),
    attributes: parameters.get('attributes.weight', [classCount, text.hiddenSize]),
  });
  return {
    name: 'text-encoder',
    shapes: recordParameters((source) => build(new Parameters(source))),
    signature: {
      ids: { shape: [batchSize, length], dtype: 'int32' },
      lastTokens: { shape: [batchSize, length, 1], dtype: 'float32' },
      paddings: { shape: [batchSize, length, 1], dtype: 'float32' },
      described: { shape: [batchSize, classCount], dtype: 'float32' },
      pixels: { shape: [batchSize, vision.imageSize, vision.imageSize, 3], dtype: 'float32' },
      sameMeaning: { shape: [batchSize, batchSize], dtype: 'float32' },
    },
    loss({ ids, lastTokens, paddings, described, pixels, sameMeaning }, parameters) {
      const models = build(parameters);
      const hidden = models.text.forward(ids as tf.Tensor2D);
      const texts = unit(models.text.project(tf.sum(tf.mul(hidden, lastTokens!), 1) as tf.Tensor2D));
      const images = unit(models.vision.forward(pixels as tf.Tensor4D));
      const scale = tf.exp(tf.clipByValue(models.logitScale, 0, MAX_LOGIT_SCALE));
      const logits = tf.mul(tf.matMul(texts as tf.Tensor2D, images as tf.Tensor2D, false, true), scale);
      const targets = tf.div(sameMeaning!, tf.sum(sameMeaning!, 1, true));
      const crossEntropy = (scores: tf.Tensor) => tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(scores)), 1)));
      const agreement = tf.mul(tf.add(crossEntropy(logits), crossEntropy(tf.transpose(logits))), 0.5);
      const states = unit(tf.sum(tf.mul(hidden, paddings!), 1) as tf.Tensor2D);
      const meaning = attributeLoss(states as tf.Tensor2D, unit(models.attributes) as tf.Tensor2D, described!);
      return { loss: tf.add(agreement, meaning), agreement, meaning };
    },
    optimizer: { weightDecay: 0.05, beta2: 0.98, maxGradientNorm: 1, averageDecay: 0.99 },
  };
}

/**
 * Cross entropy of naming kind, colour, clothes and setting by the direction of the states. Agreement with pictures asks
 * for no more than a ranking, and leaves `dog` and `cat` with states that differ by a twentieth of their length, which a
 * small UNet does not hear; bounded directions have to part.
 */
function attributeLoss(states: tf.Tensor2D, directions: tf.Tensor2D, described: tf.Tensor): tf.Tensor {
  const scores = tf.mul(tf.matMul(states, directions, false, true), ATTRIBUTE_SCALE);
  let start = 0;
  const losses = ATTRIBUTE_SIZES.map((size) => {
    const part = (x: tf.Tensor) => tf.slice(x, [0, start], [x.shape[0]!, size]);
    const loss = tf.neg(tf.mean(tf.sum(tf.mul(part(described), tf.logSoftmax(part(scores))), 1)));
    start += size;
    return loss;
  });
  return tf.div(tf.addN(losses), losses.length);
}

const unit = (x: tf.Tensor) => tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-8)));

/** Pictures in one place that share colour or kind, so that the other of these, and clothes, are all that tells them apart. */
const GROUP_SIZE = 8;

/**
 * Fresh pictures with their captions, in groups that share setting, and colour or kind. In batches without groups the setting and
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
    return index % 2 === 1 ? { setting, kind: pet.kind } : { setting, colour: pet.colour };
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
  const paddings = new Float32Array(batchSize * length);
  const described = scenes.map((scene) => {
    const { kind, colour, clothes, setting } = describeScene(scene);
    return [kind, colour, clothes, setting].flatMap((value, attribute) =>
      Array.from({ length: ATTRIBUTE_SIZES[attribute]! }, (_, index) => Number(index === value)),
    );
  });
  for (const [row, tokens] of encoded.entries()) {
    const end = tokens.indexOf(tokenizer.endId);
    lastTokens[row * length + end] = 1;
    // From the end token on, every state has read the whole caption.
    paddings.fill(1 / (length - end), row * length + end, (row + 1) * length);
  }
  const same = Float32Array.from({ length: batchSize ** 2 }, (_, index) =>
    meanings[Math.floor(index / batchSize)] === meanings[index % batchSize] ? 1 : 0,
  );
  return {
    ids: hostTensor([batchSize, length], Int32Array.from(encoded.flatMap((tokens) => [...tokens]))),
    lastTokens: hostTensor([batchSize, length, 1], lastTokens),
    paddings: hostTensor([batchSize, length, 1], paddings),
    described: hostTensor(task.signature.described!.shape, Float32Array.from(described.flat())),
    pixels: hostTensor(pixels!.shape, pictures),
    sameMeaning: hostTensor([batchSize, batchSize], same),
  };
}
