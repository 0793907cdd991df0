import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '../tensors/files/checkpoint-error.js';
import { SafetensorsError, SafetensorsFile } from '../tensors/files/safetensors.js';

/** Names of the weights, the preferred first. */
const WEIGHT_NAMES = [
  'diffusion_pytorch_model.safetensors',
  'model.safetensors',
  'diffusion_pytorch_model.fp16.safetensors',
  'model.fp16.safetensors',
];
const PICKLE = /\.(bin|ckpt|pt|pth|pkl)$/i;

/** The weights in the folder of one component. @throws CheckpointError where there are none that are read */
export async function openWeights(folder: string): Promise<SafetensorsFile> {
  const present = await readdir(folder);
  const name = WEIGHT_NAMES.find((candidate) => present.includes(candidate));
  if (name === undefined) {
    const pickle = present.find((candidate) => PICKLE.test(candidate));
    if (pickle) throw refusedPickle(join(folder, pickle));
    const found = present.filter((candidate) => candidate !== 'config.json').join(', ') || 'no such file';
    throw new CheckpointError({ file: folder, key: 'weights', expected: WEIGHT_NAMES.join(' or '), found });
  }
  const path = join(folder, name);
  try {
    return await SafetensorsFile.open(path);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new CheckpointError(
      { file: path, key: 'header', expected: 'a safetensors file', found: error.message },
      { cause: error },
    );
  }
}

function refusedPickle(file: string): CheckpointError {
  return new CheckpointError({
    file,
    key: 'weights',
    expected: 'safetensors',
    found:
      'a Python pickle, which can run any code when it is opened and is therefore never read; convert it to safetensors',
  });
}
