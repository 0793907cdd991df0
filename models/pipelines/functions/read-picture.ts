import {
  AttributeReader,
  answersOf,
  READ_ATTRIBUTES,
  type ReadAnswer,
  type ReadAttribute,
} from '../../clip/attribute-reader.js';
import { hostTensor } from '../../tensors/engine/host-tensor.js';
import type { CompiledCheckpoint } from '../compiled-checkpoint.js';

/** For each question all answers, the most probable first. */
export type ReadPicture = Readonly<Record<ReadAttribute, readonly ReadAnswer[]>>;

/**
 * What a picture shows, by the checkpoint's own reader.
 * @param pixels one picture, [H, W, 3] in [-1, 1] @returns undefined where the checkpoint has no reader for pictures of its size
 */
export async function readPicture(model: CompiledCheckpoint, pixels: Float32Array): Promise<ReadPicture | undefined> {
  const { reader } = model.checkpoint.configs;
  if (!reader || model.imageSize.some((side) => side !== reader.imageSize)) return undefined;
  const inputs = { pixels: hostTensor([1, ...model.imageSize, 3], pixels) };
  const logits = await model.run('picture reader, 1 rows', inputs, ({ pixels: picture }, parameters) =>
    new AttributeReader(reader, parameters.at('reader')).forward(picture!),
  );
  const answers = READ_ATTRIBUTES.map((name) => [name, answersOf(reader[name], logits[name]!.data as Float32Array)]);
  return Object.fromEntries(answers) as Record<ReadAttribute, ReadAnswer[]>;
}
