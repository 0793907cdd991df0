import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { readSmallJson } from '#src/core/small-json.js';

const unetSchema = z.object({ sample_size: z.int().min(1).max(1024) });
const autoencoderSchema = z.object({ block_out_channels: z.array(z.number()).min(1).max(8) });
const [leastSide, greatestSide] = [64, 2048];
/** Of the shipped checkpoint. A guess that is too small finds fewer photos doubtful, and so bothers nobody for nothing. */
export const usualLearntSide = 128;

/** Side in pixels of the pictures that a checkpoint learns from, out of its two small descriptions; no weights are read. */
export async function readLearntSide(checkpoint: string, log: Logger): Promise<number> {
  try {
    const unet = unetSchema.parse(await readSmallJson(join(checkpoint, 'unet/config.json')));
    const autoencoder = autoencoderSchema.parse(await readSmallJson(join(checkpoint, 'vae/config.json')));
    const side = unet.sample_size * 2 ** (autoencoder.block_out_channels.length - 1);
    if (side < leastSide || side > greatestSide) throw new RangeError(`pictures of ${side} pixels`);
    return side;
  } catch (error) {
    log.warn(
      { err: error, learntSide: usualLearntSide },
      'the checkpoint does not say how large its pictures are; photos are judged for the shipped one',
    );
    return usualLearntSide;
  }
}
