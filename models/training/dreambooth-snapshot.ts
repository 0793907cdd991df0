/** @file The state of a training as bytes: a training that goes on from them ends with the same bits as one never stopped. */
import { decodeSafetensors, encodeSafetensors } from '../tensors/files/safetensors.js';

const FORMAT = 'dreambooth-lora-snapshot-1';

/** Everything that a step leaves to the next. Chance is not part of it: it follows from the seed and the step. */
export interface DreamBoothState {
  /** Updates done. */
  readonly step: number;
  /** Packed factors and their moments, [layout.size]. */
  readonly lora: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
  /** Loss of each step done. */
  readonly lossHistory: readonly number[];
  /** Restarts after a divergence. */
  readonly restarts: number;
}

export class SnapshotError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`The snapshot cannot be resumed: ${reason}`, options);
    this.name = 'SnapshotError';
  }
}

/** @param fingerprint of all that must be equal for the training to go on as it began */
export function encodeSnapshot(state: DreamBoothState, fingerprint: string): Uint8Array {
  const vector = (data: Float32Array) => ({ shape: [data.length], data });
  const { lora, m, v, lossHistory, step, restarts } = state;
  const tensors = {
    lora: vector(lora),
    m: vector(m),
    v: vector(v),
    loss_history: vector(Float32Array.from(lossHistory)),
  };
  return encodeSafetensors(tensors, { format: FORMAT, fingerprint, step: String(step), restarts: String(restarts) });
}

/** @throws SnapshotError where the bytes are no snapshot of this training */
export function decodeSnapshot(bytes: Uint8Array, fingerprint: string, size: number): DreamBoothState {
  const { tensors, metadata } = parse(bytes);
  if (metadata.format !== FORMAT)
    throw new SnapshotError(`its format is ${metadata.format ?? 'not stated'}, expected ${FORMAT}`);
  if (metadata.fingerprint !== fingerprint) throw new SnapshotError('it was made with other settings');
  const step = Number(metadata.step);
  const restarts = Number(metadata.restarts);
  const vector = (name: string, length: number): Float32Array => {
    const tensor = tensors.get(name);
    if (!tensor || tensor.data.length !== length)
      throw new SnapshotError(`${name} has ${tensor?.data.length ?? 'no'} values, expected ${length}`);
    return tensor.data;
  };
  if (!Number.isSafeInteger(step) || step < 0 || !Number.isSafeInteger(restarts) || restarts < 0)
    throw new SnapshotError('its counters are damaged');
  const lossHistory = [...vector('loss_history', step)];
  return { step, restarts, lossHistory, lora: vector('lora', size), m: vector('m', size), v: vector('v', size) };
}

function parse(bytes: Uint8Array) {
  try {
    return decodeSafetensors(bytes, 'snapshot');
  } catch (error) {
    throw new SnapshotError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
