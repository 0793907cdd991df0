import type * as tf from '@tensorflow/tfjs';
import { CLIPTextModel } from '../../clip/modeling-clip.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import type { CompiledCheckpoint } from '../compiled-checkpoint.js';

/** @param ids [rows, L] @returns [rows, L, D] */
export async function encodeText(model: CompiledCheckpoint, ids: Int32Array, rows: number): Promise<Float32Array> {
  const [length, width] = model.embeddingShape;
  const result = new Float32Array(rows * length * width);
  for (let row = 0; row < rows; row++) {
    const inputs = { ids: hostTensor([1, length], ids.slice(row * length, (row + 1) * length)) };
    const { states } = await model.run('text encoder, 1 rows', inputs, ({ ids: tokens }, parameters) => {
      const encoder = new CLIPTextModel(model.checkpoint.configs.textEncoder, parameters.at('text_encoder'));
      return { states: encoder.forward(tokens as tf.Tensor2D) };
    });
    result.set(states!.data as Float32Array, row * length * width);
  }
  return result;
}
