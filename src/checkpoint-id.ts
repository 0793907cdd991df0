import { createHash } from 'node:crypto';
import { fingerprintsOf } from '#models/loaders/checkpoint-fingerprint.js';

/**
 * A short name of what a checkpoint's folder holds, by content: the same on every machine, for the bot and for its workers.
 * @returns undefined where there are no weights, as on a machine that only talks with people
 */
export async function readCheckpointId(checkpoint: string): Promise<string | undefined> {
  const fingerprints = await fingerprintsOf(checkpoint).catch(() => undefined);
  return fingerprints && createHash('sha256').update(fingerprints.join('-')).digest('hex').slice(0, 32);
}
