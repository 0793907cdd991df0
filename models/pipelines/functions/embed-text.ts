import type * as tf from '@tensorflow/tfjs';
import { CLIPTextModelWithProjection } from '../../clip/modeling-clip.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import type { CompiledCheckpoint } from '../compiled-checkpoint.js';

/** A text as a point in the space that texts and pictures share. @returns [P], not normalised */
export async function embedText(model: CompiledCheckpoint, text: string): Promise<Float32Array> {
  const [length] = model.embeddingShape;
  const inputs = { ids: hostTensor([1, length], model.checkpoint.tokenizer.encodePadded(text).ids) };
  const { point } = await model.run('text embedding, 1 rows', inputs, ({ ids }, parameters) => {
    const config = model.checkpoint.configs.textEncoder;
    const encoder = new CLIPTextModelWithProjection(config, parameters.at('text_encoder'));
    return { point: encoder.embed(ids as tf.Tensor2D) };
  });
  return point!.data as Float32Array;
}
