/**
 * @file Says how likely a picture is to be one of five kinds, by the MobileNetV2 of nsfwjs, traced into a graph of ours.
 * Model: https://github.com/GantMan/nsfw_model; paper of its trunk: Sandler et al. 2018, arXiv:1801.04381.
 */
import * as tf from '@tensorflow/tfjs';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import type { RgbImage } from '../../pipelines/image-processor.js';
import type { Engine } from '../../tensors/engine/engine.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import { resizeAlignedCorners } from './resize-aligned-corners.js';

/** In the order of the model's outputs. */
export const NSFW_CLASSES = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'] as const;
export type NsfwScores = Readonly<Record<(typeof NSFW_CLASSES)[number], number>>;

export interface NsfwClassifier {
  /** Probabilities, which sum up to 1. */
  classify(image: RgbImage): Promise<NsfwScores>;
  dispose(): Promise<void>;
}

const SIDE = 224;

export async function createNsfwClassifier(engine: Engine): Promise<NsfwClassifier> {
  const model = await loadLayers();
  // Tensors of another backend mean nothing to a trace, so the weights are kept as numbers and enter it as constants.
  const weights = model.weights.map((weight) => ({
    weight,
    shape: weight.shape as number[],
    values: weight.read().dataSync(),
  }));
  const compiled = await engine.compile(
    'nsfw classifier',
    ({ pixels }) => {
      for (const { weight, shape, values } of weights) weight.write(tf.tensor(values, shape));
      return { probabilities: model.apply(pixels!) as tf.Tensor };
    },
    { pixels: { shape: [1, SIDE, SIDE, 3], dtype: 'float32' } },
  );
  return {
    async classify(image) {
      const pixels = hostTensor([1, SIDE, SIDE, 3], resizeAlignedCorners(image, SIDE));
      const { probabilities } = await compiled.run({ pixels });
      return Object.fromEntries(
        NSFW_CLASSES.map((name, index) => [name, probabilities!.data[index]!]),
      ) as unknown as NsfwScores;
    },
    async dispose() {
      model.dispose();
      await compiled.dispose();
    },
  };
}

/** The package holds the weights as base64 inside modules; nothing is fetched. */
async function loadLayers(): Promise<tf.LayersModel> {
  const { default: topology } = (await MobileNetV2Model.modelJson()) as { default: tf.io.ModelJSON };
  const bundles = await Promise.all(MobileNetV2Model.weightBundles.map((load) => load()));
  const weightData = Buffer.concat(bundles.map(({ default: base64 }) => Buffer.from(base64 as string, 'base64')));
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: topology.modelTopology,
      weightSpecs: topology.weightsManifest.flatMap(({ weights }) => weights),
      weightData: new Uint8Array(weightData).buffer,
    }),
  );
}
